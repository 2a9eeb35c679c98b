"""Searches over the shipped laws, rules and cases."""

from datetime import date

import pytest
from pydantic import ValidationError

from kb.base import KnowledgeBase
from kb.errors import BadRequest
from kb.model import DISPUTE_TYPES, KINDS
from kb.search.types import SearchHit, SearchRequest, SearchResponse

TODAY = date(2026, 11, 21)


def search(kb: KnowledgeBase, query: str, **options: object) -> SearchResponse:
    return kb.search(SearchRequest.model_validate({"query": query, "on": TODAY, **options}))


def laws_of(hits: list[SearchHit]) -> set[str]:
    return {h.law for h in hits}


#: question, an article that must stand among the first ten provisions (chosen by reading the law)
EVERYDAY = [
    ("邻居家树枝伸到我家院子", {"民法典第二百八十八条", "民法典第二百九十条", "民法典第二百九十一条", "民法典第二百九十六条", "民法典第二百八十九条"}),
    ("老人没人赡养怎么办", {"民法典第一千零六十七条", "老年人权益保障法第十四条"}),
    ("公司拖欠农民工工资", {"劳动法第五十条", "劳动合同法第三十条", "劳动合同法第八十五条"}),
    ("借钱不还", {"民法典第六百七十五条", "民法典第六百七十六条", "民法典第六百六十七条"}),
    ("狗咬伤人谁赔", {"民法典第一千二百四十五条", "民法典第一千二百四十六条", "民法典第一千二百四十九条"}),
    ("离婚冷静期", {"民法典第一千零七十七条"}),
    ("调解协议司法确认", {"人民调解法第三十三条", "民事诉讼法第二百零五条", "民事诉讼法第二百零六条"}),
    ("丈夫打老婆", {"反家庭暴力法第二条", "反家庭暴力法第十五条", "反家庭暴力法第二十三条", "反家庭暴力法第十三条", "反家庭暴力法第十六条"}),
]  # fmt: skip


@pytest.mark.parametrize(("question", "meant"), EVERYDAY)
def test_everyday_questions_find_their_provision(kb: KnowledgeBase, question: str, meant: set[str]) -> None:
    found = search(kb, question, kinds=["provision"], limit=10)
    assert meant & {h.address for h in found.hits}, [h.address for h in found.hits]


def test_the_neighbours_branch_is_on_the_first_screen(kb: KnowledgeBase) -> None:
    """Of all shelves together, as `fengqiao search` shows them."""
    hits = search(kb, "邻居家树枝伸到我家院子", limit=10).hits
    neighbours = {
        f"民法典第二百{n}条"
        for n in ("八十八", "八十九", "九十", "九十一", "九十二", "九十三", "九十四", "九十五", "九十六")
    }
    assert neighbours & {h.address for h in hits}
    assert hits[0].score >= hits[-1].score


def test_a_citation_comes_first(kb: KnowledgeBase) -> None:
    for query in ("民法典第1067条第二款", "《民法典》第一千零六十七条第二款", "民法典1067条2款"):
        first = search(kb, query).hits[0]
        assert first.address == "民法典第一千零六十七条第二款"
        assert first.text.startswith("成年子女不履行赡养义务")
        assert first.score == 1.0
        assert "所引" in first.matched.reason


def test_a_law_and_a_number_alone_are_a_citation(kb: KnowledgeBase) -> None:
    assert search(kb, "民法典1067").hits[0].address == "民法典第一千零六十七条"
    assert search(kb, "治安处罚法 50").hits[0].address == "治安管理处罚法第五十条"


def test_several_citations_come_in_order(kb: KnowledgeBase) -> None:
    hits = search(kb, "民法典第1067条和老年人权益保障法第14条").hits
    assert [h.address for h in hits[:2]] == ["民法典第一千零六十七条", "老年人权益保障法第十四条"]


@pytest.mark.parametrize(
    ("on", "first_day", "label"),
    [("2026-11-21", date(2019, 11, 1), "现行有效"), ("2027-02-01", date(2027, 1, 1), "现行有效")],
)
def test_the_version_of_the_day_is_cited(kb: KnowledgeBase, on: str, first_day: date, label: str) -> None:
    response = search(kb, "商标法第四条", on=on)
    first = response.hits[0]
    assert (first.address, first.effective_from, first.status_label) == ("商标法第四条", first_day, label)
    assert first.in_force
    others = [h for h in response.hits if h.law == "商标法"]
    assert {h.effective_from for h in others} == {first_day}


