"""The citation check on pairs of claim and provision. Statute text is read from the data, never typed;
what is wrong in a wrong pair is made from it by one named change."""

import re
from datetime import date

import pytest

import corpora
from assistant.grounding.check import check_text, verify_quote
from assistant.grounding.gate import gate
from assistant.grounding.types import CheckRequest, Claim
from ingest.readers.read import read
from kb.base import KnowledgeBase
from kb.errors import BadRequest

TODAY = date(2026, 11, 21)


def text_of(kb: KnowledgeBase, address: str, on: date = TODAY) -> str:
    found = kb.resolve(address, on)
    assert found.ok, found.message
    return found.text.replace("\n", "")


def first_sentence(kb: KnowledgeBase, address: str) -> str:
    return text_of(kb, address).split("。")[0]


def check(kb: KnowledgeBase, text: str, on: date = TODAY) -> list[Claim]:
    return check_text(kb, CheckRequest(text=text, on=on)).claims


def one(kb: KnowledgeBase, text: str, on: date = TODAY) -> Claim:
    claims = check(kb, text, on)
    assert len(claims) == 1, [c.text for c in claims]
    return claims[0]


def changed(text: str, old: str, new: str) -> str:
    assert old in text, f"{old} is not in the provision: {text}"
    return text.replace(old, new, 1)


SUPPORTED = [
    "民法典第二百八十八条", "民法典第二百九十条第一款", "民法典第三百三十七条", "民法典第六百八十条第一款",
    "民法典第一千零四十六条", "民法典第一千零六十七条第二款", "民法典第一千一百二十六条", "人民调解法第四条",
    "人民调解法第三十三条第一款", "妇女权益保障法第五十六条第一款", "农村集体经济组织法第十八条第一款",
    "公益事业捐赠法第四条", "行政处罚法第十六条", "村民委员会组织法第三十一条第一款", "反家庭暴力法第十三条第一款",
]  # fmt: skip


@pytest.mark.parametrize("address", SUPPORTED)
def test_quoted_verbatim_is_supported(kb: KnowledgeBase, address: str) -> None:
    claim = one(kb, f"{address}规定：“{text_of(kb, address)}”")
    assert claim.verdict == "supported"
    [citation] = claim.citations
    assert (citation.exists, citation.in_force, citation.quote_matches, citation.supports) == (True,) * 4
    assert citation.address == address


@pytest.mark.parametrize("address", SUPPORTED)
def test_the_law_s_own_words_without_quotation_marks_are_supported(kb: KnowledgeBase, address: str) -> None:
    claim = one(kb, f"根据《{address.replace('第', '》第', 1)}，{first_sentence(kb, address)}。")
    assert claim.verdict == "supported"
    assert claim.citations[0].supports is True
    assert claim.citations[0].quote_matches is None


@pytest.mark.parametrize(
    "text",
    [
        "成年子女应当赡养缺乏劳动能力或者生活困难的父母（《民法典》第1067条第2款）。",
        "依据人民调解法第四条，村调委会的人民调解委员会调解民间纠纷不收取任何费用。",
        "民法典第一百八十八条规定，向人民法院请求保护民事权利的诉讼时效期间为3年。",
        "双方可以自调解协议生效之日起30天内共同向人民法院申请司法确认（《人民调解法》第33条）。",
        "《民法典》第一千零四十七条规定，结婚年龄男不得早于22周岁，女不得早于20周岁。",
    ],
)
def test_paraphrase_is_supported(kb: KnowledgeBase, text: str) -> None:
    assert one(kb, text).verdict == "supported"


ALTERED_NUMBERS = [
    ("民法典第一百八十八条第一款", "三年", "两年"),
    ("人民调解法第三十三条第一款", "三十日", "一个月"),
    ("人民调解法第三十三条第一款", "三十日", "六十日"),
    ("民法典第一千零四十七条", "二十二周岁", "二十周岁"),
    ("民法典第七百零五条第一款", "二十年", "三十年"),
    ("农业法第七十三条第一款", "过半数", "三分之二"),
    ("民法典第一千零七十七条第一款", "三十日", "十五日"),
    ("村民委员会组织法第二十五条第一款", "十八周岁", "十六周岁"),
    ("民法典第十七条", "十八周岁", "十六周岁"),
    ("民法典第五百八十六条第二款", "百分之二十", "百分之三十"),
]


