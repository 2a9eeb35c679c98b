"""Legal questions and answers, whole or part after part."""

import logging
import threading
from collections.abc import Generator
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from sse_starlette import EventSourceResponse

from assistant.api import examples
from assistant.api.caller import Caller
from assistant.api.deps import Knowledge, Limits, Service
from assistant.api.guard import Who, permits
from assistant.api.limits import require_text, require_village
from assistant.api.sse import event_stream
from assistant.api.state import Backend
from assistant.audit.notes import note_text
from assistant.chat.assisted import ask_assisted
from assistant.chat.history import ones_own
from assistant.chat.stream import stream
from assistant.chat.types import AskRequest, AskResponse
from assistant.observe.context import count
from kb.base import KnowledgeBase
from kb.errors import FengqiaoError
from kb.settings import Settings

log = logging.getLogger("fengqiao.api")
router = APIRouter(tags=["desks"])
AskBody = Annotated[AskRequest, Body(openapi_examples=examples.ASK)]
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {}}, "description": "`start`, `block` …, `done` or `error`"}
}


def keeper(caller: Caller) -> str:
    """Return whose history the caller's questions go into: '' for strangers and machines."""
    return caller.person.id if caller.person is not None and caller.via == "session" else ""


def _prepare(
    body: AskRequest, kb: KnowledgeBase, limits: Settings, service: Backend, person_id: str
) -> AskRequest:
    """Check a question; return it with a conversation that is the caller's to continue, or with none."""
    note_text(body.question, "question")
    require_text(body.question, limits.max_query_chars, "问题")
    require_village(kb, body.village or "")
    if person_id:
        service.chats().recall(body.conversation_id, person_id)
    return ones_own(body, person_id)


def _finish(response: AskResponse, service: Backend, person_id: str) -> None:
    if response.refused:
        count("refusals")
    if not person_id:
        return
    try:
        service.chats().remember(response, person_id)
    except (SQLAlchemyError, FengqiaoError, OSError) as failure:
        # an answer isn't withheld because it can't be kept; the error's own text would hold the question
        log.error("a turn could not be kept: %s", type(failure).__name__)


@router.post("/ask", summary="法律问答：每句有出处，答不了就说明去哪里问")
@permits("public")
def ask(body: AskBody, kb: Knowledge, limits: Limits, service: Service, caller: Who) -> AskResponse:
    """Answer a question in everyday words from verbatim sources, or refuse and say where to go."""
    person_id = keeper(caller)
    asked = _prepare(body, kb, limits, service, person_id)
    answered = ask_assisted(kb, service.llm(), asked, caller.scopes)
    _finish(answered, service, person_id)
    return answered


@router.post(
    "/ask/stream",
    summary="法律问答：边写边给",
    response_class=EventSourceResponse,
    responses=_STREAM,
)
@permits("public")
def ask_stream(
    body: AskBody, kb: Knowledge, limits: Limits, service: Service, caller: Who, request: Request
) -> EventSourceResponse:
    """Answer as `/ask` does, as server-sent events: `start`, then each `block`, then `done` with the whole answer.

    What fails before the first event is an ordinary error; after it, the event `error` ends the stream.
    """
    person_id = keeper(caller)
    asked, gone = _prepare(body, kb, limits, service, person_id), threading.Event()

    def produced() -> Generator[tuple[str, BaseModel]]:
        for name, content in stream(kb, asked, caller.scopes, gone=gone, llm=service.llm()):
            if isinstance(content, AskResponse):
                _finish(content, service, person_id)
            yield name, content

    return event_stream(produced(), gone, request.scope.get("fengqiao.request_id", ""))