@pytest.mark.parametrize("on", ["2015-06-01", "2020-12-31", "2026-08-14", "2026-11-21", "2027-02-01"])
def test_only_law_in_force_on_the_day_is_found(kb: KnowledgeBase, on: str) -> None:
    day = date.fromisoformat(on)
    for query in ("环境污染损害赔偿", "商标侵权", "宅基地"):
        hits = search(kb, query, on=on, kinds=["provision"], limit=50).hits
        for hit in hits:
            assert hit.in_force
            assert hit.effective_from is not None
            assert hit.effective_from <= day <= (hit.effective_until or date.max)


def test_the_day_decides_between_the_old_acts_and_the_code(kb: KnowledgeBase) -> None:
    before = laws_of(search(kb, "大气污染防治", on="2026-08-14", kinds=["provision"], limit=30).hits)
    after = laws_of(search(kb, "大气污染防治", on="2026-08-15", kinds=["provision"], limit=30).hits)
    assert "大气污染防治法" in before
    assert "生态环境法典" not in before
    assert "生态环境法典" in after
    assert "大气污染防治法" not in after


def test_a_cited_provision_out_of_force_is_shown_and_said_so(kb: KnowledgeBase) -> None:
    response = search(kb, "环境保护法第三条")
    first = response.hits[0]
    assert first.address == "环境保护法第三条"
    assert not first.in_force
    assert first.status_label == "已废止"
    assert "生态环境法典" in first.note
    assert response.analysis.messages


def test_a_repealed_title_says_what_replaced_it(kb: KnowledgeBase) -> None:
    response = search(kb, "婚姻法第二十条")
    assert any("民法典" in m and "废止" in m for m in response.analysis.messages)
    assert response.hits


def test_a_paragraph_that_is_not_there_is_not_shown_as_if_it_were(kb: KnowledgeBase) -> None:
    response = search(kb, "民法典第1067条第九款")
    assert any("没有第九款" in m for m in response.analysis.messages)
    assert "民法典第一千零六十七条第九款" not in {h.address for h in response.hits}
    assert "民法典第一千零六十七条第九款" not in response.analysis.citations
    assert response.hits[0].address == "民法典第一千零六十七条"


def test_a_disputed_law_is_shown_with_a_note(kb: KnowledgeBase) -> None:
    hits = [h for h in search(kb, "土地承包经营权流转", law="农村土地承包法").hits if h.kind == "provision"]
    assert hits
    for hit in hits:
        assert hit.in_force
        assert hit.status == "disputed"
        assert hit.status_label == "效力存疑"
        assert "核实" in hit.note


@pytest.mark.parametrize("kind", ["provision", "rule", "case"])
def test_kinds_filter(kb: KnowledgeBase, kind: str) -> None:
    hits = search(kb, "宅基地 纠纷", kinds=[kind]).hits
    assert hits
    assert {h.kind for h in hits} == {kind}


def test_a_law_filters(kb: KnowledgeBase) -> None:
    hits = search(kb, "赔偿", law="消法").hits
    assert hits
    assert laws_of(hits) == {"消费者权益保护法"}


def test_a_village_filters_rules_and_leaves_the_law(kb: KnowledgeBase) -> None:
    hits = search(kb, "红白喜事 酒席", village="zj-fengshuwan", limit=100).hits
    assert {h.village for h in hits if h.kind == "rule"} == {"zj-fengshuwan"}
    assert {h.village for h in hits if h.kind == "case"} <= {"zj-fengshuwan", ""}
    assert any(h.kind == "provision" for h in hits)


@pytest.mark.parametrize("dispute_type", DISPUTE_TYPES)
def test_a_dispute_type_filters_cases(kb: KnowledgeBase, dispute_type: str) -> None:
    hits = search(kb, "调解 赔偿 纠纷", kinds=["case"], dispute_type=dispute_type).hits
    assert hits
    assert {h.dispute_type for h in hits} == {dispute_type}


def test_pages_join_without_gap_or_repeat(kb: KnowledgeBase) -> None:
    whole = search(kb, "民法典第288条 邻居 采光", limit=40)
    pages = [search(kb, "民法典第288条 邻居 采光", limit=7, offset=n) for n in range(0, 40, 7)]
    joined = [h.id for page in pages for h in page.hits][:40]
    assert joined == [h.id for h in whole.hits]
    assert len(set(joined)) == len(joined)
    assert {p.total for p in pages} == {whole.total}


def test_a_page_behind_the_end_is_empty(kb: KnowledgeBase) -> None:
    response = search(kb, "宅基地", offset=1000)
    assert response.hits == []
    assert response.total > 0


