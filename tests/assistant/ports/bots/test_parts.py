"""What the hooks are put together from: once, brief, answering."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from assistant.chat.answer import ask
from assistant.chat.assisted import ask_assisted
from assistant.chat.types import AskRequest, AskResponse
from assistant.ports.bots.answering import FORGET, Answering
from assistant.ports.bots.brief import MORE, shortened
from assistant.ports.bots.message import BotMessage
from assistant.ports.bots.once import WINDOW, Once
from assistant.ports.told import told
from kb.base import KnowledgeBase
from kb.errors import Forbidden, TooManyRequests

FIRST, THEN = "民法典第1067条第一款", "第二款呢"


class Clock:
    def __init__(self) -> None:
        self.at = 1_700_000_000.0

    def __call__(self) -> float:
        return self.at


def test_once_and_in_time() -> None:
    clock = Clock()
    once = Once(clock)
    once.admit("a", clock.at)
    for mark, sent in (("a", clock.at), ("b", clock.at - WINDOW - 1), ("c", clock.at + WINDOW + 1)):
        with pytest.raises(Forbidden):
            once.admit(mark, sent)
    once.admit("b", clock.at - WINDOW)


@pytest.mark.parametrize("ahead", [-WINDOW, 0, WINDOW])
def test_a_message_is_remembered_for_as_long_as_it_is_fresh(ahead: int) -> None:
    clock = Clock()
    once, sent = Once(clock), clock.at + ahead
    once.admit("a", sent)
    for later in range(1, 3 * WINDOW, 20):
        clock.at = sent - ahead + later
        with pytest.raises(Forbidden):
            once.admit("a", sent)
        once.admit(f"other {later}", clock.at)


def test_memory_of_messages_is_bounded_and_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.ports.bots.once.MAX_MARKS", 3)
    clock = Clock()
    once = Once(clock)
    for mark in "abc":
        once.admit(mark, clock.at)
    with pytest.raises(TooManyRequests):
        once.admit("d", clock.at)
    clock.at += 2 * WINDOW + 1
    once.admit("d", clock.at)


@pytest.mark.parametrize("limit", [400, 700, 1000, 2048])
def test_a_long_answer_is_cut_between_quotations(kb: KnowledgeBase, limit: int) -> None:
    text = told(kb, ask(kb, AskRequest(question="邻居家的狗咬了我，医药费谁出？")))
    assert len(text.encode()) > limit or limit == 2048
    short = shortened(text, limit)
    assert len(short.encode()) <= limit
    if short != text:
        kept = short.removesuffix(MORE)
        assert kept != short
        assert text.startswith(kept)
        assert kept.count("「") == kept.count("」")
    assert "http" not in short


def test_a_short_answer_is_left_alone() -> None:
    assert shortened("能剪。", 100) == "能剪。"


def test_a_single_long_line_is_cut_between_sentences() -> None:
    short = shortened("第一句话。" * 100, 400)
    assert len(short.encode()) <= 400
    assert short.startswith("第一句话。")
    assert short.removesuffix(MORE).endswith("第一句话。……")


def message(text: str, sender: str = "a", chat: str = "") -> BotMessage:
    return BotMessage("text", sender, chat, text)


def addresses(answer: AskResponse | None) -> list[str]:
    assert answer is not None
    return [c.address for c in answer.citations]


def test_each_sender_has_a_conversation_of_their_own_and_it_ends(kb: KnowledgeBase) -> None:
    clock = Clock()
    answering = Answering(now=clock, patience=60)

    def said(text: str, platform: str = "wecom", sender: str = "a", chat: str = "") -> list[str]:
        return addresses(answering.ask(kb, platform, message(text, sender, chat)))

    said(FIRST)
    for stranger in ({"sender": "b"}, {"platform": "dingtalk"}, {"chat": "group"}):
        assert said(THEN, **stranger) == []
    assert said(THEN) == ["民法典第一千零六十七条第二款"]
    clock.at += FORGET + 1
    assert said(THEN) == []


def test_no_id_of_anybody_is_kept(kb: KnowledgeBase) -> None:
    answering = Answering(patience=60)
    answering.ask(kb, "wecom", message(FIRST, sender="ZhangSan", chat="group-7"))
    kept = str(vars(answering))
    assert "ZhangSan" not in kept
    assert "group-7" not in kept


def slowly(until: threading.Event) -> Callable[..., AskResponse]:
    def answer(*arguments: Any) -> AskResponse:
        until.wait(30)
        return ask_assisted(*arguments)

    return answer


def test_what_takes_too_long_is_there_when_one_asks_again(kb: KnowledgeBase) -> None:
    ready = threading.Event()
    answering = Answering(patience=0.2, answer=slowly(ready))
    began = time.monotonic()
    assert answering.ask(kb, "wecom", message(FIRST)) is None
    assert time.monotonic() - began < 5
    ready.set()
    deadline = time.monotonic() + 30
    found = None
    while found is None and time.monotonic() < deadline:
        found = answering.ask(kb, "wecom", message(FIRST))
    assert addresses(found) == ["民法典第一千零六十七条第一款"]


def test_a_service_that_stopped_and_started_answers_again(kb: KnowledgeBase) -> None:
    answering = Answering(patience=60)
    for _ in range(2):
        assert addresses(answering.ask(kb, "wecom", message(FIRST))) == ["民法典第一千零六十七条第一款"]
        answering.close()


def test_one_person_is_limited_and_others_are_not(kb: KnowledgeBase) -> None:
    answering = Answering(rate="2/hour", patience=60)
    for _ in range(2):
        answering.ask(kb, "wecom", message(FIRST))
    with pytest.raises(TooManyRequests):
        answering.ask(kb, "wecom", message(FIRST))
    assert answering.ask(kb, "wecom", message(FIRST, sender="b"))
