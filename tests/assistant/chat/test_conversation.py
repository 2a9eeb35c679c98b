"""What is remembered of conversations, for how many, and whose they are."""

from datetime import date

from assistant.chat.conversation import Conversations, Told, Turn
from assistant.chat.types import AskResponse

ON = date(2026, 11, 21)


def answered(memory: Conversations, question: str, conversation_id: str = "") -> AskResponse:
    key = memory.add(conversation_id, Turn(question))
    response = AskResponse(answer=f"答{question}", refused=False, conversation_id=key, on=ON)
    assert memory.keep(response, question) == response.turn_id
    return response


def test_a_turn_is_found_by_its_id_as_it_was() -> None:
    memory = Conversations()
    response = answered(memory, "水渠")
    before = response.model_copy(deep=True)
    response.answer = "改过"
    told = memory.told(response.turn_id)
    assert told is not None
    assert (told.question, told.conversation_id, told.response) == ("水渠", before.conversation_id, before)
    assert not told.stored


def test_turn_ids_are_all_different_and_an_id_given_beforehand_stays() -> None:
    memory = Conversations()
    ids = {answered(memory, "水渠").turn_id for _ in range(50)}
    assert len(ids) == 50
    assert all(len(i) == 36 for i in ids)
    response = AskResponse(
        answer="", refused=True, conversation_id=memory.add("", Turn("甲")), turn_id="t", on=ON
    )
    assert memory.keep(response, "甲") == "t"


def test_no_more_is_kept_than_the_limits_say() -> None:
    memory = Conversations(limit=3, turns=2)
    first = answered(memory, "一")
    key = first.conversation_id
    second, third = answered(memory, "二", key), answered(memory, "三", key)
    assert memory.told(first.turn_id) is None
    assert memory.questions(key) == ["二", "三"]
    for n in range(3):
        answered(memory, f"别的{n}")
    assert len(memory) == 3
    assert memory.told(second.turn_id) is None
    assert memory.told(third.turn_id) is None
    assert memory.last(key) is None
    assert not [i for i in memory._where if i in (first.turn_id, second.turn_id, third.turn_id)]


def test_what_is_forgotten_is_forgotten_whole() -> None:
    memory = Conversations()
    response = answered(memory, "水渠")
    memory.claim(response.conversation_id, "p1")
    memory.forget(response.conversation_id)
    assert memory.told(response.turn_id) is None
    assert memory.owner(response.conversation_id) is None
    assert memory.questions(response.conversation_id) == []
    memory.forget(response.conversation_id)


def test_a_conversation_is_claimed_once() -> None:
    memory = Conversations()
    key = answered(memory, "水渠").conversation_id
    assert memory.owner(key) == ""
    memory.claim(key, "p1")
    memory.claim(key, "p2")
    assert memory.owner(key) == "p1"


def test_a_stored_conversation_is_put_back_once() -> None:
    memory, elsewhere = Conversations(), Conversations()
    response = answered(elsewhere, "水渠归谁修")
    told = elsewhere.told(response.turn_id)
    assert told is not None
    key = response.conversation_id
    memory.restore(key, "p1", [Turn("水渠归谁修", "民法典第二百九十条")], [told])
    assert (memory.owner(key), memory.last(key)) == ("p1", Turn("水渠归谁修", "民法典第二百九十条"))
    found = memory.told(response.turn_id)
    assert isinstance(found, Told)
    assert found.response == response
    memory.restore(key, "p2", [], [])
    assert memory.owner(key) == "p1"