def test_facets_count_all_hits(kb: KnowledgeBase) -> None:
    response = search(kb, "宅基地 纠纷", limit=5)
    assert sum(response.facets.values()) == response.total
    assert set(response.facets) <= set(KINDS)


@pytest.mark.parametrize("blank", [" ", "　", "\n\t "])
def test_a_blank_query_is_refused(kb: KnowledgeBase, blank: str) -> None:
    with pytest.raises(BadRequest, match="空"):
        search(kb, blank)


def test_an_empty_query_is_refused() -> None:
    with pytest.raises(ValidationError):
        SearchRequest(query="")


def test_a_query_of_100000_characters_is_refused_at_once(kb: KnowledgeBase) -> None:
    with pytest.raises(BadRequest, match="100000字"):
        search(kb, "宅" * 100_000)


def test_the_longest_query_allowed_is_answered(kb: KnowledgeBase) -> None:
    limit = kb.settings.max_query_chars
    text = ("邻居在两家之间砌墙，挡住我家采光。" * limit)[:limit]
    assert search(kb, text).hits


def test_unknown_filters_are_refused_with_a_hint(kb: KnowledgeBase) -> None:
    with pytest.raises(BadRequest, match="没有《太空旅行法》"):
        search(kb, "赔偿", law="太空旅行法")
    with pytest.raises(BadRequest, match="没有编号为“nowhere”的村") as refused:
        search(kb, "赔偿", village="nowhere")
    assert refused.value.hint
    with pytest.raises(BadRequest) as near:
        search(kb, "赔偿", law="消费者权益保障法")
    assert "消费者权益保护法" in near.value.hint


@pytest.mark.parametrize(
    "field",
    [
        {"on": "2026-13-40"},
        {"on": "明天"},
        {"limit": 0},
        {"limit": 101},
        {"offset": -1},
        {"kinds": ["law"]},
        {"x": 1},
    ],
)
def test_malformed_requests_are_refused(field: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SearchRequest.model_validate({"query": "宅基地", **field})


@pytest.mark.parametrize(
    "query",
    ["?????", "！！！", "😀", "1", "的", "SELECT * FROM laws; --", "<script>", "\x00", "〇", "A" * 2000],
)
def test_odd_queries_are_answered(kb: KnowledgeBase, query: str) -> None:
    search(kb, query)


def test_a_date_long_past_finds_no_law(kb: KnowledgeBase) -> None:
    hits = search(kb, "宅基地", on="1900-01-01").hits
    assert not [h for h in hits if h.kind == "provision"]


def test_the_explanation_is_true(kb: KnowledgeBase) -> None:
    for query in ("邻居盖房挡住采光", "彩礼返还", "拖欠工资怎么要", "宅基地使用权转让"):
        response = search(kb, query, limit=20)
        assert [h for h in response.hits if h.matched.terms]
        for hit in response.hits:
            assert all(term in hit.text for term in hit.matched.terms), hit.address
            assert set(hit.matched.terms) <= set(response.analysis.terms)
            assert hit.matched.reason


def test_the_part_matched_is_a_part_of_the_provision(kb: KnowledgeBase) -> None:
    for hit in search(kb, "离婚 经济补偿 子女抚养", kinds=["provision"], limit=30).hits:
        if hit.matched.part.startswith("第"):
            provision = kb.catalog.provision(hit.id)
            assert provision is not None
            first = hit.matched.part.split("至")[0]
            found = kb.resolve(f"{provision.address}{first}", TODAY)
            assert found.status in ("ok", "not_in_force"), hit.matched


def test_every_address_found_resolves(kb: KnowledgeBase) -> None:
    """What a search shows can be opened by its address."""
    for query in ("邻居", "合同违约", "诈骗罪 解释", "刑法修正案", "村规民约", "环境", "香港基本法解释"):
        for hit in search(kb, query, kinds=["provision"], limit=50).hits:
            found = kb.resolve(hit.address, TODAY)
            assert found.provision is not None, hit.address
            assert found.provision.id == hit.id


def test_scores_fall(kb: KnowledgeBase) -> None:
    for query in ("邻居盖房挡住采光", "彩礼返还"):
        scores = [h.score for h in search(kb, query, limit=50).hits]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= s <= 1 for s in scores)


def test_times_are_told(kb: KnowledgeBase) -> None:
    took = search(kb, "宅基地").took_ms
    assert set(took) >= {"embedding", "search", "total"}
    assert took["total"] >= took["search"]


def test_a_scope_not_asked_for_is_not_seen(kb: KnowledgeBase) -> None:
    assert kb.search(SearchRequest(query="宅基地"), scopes=("nobody",)).hits == []
