"""The same messages give the same answer, kept or replayed, and nobody meets anybody else's conversation."""

from datetime import date

from assistant.chat.conversation import CONVERSATIONS
from assistant.chat.types import AskResponse
from assistant.ports.openai.messages import Asked
from assistant.ports.openai.replay import STEP, Replays, continued
from kb.base import KnowledgeBase

FIRST, THEN = "民法典第1067条第一款", "第二款呢"
SECOND = "民法典第一千零六十七条第二款"


def asked(*questions: str, on: date | None = None) -> Asked:
    return Asked(questions[-1], questions[:-1], on, "", sum(map(len, questions)))


def answer(kb: KnowledgeBase, asked: Asked, scopes: tuple[str, ...], replays: Replays) -> AskResponse:
    *_, last = continued(kb, asked, scopes, replays)
    assert isinstance(last, AskResponse)
    return last


def addresses(kb: KnowledgeBase, replays: Replays, *questions: str, on: date | None = None) -> list[str]:
    return [c.address for c in answer(kb, asked(*questions, on=on), ("public",), replays).citations]


def test_a_follow_up_is_understood_without_any_memory(kb: KnowledgeBase) -> None:
    assert addresses(kb, Replays(), FIRST, THEN) == [SECOND]


def test_and_with_it_to_the_same_end(kb: KnowledgeBase) -> None:
    replays = Replays()
    addresses(kb, replays, FIRST)
    assert addresses(kb, replays, FIRST, THEN) == [SECOND]
    # asked once more, as a front end's "regenerate" does: what was kept has gone on meanwhile
    assert addresses(kb, replays, FIRST, THEN) == [SECOND]
    assert addresses(kb, replays, FIRST, "第1068条呢") == ["民法典第一千零六十八条"]


def test_nothing_is_shared_with_pages_or_with_other_conversations(kb: KnowledgeBase) -> None:
    before = len(CONVERSATIONS)
    replays = Replays()
    addresses(kb, replays, FIRST)
    assert addresses(kb, replays, THEN) == []
    assert len(CONVERSATIONS) == before


def test_a_long_conversation_gives_the_same_kept_or_replayed(kb: KnowledgeBase) -> None:
    questions = ["民法典第1067条第一款", *(f"第{n}条呢" for n in range(1068, 1068 + 3 * STEP))]
    replays = Replays()
    for end in range(1, len(questions) + 1):
        assert addresses(kb, replays, *questions[:end]) == addresses(kb, Replays(), *questions[:end])


def test_an_earlier_question_that_was_refused_is_passed_over(kb: KnowledgeBase) -> None:
    assert addresses(kb, Replays(), FIRST, "树" * 3000, THEN) == [SECOND]


def test_the_day_is_part_of_the_conversation(kb: KnowledgeBase) -> None:
    replays = Replays()
    addresses(kb, replays, FIRST)
    before_the_code = answer(kb, asked(FIRST, THEN, on=date(2020, 12, 31)), ("public",), replays)
    assert [c.state_label for c in before_the_code.citations] == ["尚未施行"]


def test_memory_is_bounded(kb: KnowledgeBase) -> None:
    replays = Replays(limit=2)
    for n in (1067, 1068, 1069):
        addresses(kb, replays, f"民法典第{n}条")
    assert len(replays) == 2