@pytest.mark.parametrize(("address", "old", "new"), [a for a in ALTERED_NUMBERS if a[1] != "过半数"])
def test_altered_number_is_contradicted(kb: KnowledgeBase, address: str, old: str, new: str) -> None:
    claim = one(
        kb, f"根据《{address.replace('第', '》第', 1)}，{changed(first_sentence(kb, address), old, new)}。"
    )
    assert claim.verdict == "contradicted"
    assert claim.citations[0].supports is False
    assert any(new in p and old in p for p in claim.problems), claim.problems


@pytest.mark.parametrize(
    ("address", "old", "new"),
    [
        ("民法典第三百三十七条", "不得", "可以"),
        ("人民调解法第四条", "不收取任何费用", "可以收取费用"),
        ("民法典第一千零六十二条第二款", "有平等的处理权", "没有平等的处理权"),
        ("村民委员会组织法第三十一条第二款", "不得", "可以"),
        ("民法典第二百九十条第一款", "应当", "可以"),
        ("民法典第六百八十条第一款", "不得", "可以"),
        ("民法典第四百七十五条", "可以", "不得"),
        ("反家庭暴力法第十三条第一款", "应当", "可以"),
        ("行政处罚法第十六条", "不得", "可以"),
        ("民法典第五百零九条第一款", "应当", "可以"),
        ("农村集体经济组织法第十八条第二款", "不得", "可以"),
        ("妇女权益保障法第五十八条第二款", "有权", "无权"),
    ],
)
def test_flipped_modality_or_negation_is_contradicted(
    kb: KnowledgeBase, address: str, old: str, new: str
) -> None:
    sentences = [s for s in text_of(kb, address).split("。") if old in s]
    claim = one(kb, f"根据《{address.replace('第', '》第', 1)}，{changed(sentences[0], old, new)}。")
    assert claim.verdict == "contradicted", (claim.verdict, claim.problems)
    assert claim.problems


@pytest.mark.parametrize(
    ("address", "old", "new"),
    [
        ("民法典第三百三十七条", "不得", "可以"),
        ("人民调解法第三十三条第一款", "三十日", "六十日"),
        ("民法典第二百八十八条", "团结互助", "互谅互让"),
        ("民法典第一千零四十六条", "完全自愿", "基本自愿"),
        ("人民调解法第四条", "任何", "过高的"),
        ("公益事业捐赠法第四条", "自愿和无偿", "自愿"),
        ("妇女权益保障法第五十六条第一款", "离婚、", ""),
        ("民法典第一千一百二十六条", "男女平等", "男女有别"),
    ],
)
def test_changed_quotation_is_misquoted(kb: KnowledgeBase, address: str, old: str, new: str) -> None:
    wrong = changed(text_of(kb, address), old, new)
    claim = one(kb, f"{address}规定：“{wrong}”")
    assert claim.verdict == "misquoted"
    assert claim.citations[0].quote_matches is False
    assert "原文" in claim.problems[0]


@pytest.mark.parametrize(
    ("address", "begin", "end"),
    [
        ("劳动合同法第四十二条", "用人单位", "解除劳动合同"),
        ("民法典第一千零八十二条", "女方在怀孕期间", "提出离婚"),
        ("民法典第一千零六十七条第二款", "成年子女", "履行赡养义务"),
    ],
)
def test_an_ellipsis_must_not_swallow_what_turns_the_words_round(
    kb: KnowledgeBase, address: str, begin: str, end: str
) -> None:
    text = text_of(kb, address)
    assert re.search("[不未]", text[text.index(begin) : text.index(end)])
    assert one(kb, f"{address}规定：“{begin}……{end}”").verdict in ("misquoted", "wrong_citation")
    assert not verify_quote(kb, address, f"{begin}……{end}", TODAY).verified


def test_an_ellipsis_may_leave_out_whole_items_and_what_turns_nothing_round(kb: KnowledgeBase) -> None:
    address = "劳动合同法第三十八条第一款"
    head, first, second = kb.resolve(address).text.split("\n")[:3]
    assert re.search("[不未]", first)
    assert one(kb, f"{address}规定：“{head}……{second}”").verdict == "supported"
    support = text_of(kb, "民法典第一千零六十七条第二款")
    middle = "或者生活困难"
    assert middle in support
    claim = one(kb, f"民法典第一千零六十七条第二款规定：“{support.replace(middle, '……')}”")
    assert claim.verdict == "supported"


FAITHFUL = "民法典第一千零四十三条第二款"


