"""The knowledge base as the layers above use it."""

from datetime import date

from kb.base import KnowledgeBase
from kb.model import ReviewedQA, stable_id
from kb.search.types import SearchRequest

TODAY = date(2026, 11, 21)


def test_cite_finds_every_citation_of_a_text(kb: KnowledgeBase) -> None:
    found = kb.cite("依照《民法典》第1067条第二款、第1068条和婚姻法第二十条处理", TODAY)
    assert [(r.address, r.status) for r in found] == [
        ("民法典第一千零六十七条第二款", "ok"),
        ("民法典第一千零六十八条", "ok"),
        ("婚姻法第二十条", "repealed_law"),
    ]


def test_resolve_never_raises(kb: KnowledgeBase) -> None:
    for text in ("", "今天天气很好", "第条", "民法典", "x" * 10_000, "\x00"):
        result = kb.resolve(text, TODAY)
        assert result.status == "no_law_named"
        assert result.message


def test_a_provision_of_no_law_asks_for_the_law(kb: KnowledgeBase) -> None:
    for text in ("第十二条", "该法第十二条第二款", "本法第三条"):
        result = kb.resolve(text, TODAY)
        assert result.status == "no_law_named"
        assert "哪部法律" in result.message


def test_today_is_the_default_day(kb: KnowledgeBase) -> None:
    assert kb.resolve("商标法第四条").version == date(2019, 4, 23)


def test_quotations_are_checked_on_the_day(kb: KnowledgeBase) -> None:
    address = "环境保护法第三条"
    text = kb.resolve(address, date(2026, 8, 14)).text
    assert kb.quote_ok(address, text[:15], date(2026, 8, 14))
    assert not kb.quote_ok(address, text[:15], date(2026, 8, 15))
    assert not kb.quote_ok(address, "不" + text[:15], date(2026, 8, 14))


def test_published_answers_are_found_at_once_and_gone_at_once(writable_kb: KnowledgeBase) -> None:
    kb = writable_kb
    qa = ReviewedQA(
        id=stable_id("qa", "test"), question="燃放孔明灯引起火灾谁来赔？", answer="放孔明灯的人承担赔偿责任。",
        addresses=["民法典第一千一百六十五条"], approved_on=TODAY, author="甲", reviewer="乙",
    )  # fmt: skip
    request = SearchRequest(query="燃放孔明灯引起火灾", kinds=["qa"], on=TODAY)
    kb.publish_qa(qa)
    assert [h.id for h in kb.search(request).hits] == [qa.id]
    kb.publish_qa(qa.model_copy(update={"answer": "新的答复。"}))
    assert [h.text for h in kb.search(request).hits] == ["新的答复。"]
    kb.retract_qa(qa.id)
    assert kb.search(request).hits == []
    assert kb.catalog.qa(qa.id) is None


def test_ready_counts_what_is_there(kb: KnowledgeBase) -> None:
    state = kb.ready()
    assert state["ready"] is True
    assert state["counts"]["provisions"] == 26193
    assert state["counts"]["villages"] == 14
    assert state["passages"] > 26193
