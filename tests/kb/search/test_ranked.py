"""Provisions ordered by a learnt ranker: here one whose weights are chosen by hand."""

from datetime import date

import pytest
from sqlalchemy import update

from kb.base import KnowledgeBase
from kb.catalog import tables as t
from kb.embedding.base import Embedder
from kb.ranking.questions import Question, text_print
from kb.ranking.ranking import Ranking
from kb.search.engine import SearchEngine
from kb.search.hits import ASKED_REASON
from kb.search.types import SearchRequest, SearchResponse
from tests.kb.ranking.handmade import ranker

TODAY = date(2026, 11, 21)
#: As unlike as can be to the provisions it is attached to below: only the predicted question can find them.
ODD = "隔壁老王的无人机天天在我头上嗡嗡"
FREE = "人民调解法第四条"
REPEALED = "环境保护法第三条"
BEFORE = date(2026, 8, 14)


def question(kb: KnowledgeBase, address: str, on: date = TODAY, text: str = "") -> Question:
    """ODD, attached to the text of the article on the day, or to another text."""
    found = kb.resolve(address, on).provision
    assert found is not None
    return Question(ODD, ((address, frozenset({text_print(text or found.text)})),))


def engine(
    kb: KnowledgeBase, *questions: Question, embedder: Embedder | None = None, **weights: float
) -> SearchEngine:
    ranking = Ranking(
        ranker(**(weights or {"asked": 0.9, "cosine": 0.01})), questions, kb.embedder, kb.catalog
    )
    parts = (kb.settings, kb.catalog, kb.names, kb.store, kb.lexical)
    return SearchEngine(*parts, embedder or kb.embedder, ranking)


def search(engine: SearchEngine, query: str = ODD, **options: object) -> SearchResponse:
    fields = {"query": query, "on": TODAY, "kinds": ["provision"], "limit": 100, **options}
    return engine.search(SearchRequest.model_validate(fields))


def addresses(response: SearchResponse) -> list[str]:
    return [h.address for h in response.hits]


def fused(kb: KnowledgeBase) -> SearchEngine:
    return SearchEngine(kb.settings, kb.catalog, kb.names, kb.store, kb.lexical, kb.embedder)


def test_a_predicted_question_lifts_its_provision(kb: KnowledgeBase) -> None:
    assert FREE not in addresses(search(fused(kb)))
    first = search(engine(kb, question(kb, FREE))).hits[0]
    assert first.address == FREE
    assert ASKED_REASON in first.matched.reason
    assert first.probability == pytest.approx(first.score, abs=1e-3)
    assert 0.9 < first.score < 1  # .9 for the same question, .01 x cosine for the text


def test_a_changed_text_loses_its_questions(kb: KnowledgeBase) -> None:
    stale = question(kb, FREE, text="写这个问题时的另一种条文")
    response = search(engine(kb, stale))
    assert FREE not in addresses(response)
    assert not any(ASKED_REASON in h.matched.reason for h in response.hits)


def test_an_amendment_loses_them_at_once(writable_kb: KnowledgeBase) -> None:
    kb = writable_kb
    asked = question(kb, FREE)
    kb.ranking = Ranking(ranker(asked=1.0), [asked], kb.embedder, kb.catalog)
    kb.refresh()
    assert addresses(search(kb.engine))[0] == FREE
    provision = kb.resolve(FREE, TODAY).provision
    assert provision is not None
    with kb.catalog.engine.begin() as connection:
        connection.execute(
            update(t.provisions)
            .where(t.provisions.c.id == provision.id)
            .values(text=provision.text + "新增一句。")
        )
    kb.refresh()
    assert FREE not in addresses(search(kb.engine))


def test_a_question_brings_in_nothing_out_of_force(kb: KnowledgeBase) -> None:
    ranked = engine(kb, question(kb, REPEALED, BEFORE))
    assert addresses(search(ranked, on=BEFORE))[0] == REPEALED
    assert REPEALED not in addresses(search(ranked, on=date(2026, 8, 15)))


def test_a_question_brings_in_nothing_that_a_filter_rules_out(kb: KnowledgeBase) -> None:
    ranked = engine(kb, question(kb, FREE))
    assert FREE not in addresses(search(ranked, law="民法典"))
    assert addresses(search(ranked, law="人民调解法"))[0] == FREE
    request = SearchRequest(query=ODD, on=TODAY, kinds=["provision"])
    assert ranked.search(request, scopes=("nobody",)).hits == []


