"""What an answer is made of: the search's order, causes that it bears out, one run of the model."""

from datetime import date

import pytest

from assistant.chat.answer import ask
from assistant.chat.conversation import Conversations
from assistant.chat.material import MAX_MORE, MAX_QUOTES, borne_out, gather_material
from assistant.chat.types import AskRequest
from assistant.desks.causes import match_causes
from kb.base import KnowledgeBase
from kb.search.types import SearchHit, SearchRequest
from tests.kb.embedding.test_once import DOG as DOG_ASKED
from tests.kb.embedding.test_once import Counting

DAY = date(2026, 11, 22)
ASKED = "邻居家的狗咬了我，医药费谁出"
DOG, LOAN = "民法典第一千二百四十五条", "民法典第六百七十五条"


def hit(address: str, probability: float | None) -> SearchHit:
    return SearchHit(
        id=address, kind="provision", address=address, title="", text="", score=1.0,
        probability=probability, in_force=True,
    )  # fmt: skip


def test_a_cause_needs_a_provision_that_the_search_found_too(kb: KnowledgeBase) -> None:
    causes = match_causes(ASKED)
    assert causes[0].cause.id == "dog-bite"
    assert borne_out(kb, causes, [hit(LOAN, 0.4), hit(DOG, 0.2)], DAY)[0] is causes[0]
    assert causes[0] not in borne_out(kb, causes, [hit(LOAN, 0.4)], DAY)
    # without a ranker the search is no judge
    assert borne_out(kb, causes, [hit(LOAN, None)], DAY) == causes


def test_the_answer_stands_on_what_the_search_ranked_first(kb: KnowledgeBase) -> None:
    for question in (ASKED, "房东不退押金怎么办", "借给朋友两万块没打借条，能要回来吗"):
        request = SearchRequest(query=question, kinds=["provision"], on=DAY, limit=12)
        found = [h.address for h in kb.search(request).hits]
        material = gather_material(kb, question, DAY, "", ("public",), 0.0)
        articles = [
            q.found.provision.address for q in (*material.quotes, *material.more) if q.found.provision
        ]
        # the last place may go to a clear cause
        assert articles[: MAX_QUOTES - 1] == found[: MAX_QUOTES - 1]
        assert len(articles) == len(set(articles)) == MAX_QUOTES + MAX_MORE


def test_what_is_far_less_likely_than_the_first_does_not_carry_the_answer(kb: KnowledgeBase) -> None:
    """It stays at hand, among the further ones."""
    fewer = 0
    for question in (
        ASKED,
        "我老了，三个儿子都不管我，能要赡养费吗",
        "离婚后他不让我看孩子",
        "房东不退押金怎么办",
    ):
        request = SearchRequest(query=question, kinds=["provision"], on=DAY, limit=12)
        chance = {h.address: h.probability or 0.0 for h in kb.search(request).hits}
        material = gather_material(kb, question, DAY, "", ("public",), 0.0)
        article = {q.found.address: q.found.provision.address for q in material.quotes if q.found.provision}
        best = max(chance.get(a, 0.0) for a in article.values())
        for quote in material.quotes:
            assert quote.written or chance.get(article[quote.found.address], 0.0) >= 0.1 * best
        assert len(material.quotes) + len(material.more) > MAX_QUOTES
        fewer += len(material.quotes) < MAX_QUOTES
    assert fewer


def test_what_our_words_explain_keeps_its_matter(kb: KnowledgeBase) -> None:
    material = gather_material(kb, ASKED, DAY, "", ("public",), 0.0)
    written = {q.found.provision.address for q in material.quotes if q.written and q.found.provision}
    assert DOG in written


def test_an_answer_embeds_its_question_once(kb: KnowledgeBase) -> None:
    """The search of provisions, the confidence, the village's rules and similar matters all need the vector."""
    counting = Counting(kb.embedder)
    own = KnowledgeBase(kb.settings, kb.catalog, kb.store, counting, kb.lexical)
    request = AskRequest(question=DOG_ASKED, village="zj-fengshuwan")
    response = ask(own, request, conversations=Conversations())
    assert not response.refused
    assert len(counting.asked) == 1


@pytest.mark.parametrize(
    ("question", "cause"),
    [
        ("楼上半夜打麻将吵得睡不着，找谁管？", "neighbour-noise"),
        ("老板欠了我三个月工资不给，没签合同，怎么办？", "wage"),
    ],
)
def test_a_clear_cause_has_a_place_among_what_the_answer_stands_on(
    kb: KnowledgeBase, question: str, cause: str
) -> None:
    """Two strong words for it: the search may not push out all that our own words explain."""
    matched = match_causes(question)[0]
    assert matched.cause.id == cause and matched.strong > 1
    material = gather_material(kb, question, DAY, "", ("public",), 0.0)
    own = {found.address for p in matched.cause.provisions if (found := kb.resolve(p.address, DAY)).ok}
    assert any(quote.written and quote.found.address in own for quote in material.quotes)
    articles = [q.found.address for q in (*material.quotes, *material.more)]
    assert len(articles) == len(set(articles)) == MAX_QUOTES + MAX_MORE
