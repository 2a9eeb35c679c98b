"""What is known of each character: shapes, windows, and that nothing is lost at their borders."""

import numpy as np

from kb.embedding.lower import lower_half
from kb.redaction.analysis import Analysis
from kb.redaction.features import KNOWN, PLACES, WINDOW, _windows, features


def test_every_character_has_its_numbers() -> None:
    text = "申请人王建国，电话13900001234。\n住下洼村。"
    found = features(Analysis(text))
    assert found.known.shape == (len(text), KNOWN) and np.isfinite(found.known).all()
    assert found.piece.shape == found.place.shape == (len(text),)
    assert found.piece.max() < len(found.states) and found.place.max() < PLACES
    assert found.states.shape[1] == lower_half().dim


def test_windows_cover_a_text_and_end_with_sentences() -> None:
    text = "他说不还。" * 130 + "没有句号的一行" * 60 + "\n完了"
    windows = list(_windows(text))
    assert "".join(text[a:b] for a, b in windows) == text
    assert all(b - a <= WINDOW for a, b in windows)
    assert text[windows[0][1] - 1] == "。"


def test_what_stands_in_the_first_window_does_not_depend_on_the_second() -> None:
    first = "申请人王建国住下洼村。" * 25
    alone, more = features(Analysis(first)), features(Analysis(first + "又来了一个人，" * 30))
    pieces = alone.piece[: len(first)]
    assert np.allclose(alone.states[pieces], more.states[more.piece[: len(first)]], atol=0.05)
