"""An answer by quotations, with a language model's checked sentences in it where one is set up."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.chat.answer import Begun, answering
from assistant.chat.conversation import CONVERSATIONS, Conversations
from assistant.chat.generated import answer_with_model
from assistant.chat.types import AskRequest, AskResponse, Block
from assistant.llm.llm import Llm
from kb.base import KnowledgeBase

#: Parts that stand before what a model writes.
_HEAD = ("risk", "note", "lead")


@dataclass(frozen=True)
class Withdrawn:
    """The model failed half way: what it wrote is to be taken back; the answer by quotations follows."""


def assisted(
    kb: KnowledgeBase,
    llm: Llm | None,
    request: AskRequest,
    scopes: tuple[str, ...] = ("public",),
    conversations: Conversations = CONVERSATIONS,
    gone: threading.Event | None = None,
) -> Iterator[Begun | Block | Withdrawn | AskResponse]:
    """Yield an answer as it is made; the last is the whole. Without a model, what `answering` yields.

    The blocks come in the order in which they stand in the whole, but for those before `Withdrawn`.

    Args:
        llm: None where none is set up.
        gone: set once nobody listens any more; then the model is let go.

    Raises:
        BadRequest: before the first part: the question is blank or too long, or the village is unknown.
    """
    if llm is None:
        yield from answering(kb, request, scopes, conversations)
        return
    head = sentences = 0
    response: AskResponse | None = None
    part_of_head = True
    for part in answering(kb, request, scopes, conversations):
        if isinstance(part, AskResponse):
            response = part
        elif isinstance(part, Begun):
            yield part
        elif part.kind in _HEAD and part_of_head:
            head += 1
            yield part
        else:
            part_of_head = False
    assert response is not None
    final = response
    for event in answer_with_model(kb, llm, response, response.understood_as):
        if gone is not None and gone.is_set():
            break
        if event.kind == "sentence" and event.block is not None:
            sentences += 1
            yield event.block
        elif event.kind == "withdrawn":
            yield Withdrawn()
        elif event.answer is not None:
            final = event.answer
    if final.generated and (kept := conversations.told(response.turn_id)) is not None:
        conversations.keep(final, kept.question)
    yield from final.blocks[head + sentences if final.generated else head :]
    yield final


def ask_assisted(
    kb: KnowledgeBase,
    llm: Llm | None,
    request: AskRequest,
    scopes: tuple[str, ...] = ("public",),
    conversations: Conversations = CONVERSATIONS,
) -> AskResponse:
    """Return the whole answer of `assisted`."""
    *_, last = assisted(kb, llm, request, scopes, conversations)
    assert isinstance(last, AskResponse)
    return last