@pytest.mark.parametrize(
    "concluded",
    ["，因此打老婆的要判三年。", "，出轨的一方必须净身出户。", "，所以公安机关可以把他拘留十五日。"],
)
def test_a_right_quotation_bears_out_no_conclusion(kb: KnowledgeBase, concluded: str) -> None:
    quote = text_of(kb, FAITHFUL).split("；")[0]
    claim = one(kb, f"{FAITHFUL}规定：“{quote}”{concluded}")
    assert claim.verdict == "undecided"
    assert claim.citations[0].quote_matches is True
    assert "人工" in claim.problems[-1]
    assert gate(kb, claim.text, TODAY, repairs=0).passed == []


def test_what_the_provision_says_may_follow_its_quotation(kb: KnowledgeBase) -> None:
    first, _, second = text_of(kb, FAITHFUL).rstrip("。").partition("；")
    for text in (
        f"两口子过日子讲什么，{FAITHFUL}：“{first}”",
        f"“{first}”，这是{FAITHFUL}的规定。",
        f"{FAITHFUL}规定：“{first}”，所以{second}。",
    ):
        assert one(kb, text).verdict == "supported", text


WRONG = [
    ("民法典第二百八十八条", "民法典第三百三十七条"),
    ("民法典第一千零四十六条", "民法典第二百八十八条"),
    ("人民调解法第四条", "人民调解法第十五条"),
    ("民法典第六百八十条第一款", "民法典第六百六十七条"),
    ("妇女权益保障法第五十六条第一款", "妇女权益保障法第三十二条"),
    ("村民委员会组织法第三十一条第一款", "村民委员会组织法第二十七条"),
]


@pytest.mark.parametrize(("said", "cited"), WRONG)
def test_quotation_from_another_article_names_the_right_one(kb: KnowledgeBase, said: str, cited: str) -> None:
    claim = one(kb, f"{cited}规定：“{text_of(kb, said)}”")
    assert claim.verdict == "wrong_citation"
    assert said.split("条")[0] + "条" in claim.problems[0]


@pytest.mark.parametrize(("said", "cited"), WRONG)
def test_statement_from_another_article_names_the_right_one(kb: KnowledgeBase, said: str, cited: str) -> None:
    claim = one(kb, f"根据{cited}，{first_sentence(kb, said)}。")
    assert claim.verdict == "wrong_citation"
    assert claim.citations[0].supports is False
    assert any(said.split("条")[0] + "条" in p for p in claim.problems)


def test_wrong_paragraph_of_the_right_article(kb: KnowledgeBase) -> None:
    quote = text_of(kb, "民法典第一千零六十七条第二款")
    claim = one(kb, f"民法典第一千零六十七条第一款规定：“{quote}”")
    assert claim.verdict == "wrong_citation"
    assert "民法典第一千零六十七条第二款" in claim.problems[0]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("根据《婚姻法》第二十一条，子女应当赡养父母。", "民法典"),
        ("《继承法》第九条规定继承权男女平等。", "民法典"),
        ("《合同法》第五十二条规定的合同无效。", "民法典"),
        ("《物权法》规定相邻各方应当团结互助。", "民法典"),
        ("《侵权责任法》第六条第一款规定了过错责任。", "民法典"),
        ("《民法总则》第一百八十八条规定诉讼时效为三年。", "民法典"),
        ("《环境保护法》第六条规定一切单位和个人都有保护环境的义务。", "生态环境法典"),
    ],
)
def test_repealed_law_is_not_in_force_and_its_successor_named(
    kb: KnowledgeBase, text: str, word: str
) -> None:
    claim = one(kb, text)
    assert claim.verdict == "not_in_force"
    assert any(word in p for p in claim.problems), claim.problems


def test_the_day_decides(kb: KnowledgeBase) -> None:
    before, after = date(2026, 8, 1), date(2026, 11, 21)
    address = "环境保护法第六条第一款"
    text = f"{address}规定：“{text_of(kb, address, before)}”"
    assert one(kb, text, before).verdict == "supported"
    assert one(kb, text, after).verdict == "not_in_force"


@pytest.mark.parametrize(
    ("said", "article", "wrong", "right"),
    [
        ("一审判决下来不服，有十五天可以上诉", "民事诉讼法第一百七十一条", "第二款", "第一款"),
        ("缺乏劳动能力的父母可以向成年子女要赡养费", "民法典第一千零六十七条", "第一款", "第二款"),
    ],
)
def test_the_wrong_part_of_the_right_article_is_a_wrong_citation(
    kb: KnowledgeBase, said: str, article: str, wrong: str, right: str
) -> None:
    claim = one(kb, f"{said}（{article}{wrong}）。")
    assert claim.verdict == "wrong_citation"
    assert article + right in "".join(claim.problems)
    assert one(kb, f"{said}（{article}{right}）。").verdict != "wrong_citation"
    assert one(kb, f"{said}（{article}）。").verdict != "wrong_citation"


