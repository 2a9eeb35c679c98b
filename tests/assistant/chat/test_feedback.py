"""Feedback: once for each turn, without names, closed by name, gone in time."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from assistant.chat.past_types import REASON_LABELS, FeedbackRequest
from kb.errors import NotFound
from tests.assistant.chat.conftest import Desk

DOG = "邻居司徒国栋家的狗咬了我，医药费谁出？"


def give(desk: Desk, turn_id: str, **said: object) -> str:
    told = desk.history.told(turn_id)
    assert told is not None
    return desk.feedback.give(told, FeedbackRequest(turn_id=turn_id, **said))


def test_what_is_read_is_redacted_and_says_what_is_wrong(desk: Desk) -> None:
    turn = desk.ask(DOG).turn_id
    given = give(
        desk, turn, rating="bad", reasons=["missing", "wrong_law", "missing"], note="司徒国栋赖账怎么办"
    )
    (entry,), total = desk.feedback.page(None, 0, 10)
    assert (entry.id, total, entry.status, entry.rating) == (given, 1, "open", "bad")
    assert (entry.reasons, entry.reason_labels) == (["missing", "wrong_law"], ["缺了办法", "法条不对"])
    assert "民法典第一千二百四十五条" in entry.citations
    assert entry.question.endswith("家的狗咬了我，医药费谁出？")
    assert entry.note.endswith("赖账怎么办")
    assert entry.note[0] == entry.question[2], "one person has one letter in question and note"
    assert entry.answer
    assert not [row for row in desk.rows("chat_feedback") if "司徒" in row or "国栋" in row]


def test_a_second_time_replaces_the_first_and_opens_it_again(desk: Desk) -> None:
    turn = desk.ask(DOG).turn_id
    first = give(desk, turn, rating="bad", reasons=["other"], note="看不明白")
    desk.feedback.close(first, "改了", "赵敏（zhaomin）")
    assert give(desk, turn, rating="good") == first
    (entry,), _ = desk.feedback.page("open", 0, 10)
    assert (entry.rating, entry.reasons, entry.note, entry.closed_by) == ("good", [], "", "")


def test_closing_names_who_did_it(desk: Desk) -> None:
    one, other = (give(desk, desk.ask(DOG).turn_id, rating="bad") for _ in range(2))
    closed = desk.feedback.close(one, "已请编辑改", "赵敏（zhaomin）")
    assert (closed.status, closed.closed_by, closed.close_note) == ("closed", "赵敏（zhaomin）", "已请编辑改")
    assert [e.id for e in desk.feedback.page("closed", 0, 10)[0]] == [one]
    assert [e.id for e in desk.feedback.page("open", 0, 10)[0]] == [other]
    with pytest.raises(NotFound):
        desk.feedback.close("nowhere", "", "赵敏")


def test_it_is_kept_for_its_time(desk: Desk) -> None:
    give(desk, desk.ask(DOG).turn_id, rating="good")
    desk.now += timedelta(days=desk.settings.feedback_retention_days - 1)
    give(desk, desk.ask(DOG).turn_id, rating="bad")
    assert desk.feedback.purge() == 0
    desk.now += timedelta(days=2)
    assert desk.feedback.purge() == 1
    assert [e.rating for e in desk.feedback.page(None, 0, 10)[0]] == ["bad"]


def test_reasons_are_those_of_the_list() -> None:
    assert list(REASON_LABELS.values()) == [
        "法条不对", "法条过时", "没答到点上", "看不懂", "缺了办法", "其他",
    ]  # fmt: skip
    for wrong in ({"reasons": ["because"]}, {"rating": "so so"}, {"note": "长" * 501}, {"turn_id": ""}):
        with pytest.raises(ValidationError):
            FeedbackRequest.model_validate({"turn_id": "t", "rating": "bad", **wrong})
