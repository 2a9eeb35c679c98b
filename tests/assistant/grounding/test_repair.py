"""What is put right, with which words, and what never is. Statute text comes from the data."""

import re

import pytest

from assistant.grounding.check import check_text
from assistant.grounding.gate import gate, gate_extracts, review
from assistant.grounding.repair import Mender
from assistant.grounding.types import CheckRequest, Repair
from kb.base import KnowledgeBase
from kb.clock import today

SUPPORT = "民法典第一千零六十七条第二款"
CITED = "《民法典》第一千零六十七条第二款"
OTHER = "民法典第二百八十八条"


def words(kb: KnowledgeBase, address: str) -> str:
    found = kb.resolve(address)
    assert found.ok, found.message
    return found.text


def mended(kb: KnowledgeBase, text: str, among: list[str] | None = None) -> Repair | None:
    [claim] = check_text(kb, CheckRequest(text=text)).claims
    assert claim.verdict not in ("supported", "not_legal"), claim.verdict
    return Mender(kb, today(), among=among).mend(claim)


def stands(kb: KnowledgeBase, text: str) -> bool:
    return [c.verdict for c in check_text(kb, CheckRequest(text=text)).claims] == ["supported"]


@pytest.mark.parametrize("cited", [OTHER, "人民调解法第四条", "民法典第九千条", "邻里纠纷处理法第三条"])
def test_a_quotation_gets_the_address_where_it_stands(kb: KnowledgeBase, cited: str) -> None:
    quote = words(kb, SUPPORT)
    repair = mended(kb, f"《{cited.replace('第', '》第', 1)}规定：“{quote}”")
    assert repair is not None
    assert repair.text == f"{CITED}规定：“{quote}”"
    assert (repair.kind, repair.now, repair.addresses) == ("address", CITED, [SUPPORT])
    assert cited.split("第")[0] in repair.was
    assert repair.why


def test_words_that_stand_in_several_provisions_settle_nothing(kb: KnowledgeBase) -> None:
    version = kb.catalog.version_on("民法典", today())
    assert version is not None
    found: dict[str, set[str]] = {}
    for provision in kb.catalog.provisions(version.id):
        for clause in re.split(r"[，。；：\n]", provision.text):
            found.setdefault(clause, set()).add(provision.address)
    common = next(c for c, where in found.items() if len(c) >= 12 and len(where) > 1 and OTHER not in where)
    assert mended(kb, f"《民法典》第二百八十八条规定：“{common}”") is None


@pytest.mark.parametrize(
    ("address", "old", "new"),
    [
        ("民法典第二百八十八条", "团结互助", "互谅互让"),
        ("人民调解法第三十三条第一款", "三十日", "六十日"),
        ("民法典第六百八十条第一款", "不得", "可以"),
    ],
)
def test_a_close_misquotation_gets_the_law_s_own_words(
    kb: KnowledgeBase, address: str, old: str, new: str
) -> None:
    right = words(kb, address)
    assert old in right
    repair = mended(kb, f"{address}规定：“{right.replace(old, new, 1)}”")
    assert repair is not None
    assert repair.kind == "quotation"
    assert right.startswith(repair.now.rstrip("。；"))
    assert old in repair.now and new not in repair.now
    assert stands(kb, repair.text)


def test_a_quotation_on_which_somebody_s_own_words_rest_keeps_its_meaning(kb: KnowledgeBase) -> None:
    """With 不得 put in, what is said before the quotation would be false and look proven."""
    right = words(kb, "民法典第六百八十条第一款")
    wrong = right.replace("不得", "可以", 1)
    assert wrong != right
    assert mended(kb, f"高利放贷收多少利息都行，民法典第六百八十条第一款：“{wrong}”") is None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("成年子女应当赡养缺乏劳动能力或者生活困难的父母（《民法典》第二百八十八条）。", SUPPORT),
        ("成年子女应当赡养缺乏劳动能力或者生活困难的父母（《老人赡养促进法》第三条）。", SUPPORT),
        ("根据民法典第九千条，禁止高利放贷，借款的利率不得违反国家有关规定。", "民法典第六百八十条第一款"),
    ],
)
def test_a_statement_gets_the_provision_that_bears_it_out(kb: KnowledgeBase, text: str, address: str) -> None:
    repair = mended(kb, text)
    assert repair is not None
    assert repair.addresses == [address]
    assert stands(kb, repair.text)
    # the claim's own words are untouched
    assert repair.text.replace(repair.now, "") == text.replace(repair.was, "")


def test_a_statement_without_a_source_gets_one(kb: KnowledgeBase) -> None:
    said = "成年子女依法应当赡养缺乏劳动能力或者生活困难的父母"
    repair = mended(kb, f"{said}。")
    assert repair is not None
    assert repair.text == f"{said}（{repair.now}）。"
    assert (repair.kind, repair.was, repair.addresses) == ("found", "", [SUPPORT])


@pytest.mark.parametrize(
    "text",
    [
        "借款合同对支付利息没有约定的，视为没有利息（《合同法》第二百一十一条）。",
        "《婚姻法》第二十一条规定，成年子女应当赡养缺乏劳动能力或者生活困难的父母。",
    ],
)
def test_repealed_law_is_followed_into_the_law_that_replaced_it(kb: KnowledgeBase, text: str) -> None:
    repair = mended(kb, text)
    assert repair is not None
    assert repair.kind == "replaced"
    assert "法" in repair.was and "民法典" not in repair.was
    assert repair.addresses[0].startswith("民法典")
    assert kb.resolve(repair.addresses[0]).ok
    assert "废止" in repair.why


