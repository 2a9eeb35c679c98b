"""An answer as a sequence of events: what was understood, part after part, the whole."""

import threading
from collections.abc import Iterator
from dataclasses import asdict

from pydantic import BaseModel, Field

from assistant.chat.answer import Begun, answering
from assistant.chat.conversation import CONVERSATIONS, Conversations
from assistant.chat.types import AskRequest, AskResponse
from kb.base import KnowledgeBase

#: Name and content; the names are `start`, `block` (any number of them) and `done`, in this order.
Event = tuple[str, BaseModel]


class Start(BaseModel):
    """What is known before the first part of an answer."""

    conversation_id: str = Field(description="to be sent with the next question")
    turn_id: str = Field(description="for export, feedback and hand-over")
    understood_as: str = Field(description="the question with what a follow-up leaves out")


def stream(
    kb: KnowledgeBase,
    request: AskRequest,
    scopes: tuple[str, ...] = ("public",),
    conversations: Conversations = CONVERSATIONS,
    gone: threading.Event | None = None,
) -> Iterator[Event]:
    """Yield the events of an answer: `start` (Start), `block` (Block) …, `done` (AskResponse).

    Runs in a thread of its own. What it yields has passed the grounding gate already: nothing is taken back.

    Args:
        kb: the knowledge base.
        request: as for `assistant.chat.answer.ask`.
        scopes: whose cases may be shown.
        conversations: where turns are remembered.
        gone: set once nobody listens any more; asked between steps, so that no work is done in vain.

    Raises:
        BadRequest: before the first event: the question is blank or too long, or the village is unknown.
    """
    for part in answering(kb, request, scopes, conversations):
        if gone is not None and gone.is_set():
            return
        if isinstance(part, Begun):
            yield "start", Start(**asdict(part))
        else:
            yield ("done" if isinstance(part, AskResponse) else "block"), part
