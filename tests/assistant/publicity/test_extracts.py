"""Extracts are whole 款 or whole sentences, never a half that says something else."""

from datetime import date

from assistant.publicity.extracts import extracts_of, fit, sentences, spoken

ON = date(2026, 11, 21)


def test_an_article_gives_its_paragraphs_with_their_addresses(kb):
    found = extracts_of(kb.resolve("民法典第一千零六十七条", ON))
    assert [e.address for e in found] == ["民法典第一千零六十七条第一款", "民法典第一千零六十七条第二款"]
    assert found[1].cited == "《民法典》第一千零六十七条第二款"


def test_an_article_of_one_paragraph_is_cited_without_one(kb):
    assert [e.address for e in extracts_of(kb.resolve("民法典第二百八十八条", ON))] == [
        "民法典第二百八十八条"
    ]


def test_fit_never_parts_a_rule_from_its_exception():
    rule, exception = "甲应当赔偿乙的全部损失。", "但是，乙有重大过失的除外。"
    text = "先说第一件事。" + rule + exception
    assert fit(text, len(text)) == (text, False)
    assert fit(text, len(text) - 1) == ("先说第一件事。", True)


def test_fit_keeps_a_single_long_sentence_whole():
    sentence = "一" * 50 + "。"
    assert fit(sentence, 10) == (sentence, False)


def test_sentences_for_a_screen_stand_alone(kb):
    provision = kb.resolve("民法典第一千零六十七条", ON)
    assert all(sentences(e, 26) == [] for e in extracts_of(provision))  # none is short enough
    shorter = extracts_of(kb.resolve("民法典第一千零四十一条", ON))
    fitting = [s for e in shorter for s in sentences(e, 26)]
    assert fitting
    assert all(len(s) <= 26 and s.endswith("。") for s in fitting)


def test_a_list_is_read_out_item_by_item_without_brackets(kb):
    listed = extracts_of(kb.resolve("民法典第一千零七十九条第三款", ON))[0]
    lines = spoken(listed, 150)
    assert [label for label, _ in lines] == ["", "第一项", "第二项", "第三项", "第四项", "第五项"]
    assert not any("（" in words or "）" in words for _, words in lines)
