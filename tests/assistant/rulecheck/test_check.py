"""The whole check, on the real knowledge base."""

from datetime import date

import pytest

import corpora
from assistant.rulecheck.check import check_rules
from assistant.rulecheck.missing import missing_parts
from assistant.rulecheck.rules import load_rules
from assistant.rulecheck.types import RulesCheckRequest
from kb.base import KnowledgeBase
from kb.errors import BadRequest

TODAY = date(2026, 11, 22)
NEXT_YEAR = date(2027, 2, 1)


@pytest.mark.parametrize("on", [TODAY, NEXT_YEAR])
def test_every_provision_of_every_rule_is_law_that_day(kb: KnowledgeBase, on: date) -> None:
    wrong = [
        (rule.kind, address, kb.resolve(address, on).message)
        for rule in load_rules()
        for address in rule.addresses(on)
        if not kb.resolve(address, on).ok
    ]
    assert wrong == []
    assert all(rule.addresses(on) for rule in load_rules())


def test_addresses_are_written_canonically(kb: KnowledgeBase) -> None:
    for rule in load_rules():
        for address in rule.addresses(TODAY):
            assert kb.resolve(address, TODAY).address == address


def test_renumbered_law_is_cited_by_the_number_of_the_day() -> None:
    fine = next(rule for rule in load_rules() if rule.kind == "设定罚款")
    assert "农业法第六十七条第二款" in fine.addresses(TODAY)
    assert "农业法第八十一条第二款" in fine.addresses(NEXT_YEAR)
    assert "农业法第六十七条第二款" not in fine.addresses(NEXT_YEAR)


def test_renumbered_article_says_the_same(kb: KnowledgeBase) -> None:
    for old, new, words in [
        ("农业法第六十七条第二款", "农业法第八十一条第二款", "罚款处罚"),
        ("农业法第六十七条第一款", "农业法第八十一条第一款", "收取行政、事业性费用"),
        ("农业法第六十七条第三款", "农业法第八十一条第三款", "摊派"),
        ("农业法第七十三条第一款", "农业法第八十七条第一款", "筹资筹劳"),
        ("农业法第七十三条第二款", "农业法第八十七条第二款", "以资代劳"),
    ]:
        assert words in kb.resolve(old, TODAY).text
        assert words in kb.resolve(new, NEXT_YEAR).text


def test_clauses_in_order_with_reason_and_rewording(kb: KnowledgeBase) -> None:
    text = "第一条 邻里和睦。\n第二条 乱倒垃圾的，每次罚款二百元。\n第三条 狗由打狗队打死。"
    response = check_rules(kb, RulesCheckRequest(text=text, village="zj-fengshuwan", on=TODAY))
    assert [c.verdict for c in response.clauses] == ["lawful", "overstep", "doubtful"]
    assert [c.index for c in response.clauses] == [1, 2, 3]
    assert response.village == "zj-fengshuwan"
    fined = response.clauses[1]
    assert fined.kind == "设定罚款"
    assert "行政处罚法第十六条" in fined.provisions
    assert "罚款" in fined.reason
    assert fined.rewording and "罚款" not in fined.rewording
    assert text[fined.start :].startswith("第二条")
    assert response.clauses[0].provisions == []
    assert response.counts == {"lawful": 1, "doubtful": 1, "overstep": 1}


def test_a_clause_may_have_several_findings(kb: KnowledgeBase) -> None:
    response = check_rules(kb, RulesCheckRequest(text="一人上访，全家取消低保，并罚款一千元。", on=TODAY))
    kinds = {f.kind for f in response.clauses[0].findings}
    assert {"设定罚款", "剥夺社会保障", "株连家人"} <= kinds


def test_rewordings_are_lawful_themselves(kb: KnowledgeBase) -> None:
    text = "\n".join(f"第{i}条 {rule.rewording}" for i, rule in enumerate(load_rules(), 1))
    response = check_rules(kb, RulesCheckRequest(text=text, on=TODAY))
    assert [(c.kind, c.text) for c in response.clauses if c.verdict == "overstep"] == []


def test_missing_parts_and_old_number(kb: KnowledgeBase) -> None:
    body = "\n".join(f"第{n}条 大家讲文明。" for n in "二三四五六七八九")
    text = f"第一条 根据《村民委员会组织法》第二十七条制定本约。\n{body}"
    response = check_rules(kb, RulesCheckRequest(text=text, on=TODAY))
    assert len(response.missing) == 6
    assert any("备案" in m for m in response.missing)
    assert any("第三十一条" in n for n in response.notes)
    before = check_rules(kb, RulesCheckRequest(text=text, on=date(2025, 6, 1)))
    assert before.notes == []


def test_an_extract_is_not_told_what_it_lacks(kb: KnowledgeBase) -> None:
    assert check_rules(kb, RulesCheckRequest(text="第一条 讲卫生。", on=TODAY)).missing == []


def test_a_complete_sample_lacks_nothing_or_little() -> None:
    text = corpora.path("village_rules", "zj-fengshuwan.md").read_text(encoding="utf-8")
    assert missing_parts(text) == []


def test_bad_input(kb: KnowledgeBase) -> None:
    for text in ["   \n ", "……！！", "字" * 200_001]:
        with pytest.raises(BadRequest):
            check_rules(kb, RulesCheckRequest(text=text))