@pytest.mark.parametrize(
    "text",
    [
        "根据《民法典》第一百八十八条，向人民法院请求保护民事权利的诉讼时效期间为两年。",
        "根据《民法典》第二百八十八条，成年子女可以不赡养缺乏劳动能力或者生活困难的父母。",
        "根据《民法典》第六百八十条第一款，借款的利率可以违反国家有关规定。",
        "根据《邻里纠纷处理法》第三条，邻居打牌吵人要赔三倍误工费。",
        "《婚姻法》第二十一条。",
        # the successor says the contrary in nearly the same words
        "保证方式没有约定的按连带责任承担，依据《担保法》第十九条。",
    ],
)
def test_what_no_provision_bears_out_is_never_put_right(kb: KnowledgeBase, text: str) -> None:
    repair = mended(kb, text)
    assert repair is None, repair


def test_only_what_was_allowed_is_put_in(kb: KnowledgeBase) -> None:
    text = "成年子女应当赡养缺乏劳动能力或者生活困难的父母（《婚姻法》第二十一条）。"
    assert mended(kb, text, among=[OTHER]) is None
    repair = mended(kb, text, among=[OTHER, SUPPORT])
    assert repair is not None and repair.addresses == [SUPPORT]


def test_of_several_citations_only_the_one_that_fails_is_exchanged(kb: KnowledgeBase) -> None:
    quote = words(kb, SUPPORT)
    text = f"《婚姻法》第二十一条、《老年人权益保障法》第十四条讲过：《民法典》第九千条规定：“{quote}”"
    assert mended(kb, text) is None, "two of them fail"
    text = "依照《老年人权益保障法》第十四条和《民法典》第九千条，成年子女应当赡养缺乏劳动能力或者生活困难的父母。"
    repair = mended(kb, text)
    if repair is not None:
        assert repair.addresses[0] == "老年人权益保障法第十四条"
        assert "《老年人权益保障法》第十四条和《民法典》第" in repair.text


def test_the_gate_keeps_order_and_says_what_became_of_each(kb: KnowledgeBase) -> None:
    quote = words(kb, SUPPORT)
    true = f"{SUPPORT}规定：“{quote}”"
    wrong = f"{OTHER}规定：“{quote}”"
    invented = "根据《邻里纠纷处理法》第三条，邻居要赔三倍。"
    found = gate(kb, "\n".join([wrong, invented, true]))
    assert [p.text for p in found.passed] == [true]
    assert [(r.was, r.addresses) for r in found.repaired] == [(wrong, [SUPPORT])]
    assert [r.text for r in found.removed] == [invented]
    assert found.text.split("\n") == [found.repaired[0].text, true]
    shown = found.checked()
    assert (shown.claims, shown.repaired, len(shown.removed), len(shown.passed)) == (3, 1, 1, 1)
    assert OTHER.removeprefix("民法典") in found.repaired[0].reason or "引文" in found.repaired[0].reason


def test_what_leans_on_a_sentence_that_is_gone_goes_too(kb: KnowledgeBase) -> None:
    law = "民法典第一百八十八条"
    further = words(kb, f"{law}第二款").split("。")[0]
    false = f"{law}规定，向人民法院请求保护民事权利的诉讼时效期间为两年。"
    leaning = f"该条还规定：“{further}。”"
    standing = check_text(kb, CheckRequest(text=false + leaning)).claims
    assert [c.verdict for c in standing] == ["contradicted", "supported"]
    found = gate(kb, false + leaning)
    assert found.text == ""
    assert [r.text for r in found.removed] == [false, leaning]


def test_a_text_at_the_limit_may_grow_by_its_repairs(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    law = "民法典第一百八十八条"
    first, second = (words(kb, f"{law}{part}").split("。")[0] for part in ("第一款", "第二款"))
    wrong = f"{OTHER}规定：“{words(kb, SUPPORT)}”"
    text = f"{wrong}\n{law}规定：“{first}。”\n该条还规定：“{second}。”"
    monkeypatch.setattr(kb.settings, "max_text_chars", len(text))
    found = gate(kb, text)
    assert len(found.text) > len(text)
    assert (len(found.repaired), len(found.passed), len(found.removed)) == (1, 2, 0)


def test_the_limit_of_repairs_is_kept_and_told(kb: KnowledgeBase) -> None:
    quote = words(kb, SUPPORT)
    wrong = f"{OTHER}规定：“{quote}”"
    found = gate(kb, "\n".join([wrong] * 3), repairs=2)
    assert (len(found.repaired), len(found.removed), found.not_tried) == (2, 1, 1)


def test_a_review_suggests_and_changes_nothing_else(kb: KnowledgeBase) -> None:
    quote = words(kb, SUPPORT)
    first, last = "乡亲们，先说一件事。", "\n\n　　大家有事多商量。\n"
    wrong = f"{OTHER}规定：“{quote}”"
    text = f"{first}{wrong}{last}"
    asked = review(kb, CheckRequest(text=text, repair=True))
    [suggested] = [c for c in asked.claims if c.repair]
    assert suggested.text == wrong
    assert suggested.verdict == "wrong_citation"
    assert asked.repaired == f"{first}{CITED}规定：“{quote}”{last}"
    unasked = review(kb, CheckRequest(text=text))
    assert unasked.repaired == "" and not any(c.repair for c in unasked.claims)


def test_extracts_are_decided_by_their_words(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> None:
        raise AssertionError("an extract is neither searched for nor embedded")

    monkeypatch.setattr(type(kb), "search", forbidden)
    monkeypatch.setattr(type(kb.embedder), "embed_passages", forbidden)
    right = words(kb, SUPPORT)
    found = gate_extracts(kb, [(SUPPORT, right), (OTHER, right), ("婚姻法第二十一条", right)])
    assert [p.addresses for p in found.passed] == [[SUPPORT]]
    assert len(found.removed) == 2
    assert found.claims == 3