def test_one_hit_for_each_provision_likeliest_first(kb: KnowledgeBase) -> None:
    ranked = engine(kb, question(kb, FREE), cosine=1.0)
    for query in ("离婚 经济补偿 子女抚养", "农民工工资 拖欠", "贪污受贿的数额怎么定罪"):
        hits = search(ranked, query).hits
        assert len({h.id for h in hits}) == len(hits) == 100
        chances = [h.probability for h in hits]
        assert chances == sorted(chances, reverse=True, key=lambda p: p or 0)
        assert chances == [h.score for h in hits]
        # by cosine alone, the order is that of the search by meaning; the rest come behind it
        ranks = [h.matched.dense_rank for h in hits if h.matched.dense_rank is not None]
        assert ranks == sorted(ranks) and len(ranks) >= 90


def test_every_candidate_has_its_cosine(kb: KnowledgeBase) -> None:
    """Also what only words found: the store is asked for those that the search by meaning left out."""
    query = "彩礼返还 五万元 村委会 树枝"
    ranked = engine(kb, question(kb, FREE), cosine=1.0)
    hits = [h for start in (0, 100, 200) for h in search(ranked, query, offset=start).hits]
    by_words = [h for h in hits if h.matched.dense_rank is None and h.matched.lexical_rank is not None]
    assert len(by_words) > 5
    assert len({h.score for h in by_words}) > 1


def test_whole_texts_are_weighed_not_passages(kb: KnowledgeBase) -> None:
    """By length alone, an article cut into passages comes before every one of 400 characters and less."""
    hits = search(engine(kb, question(kb, FREE), log_length=0.1), "什么情形下判处死刑或者无期徒刑").hits
    texts = kb.catalog.provisions_by_id([h.id for h in hits])
    lengths = [len(texts[h.id].text) for h in hits]
    assert lengths[0] > 400 and lengths == sorted(lengths, reverse=True)


def test_shelves_side_by_side(kb: KnowledgeBase) -> None:
    hits = search(engine(kb, question(kb, FREE)), "邻居家树枝伸到我家院子", kinds=None, limit=50).hits
    assert {h.kind for h in hits} >= {"provision", "rule", "case"}
    assert all((h.probability is not None) == (h.kind == "provision") for h in hits)
    scores = [h.score for h in hits]
    assert scores == sorted(scores, reverse=True)


def test_pages_join(kb: KnowledgeBase) -> None:
    ranked = engine(kb, question(kb, FREE))
    whole = addresses(search(ranked, limit=30))
    assert [a for n in (0, 10, 20) for a in addresses(search(ranked, limit=10, offset=n))] == whole


def test_a_citation_still_comes_first(kb: KnowledgeBase) -> None:
    hits = search(engine(kb, question(kb, FREE)), "民法典第1067条").hits
    assert hits[0].address == "民法典第一千零六十七条"
    assert (hits[0].score, hits[0].probability) == (1.0, None)
    assert len({h.id for h in hits}) == len(hits)


def test_statutory_wording_brings_candidates_in(kb: KnowledgeBase) -> None:
    hits = search(engine(kb, question(kb, FREE)), "邻居家树枝伸到我家院子", limit=100).hits
    assert any("法律用语" in h.matched.reason for h in hits)


@pytest.mark.parametrize("query", ["?????", "😀", "的", "\x00", "邻居在两家之间砌墙，挡住我家采光。" * 110])
def test_odd_queries_are_answered(kb: KnowledgeBase, query: str) -> None:
    search(engine(kb, question(kb, FREE)), query)


def test_a_day_without_law_finds_none(kb: KnowledgeBase) -> None:
    assert search(engine(kb, question(kb, FREE)), on="1900-01-01").hits == []


def test_without_a_ranker_it_is_fused_by_rank(kb: KnowledgeBase) -> None:
    hits = search(fused(kb), "借钱不还").hits
    assert hits and all(h.probability is None for h in hits)
    assert "民法典第六百七十五条" in [h.address for h in hits[:10]]


def test_without_a_model_it_goes_by_words(kb: KnowledgeBase) -> None:
    ranked = engine(kb, question(kb, FREE))
    ranked.embedder = None
    response = search(ranked, "借钱不还")
    assert response.mode == "lexical" and response.hits
    assert all(h.probability is None for h in response.hits)
