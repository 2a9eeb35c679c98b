"""An answer as a sequence of events: what was understood, part after part, the whole."""

import threading
from collections.abc import Iterator
from dataclasses import asdict

from pydantic import BaseModel, Field

from assistant.chat.answer import Begun
from assistant.chat.assisted import Withdrawn, assisted
from assistant.chat.conversation import CONVERSATIONS, Conversations
from assistant.chat.types import AskRequest, AskResponse
from assistant.llm.llm import Llm
from kb.base import KnowledgeBase

#: Name and content; the names are `start`, `block` (any number of them, `withdrawn` between them) and `done`.
Event = tuple[str, BaseModel]


class Start(BaseModel):
    """What is known before the first part of an answer."""

    conversation_id: str = Field(description="to be sent with the next question")
    turn_id: str = Field(description="for export, feedback and hand-over")
    understood_as: str = Field(description="the question with what a follow-up leaves out")


class TakenBack(BaseModel):
    """Every part so far that a model wrote is to be taken back."""


def stream(
    kb: KnowledgeBase,
    request: AskRequest,
    scopes: tuple[str, ...] = ("public",),
    conversations: Conversations = CONVERSATIONS,
    gone: threading.Event | None = None,
    llm: Llm | None = None,
) -> Iterator[Event]:
    """Yield the events of an answer: `start` (Start), `block` (Block) …, `done` (AskResponse).

    Runs in a thread of its own. Quotations have been compared with the law, a model's sentences have passed the
    grounding gate; nothing is taken back but what a model wrote before it failed (`withdrawn`).

    Args:
        kb: the knowledge base.
        request: as for `assistant.chat.answer.ask`.
        scopes: whose cases may be shown.
        conversations: where turns are remembered.
        gone: set once nobody listens any more; asked between steps, so that no work is done in vain.
        llm: the model that helps to write; None where none is set up.

    Raises:
        BadRequest: before the first event: the question is blank or too long, or the village is unknown.
    """
    for part in assisted(kb, llm, request, scopes, conversations, gone):
        if gone is not None and gone.is_set():
            return
        if isinstance(part, Begun):
            yield "start", Start(**asdict(part))
        elif isinstance(part, Withdrawn):
            yield "withdrawn", TakenBack()
        else:
            yield ("done" if isinstance(part, AskResponse) else "block"), part
