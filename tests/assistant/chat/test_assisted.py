"""The whole way of an answer with a model in it: parts in order, taken back where the model fails, kept for export."""

from pathlib import Path

import pytest

from assistant.chat.answer import Begun
from assistant.chat.assisted import ask_assisted, assisted
from assistant.chat.conversation import Conversations
from assistant.chat.stream import stream
from assistant.chat.types import AI_LABEL, AskRequest, AskResponse, Block
from assistant.llm.llm import Llm
from kb.base import KnowledgeBase
from kb.settings import Settings
from tests.assistant.chat.test_generated import QUESTION, healthy, with_writer


def test_checked_sentences_stand_before_the_law_and_the_whole_is_kept(
    kb: KnowledgeBase, tmp_path: Path
) -> None:
    server, given = with_writer(healthy, tmp_path)
    memory = Conversations()
    with server as endpoint:
        llm = Llm(Settings(llm_url=endpoint.url, **given))
        parts = list(assisted(kb, llm, AskRequest(question=QUESTION), conversations=memory))
    last = parts[-1]
    assert isinstance(parts[0], Begun) and isinstance(last, AskResponse)
    assert last.generated and last.label == AI_LABEL
    told = [p for p in parts if isinstance(p, Block)]
    assert told == last.blocks
    first_law = next(n for n, b in enumerate(told) if b.kind == "law")
    assert all(n < first_law for n, b in enumerate(told) if b.generated)
    kept = memory.told(last.turn_id)
    assert kept is not None and kept.response.generated


@pytest.mark.parametrize(
    "question", [QUESTION, "民法典第1067条和第1068条怎么说？", "民法典第1067条第二款和合同法第1条"]
)
def test_parts_come_in_the_order_of_the_whole(kb: KnowledgeBase, tmp_path: Path, question: str) -> None:
    """A note behind a provision stays there."""
    llm = Llm(Settings(home=tmp_path, llm_url="http://127.0.0.1:9/v1", llm_model="none", llm_retries=0))
    parts = list(assisted(kb, llm, AskRequest(question=question), conversations=Conversations()))
    last = parts[-1]
    assert isinstance(last, AskResponse)
    assert [p for p in parts if isinstance(p, Block)] == last.blocks


def test_a_dead_endpoint_leaves_the_answer_by_quotations(kb: KnowledgeBase, tmp_path: Path) -> None:
    llm = Llm(Settings(home=tmp_path, llm_url="http://127.0.0.1:9/v1", llm_model="none", llm_retries=0))
    request = AskRequest(question=QUESTION)
    with_model = ask_assisted(kb, llm, request, conversations=Conversations())
    without = ask_assisted(kb, None, request, conversations=Conversations())
    assert not with_model.generated and with_model.label == ""
    assert with_model.blocks == without.blocks


def test_the_stream_names_its_events(kb: KnowledgeBase) -> None:
    names = [name for name, _ in stream(kb, AskRequest(question=QUESTION), conversations=Conversations())]
    assert names[0] == "start" and names[-1] == "done" and set(names[1:-1]) == {"block"}


@pytest.mark.parametrize("question", ["明天的彩票开什么号码？"])
def test_a_refusal_is_left_to_itself(kb: KnowledgeBase, tmp_path: Path, question: str) -> None:
    server, given = with_writer(healthy, tmp_path)
    with server as endpoint:
        llm = Llm(Settings(llm_url=endpoint.url, **given))
        response = ask_assisted(kb, llm, AskRequest(question=question), conversations=Conversations())
    assert response.refused and not response.generated
