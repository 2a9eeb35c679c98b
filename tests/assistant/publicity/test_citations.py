"""Citations are read back from the text, and nothing false passes."""

from datetime import date

import pytest

from assistant.publicity.citations import check

ON = date(2026, 11, 21)


@pytest.fixture
def neighbours(kb) -> str:
    return kb.resolve("民法典第二百八十八条", ON).text


def checked(kb, text, on=ON):
    return [(c.address, c.verified) for c in check(text, kb, on)]


def test_quotation_with_source_before_it(kb, neighbours):
    found = check(f"《民法典》第288条规定：「{neighbours}」", kb, ON)
    assert [(c.address, c.quote, c.verified, c.in_text) for c in found] == [
        ("民法典第二百八十八条", neighbours, True, True)
    ]
    assert found[0].effective_from == date(2021, 1, 1)


def test_one_changed_character_is_noticed(kb, neighbours):
    found = check(f"《民法典》第二百八十八条规定：「{neighbours.replace('应当', '可以')}」", kb, ON)
    assert not found[0].verified
    assert "不一致" in found[0].problem


def test_words_of_one_article_under_the_number_of_another(kb, neighbours):
    assert checked(kb, f"《民法典》第二百九十四条规定：「{neighbours}」") == [("民法典第二百九十四条", False)]


def test_source_behind_a_dash_on_the_next_line_wins(kb, neighbours):
    other = kb.resolve("民法典第二百九十四条", ON).text
    text = f"「{neighbours}」\n——《民法典》第二百八十八条\n「{other}」\n——《民法典》第二百九十四条"
    assert checked(kb, text) == [("民法典第二百八十八条", True), ("民法典第二百九十四条", True)]


def test_broadcast_marker_is_a_quotation(kb, neighbours):
    spoken = "民法典第二百八十八条是这样规定的。\n请听法律原文：{}\n原文念完了。"
    assert checked(kb, spoken.format(neighbours)) == [("民法典第二百八十八条", True)]
    assert checked(kb, spoken.format(neighbours[:-4] + "邻居。")) == [("民法典第二百八十八条", False)]


def test_plain_quotation_marks_after_a_claim_are_checked_too(kb, neighbours):
    assert checked(kb, f"《民法典》第二百八十八条规定：“{neighbours}”") == [("民法典第二百八十八条", True)]
    assert checked(kb, "《民法典》第二百八十八条规定：“邻居必须让路”") == [("民法典第二百八十八条", False)]


def test_quotation_without_any_source(kb):
    found = check("法律说：「谁家的树谁负责」", kb, ON)
    assert [(c.address, c.verified) for c in found] == [("", False)]
    assert "没有写明出自哪部法律" in found[0].problem


def test_speech_in_ordinary_marks_is_left_alone(kb):
    assert check("老李说：“我家的树我做主。”", kb, ON) == []


def test_named_without_quotation_keeps_what_the_law_says_today(kb, neighbours):
    found = check("睦邻友好\n——《民法典》第二百八十八条", kb, ON)
    assert [(c.address, c.quote, c.verified, c.in_text) for c in found] == [
        ("民法典第二百八十八条", neighbours, True, False)
    ]


def test_article_named_above_its_quoted_paragraph_counts_once(kb):
    second = kb.resolve("民法典第一千零六十七条第二款", ON).text
    text = f"看《民法典》第一千零六十七条。\n《民法典》第一千零六十七条第二款规定：「{second}」"
    assert checked(kb, text) == [("民法典第一千零六十七条第二款", True)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("依据《民法典》第一千三百条", "没有第一千三百条"),
        ("依据《噪声污染防治法》第六十五条", "不再施行"),
        ("依据《婚姻法》第二十一条", "废止"),
        ("依据《农村和睦相处法》第三条", "没有《农村和睦相处法》"),
    ],
)
def test_citations_that_fail_say_why(kb, text, why):
    found = check(text, kb, ON)
    assert [c.verified for c in found] == [False]
    assert why in found[0].problem


def test_a_law_cited_inside_a_quotation_is_not_the_drafts_citation(kb):
    article = next(
        p
        for p in kb.catalog.provisions(kb.catalog.version_on("治安管理处罚法", ON).id)
        if "《中华人民共和国" in p.text and len(p.paragraphs) == 1
    )
    assert checked(kb, f"《治安管理处罚法》{article.article}规定：「{article.text}」") == [
        (article.address, True)
    ]


def test_the_day_decides(kb):
    """村民委员会组织法 §31 is about village rules only since 2026-01-01; until then that was §27."""
    text = kb.resolve("村民委员会组织法第三十一条第一款", ON).text
    draft = f"《村民委员会组织法》第三十一条第一款规定：「{text}」"
    assert checked(kb, draft, ON) == [("村民委员会组织法第三十一条第一款", True)]
    assert checked(kb, draft, date(2025, 12, 31))[0][1] is False