@pytest.mark.parametrize(
    "text",
    [
        "《邻里互助法》第三条规定，邻里应当互助。",
        "《村民自治促进法》规定，村规可以设定罚款。",
        "民法典第三千条规定，邻居应当和睦。",
        "人民调解法第九十九条规定，调解员可以收费。",
        "民法典第一千零六十七条第九款规定，子女应当赡养父母。",
        "人民调解法第三条第（九）项规定，调解应当公开。",
    ],
)
def test_invented_law_or_article_is_a_wrong_citation(kb: KnowledgeBase, text: str) -> None:
    claim = one(kb, text)
    assert claim.verdict == "wrong_citation"
    assert all(not c.exists and not c.in_force for c in claim.citations)
    assert claim.problems


@pytest.mark.parametrize(
    "text",
    [
        "根据民法典第二百八十八条，张某家的柿子树枝伸过来，落果砸坏车棚，得给李家一个说法。",
        "依据民法典第一千零六十七条，老大每月给老人六百元，老二管吃住。",
        "根据《民法典》第六百七十九条，刘某借给钱某的五万元从收到钱那天算起。",
    ],
)
def test_what_rules_cannot_decide_is_said_not_guessed(kb: KnowledgeBase, text: str) -> None:
    claim = one(kb, text)
    assert claim.verdict in {"undecided", "unsupported"}
    assert claim.problems
    if claim.verdict == "undecided":
        assert claim.citations[0].supports is None
        assert "人工" in claim.problems[-1]


def test_words_shared_with_an_article_of_another_matter_are_doubted(kb: KnowledgeBase) -> None:
    said = "成员大会拍板，要全体成员三分之二以上同意才算数，见《农村集体经济组织法》第{}条。"
    claim = one(
        kb, said.format("二十八")
    )  # of representatives; the members' own vote is in the article before
    assert claim.verdict == "undecided" and claim.citations[0].supports is None
    assert "核对条号" in "".join(claim.problems)
    assert one(kb, said.format("二十七")).verdict == "supported"


def test_article_about_something_else_is_unsupported(kb: KnowledgeBase) -> None:
    claim = one(kb, "根据民法典第二百八十八条，骑电动车上路必须戴好头盔。")
    assert claim.verdict == "unsupported"


@pytest.mark.parametrize(
    "text",
    [
        "欠债不还属于违法行为，应当承担民事责任。",
        "法律规定，诉讼时效过了就不能再要。",
        "《民法典》规定，借款的利率不得违反国家有关规定。",
    ],
)
def test_law_asserted_without_an_article(kb: KnowledgeBase, text: str) -> None:
    claim = one(kb, text)
    assert claim.verdict == "no_citation"
    assert claim.problems


@pytest.mark.parametrize(
    "text",
    [
        "老李和老王昨天又吵了一架。",
        "您可以先找村调委会说说。",
        "请拨打12348咨询。",
        "双方约定月底前付清五千元。",
    ],
)
def test_nothing_to_check(kb: KnowledgeBase, text: str) -> None:
    assert one(kb, text).verdict == "not_legal"


def test_context_is_carried_to_later_sentences(kb: KnowledgeBase) -> None:
    quote = text_of(kb, "民法典第二百九十条第一款")
    text = f"先看《民法典》第二百八十八条。该法第二百九十条第一款规定：“{quote}”前述规定就是：{quote}"
    claims = check(kb, text)
    assert claims[1].citations[0].address == "民法典第二百九十条第一款"
    assert claims[1].verdict == "supported"


def test_clauses_of_contracts_and_village_rules_are_not_citations(kb: KnowledgeBase) -> None:
    claims = check(kb, "《民法典》第五百零九条讲了诚信。合同第三条写明月底付款。村规民约第五条写的是养犬。")
    assert [len(c.citations) for c in claims] == [1, 0, 0]


def test_several_citations_each_have_their_own_result(kb: KnowledgeBase) -> None:
    claims = check(kb, "《民法典》第二百八十八条；《婚姻法》第二十一条；《民法典》第五千条")
    assert [c.verdict for c in claims] == ["supported", "not_in_force", "wrong_citation"]


def test_offsets_point_into_the_text(kb: KnowledgeBase) -> None:
    text = "老李问。\n根据《民法典》第二百八十八条，邻居应当团结互助。 还有别的。"
    for claim in check(kb, text):
        assert text[claim.start : claim.end] == claim.text
        for citation in claim.citations:
            assert text[citation.start : citation.end] == citation.raw


