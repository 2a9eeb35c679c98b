"""Events of an answer: their order, and that they say what the whole answer says."""

import threading

import pytest

from assistant.chat.conversation import Conversations
from assistant.chat.stream import Start, stream
from assistant.chat.types import AskRequest, AskResponse, Block
from kb.base import KnowledgeBase
from kb.errors import BadRequest


def test_start_then_blocks_then_the_whole(kb: KnowledgeBase) -> None:
    memory = Conversations()
    request = AskRequest(question="邻居家的狗咬了我，医药费谁出？")
    events = list(stream(kb, request, conversations=memory))
    names = [name for name, _ in events]
    assert names[0] == "start"
    assert names[-1] == "done"
    assert len(names) >= 3
    assert set(names[1:-1]) == {"block"}
    start, done = events[0][1], events[-1][1]
    assert isinstance(start, Start)
    assert isinstance(done, AskResponse)
    assert (start.conversation_id, start.turn_id, start.understood_as) == (
        done.conversation_id,
        done.turn_id,
        done.understood_as,
    )
    blocks = [content for _, content in events[1:-1]]
    assert all(isinstance(block, Block) for block in blocks)
    cited = {c.address for block in blocks for c in block.citations}  # type: ignore[attr-defined]
    assert "民法典第一千二百四十五条" in cited
    told = memory.told(start.turn_id)
    assert told is not None
    assert told.response.answer == done.answer


def test_nobody_listens_any_more(kb: KnowledgeBase) -> None:
    gone = threading.Event()
    events = stream(kb, AskRequest(question="水渠归谁修？"), conversations=Conversations(), gone=gone)
    assert next(events)[0] == "start"
    gone.set()
    assert list(events) == []


def test_what_is_wrong_with_a_question_is_said_before_the_first_event(kb: KnowledgeBase) -> None:
    with pytest.raises(BadRequest):
        next(stream(kb, AskRequest(question=" "), conversations=Conversations()))