def test_basis_of_every_sample_case_is_in_order(kb: KnowledgeBase) -> None:
    checked = 0
    for name in "abc":
        for record in read(corpora.path("cases", f"cases-{name}.jsonl")).records:
            on = date.fromisoformat(str(record.get("受理日期") or TODAY)[:10])
            for claim in check(kb, record["解纷依据"], on):
                assert claim.verdict == "supported", (record["name"], claim.text, claim.problems)
                checked += len(claim.citations)
    assert checked > 250


def test_summary(kb: KnowledgeBase) -> None:
    good = check_text(kb, CheckRequest(text="老李家吵架。《民法典》第二百八十八条。", on=TODAY))
    assert good.ok and good.counts == {"not_legal": 1, "supported": 1}
    bad = check_text(kb, CheckRequest(text="《婚姻法》第二十一条。", on=TODAY))
    assert not bad.ok and bad.on == TODAY


def test_bad_input(kb: KnowledgeBase) -> None:
    for text in ["", "  \n", "字" * 200_001]:
        with pytest.raises(BadRequest):
            check_text(kb, CheckRequest(text=text))


def test_hostile_input_is_quick_and_survives(kb: KnowledgeBase) -> None:
    for text in [
        "“" * 5000,
        "《" * 5000,
        "第" * 5000 + "条",
        "（一）" * 3000,
        "民法典第一条、" * 500,
        "\x00\ud800".encode("utf-8", "ignore").decode() + "民法典第一条",
    ]:
        check(kb, text)


def test_verify_quote(kb: KnowledgeBase) -> None:
    quote = text_of(kb, "民法典第三百三十七条")
    assert verify_quote(kb, "民法典第337条", quote, TODAY).verified
    assert verify_quote(kb, "民法典第337条", quote, TODAY).address == "民法典第三百三十七条"
    wrong = verify_quote(kb, "民法典第三百三十七条", changed(quote, "不得", "可以"), TODAY)
    assert not wrong.verified and "不得" in wrong.reason
    assert not verify_quote(kb, "婚姻法第二十一条", quote, TODAY).verified
    assert not verify_quote(kb, "不是法条", quote, TODAY).verified
    assert not verify_quote(kb, "民法典第三百三十七条", "", TODAY).verified


def test_a_paraphrase_of_the_article_cited_is_not_sent_to_another(kb):
    """Found while writing the README: 第一千一百一十八条 shares more words, but 第一千零六十七条 is right."""
    text = "依照《民法典》第一千零六十七条第二款，父母可以要求给付赡养费。"
    (claim,) = check_text(kb, CheckRequest(text=text)).claims
    assert claim.verdict in ("supported", "undecided")
    assert claim.citations[0].supports is not False


def test_a_quotation_that_begins_behind_a_negation_is_a_misquotation(kb: KnowledgeBase) -> None:
    """What the law forbids, quoted from the word behind 不得 on, would read as what it orders."""
    address = "劳动合同法第四十二条"
    whole = kb.resolve(address).text
    at = whole.index("不得")
    behind = whole[at + 2 :].split("：")[0]
    assert len(behind) > 10
    cut = one(kb, f"《劳动合同法》第四十二条规定：“{behind}”。")
    assert cut.verdict == "misquoted" and "不得" in cut.problems[0]
    assert [c.quote_matches for c in cut.citations] == [False]
    for claim in (
        f"《劳动合同法》第四十二条规定：“不得{behind}”。",
        f"《劳动合同法》第四十二条规定，不得“{behind}”。",
    ):
        assert one(kb, claim).verdict != "misquoted"


@pytest.mark.parametrize(
    "claim",
    [
        "离婚冷静期是六十天。", "酒驾撞死人判十年。", "儿子必须替父亲还钱。", "赖账的人要拘留十五天。", "乱扔垃圾罚款五百元。",
        "欠钱不还会坐牢。",
    ],
)  # fmt: skip
def test_law_told_without_a_word_of_law_needs_a_source(kb: KnowledgeBase, claim: str) -> None:
    assert one(kb, claim).verdict == "no_citation"


@pytest.mark.parametrize(
    "claim",
    [
        "老人必须拄拐才能走。",
        "他判断得对。",
        "两家协议约定，乙必须在月底前还钱。",
        "冷静下来好好谈。",
        "会不会坐牢？",
    ],
)
def test_what_tells_no_law_needs_none(kb: KnowledgeBase, claim: str) -> None:
    assert one(kb, claim).verdict == "not_legal"
