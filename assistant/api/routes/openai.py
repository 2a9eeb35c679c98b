"""OpenAI's chat protocol, for front ends that speak it. Errors have OpenAI's shape here."""

import threading
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path
from starlette.concurrency import iterate_in_threadpool
from starlette.responses import StreamingResponse

from assistant.api import examples
from assistant.api.deps import Knowledge, Limits, Service
from assistant.api.errors import ERROR_RESPONSES
from assistant.api.guard import Who, permits
from assistant.api.limits import require_text, require_village
from assistant.audit.notes import note_text
from assistant.chat.types import AskResponse
from assistant.observe.context import count
from assistant.ports.openai.errors import NoSuchModel
from assistant.ports.openai.messages import read
from assistant.ports.openai.speak import speak
from assistant.ports.openai.types import MODEL, ChatCompletion, ChatRequest, Model, Models, OpenAIError
from assistant.ports.openai.wire import events, whole

_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": OpenAIError, "description": told["description"]}
    for status, told in ERROR_RESPONSES.items()
}
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}
}
_ONE = Model(created=int(datetime(2026, 11, 22, tzinfo=UTC).timestamp()))

router = APIRouter(prefix="/v1", tags=["openai"], responses=_ERRORS)


@router.post(
    "/chat/completions",
    summary="法律问答（OpenAI 的聊天接口写法）",
    response_model=ChatCompletion,
    responses=_STREAM,
)
@permits("public")
def complete(
    request: Annotated[ChatRequest, Body(openapi_examples=examples.COMPLETION)],
    kb: Knowledge,
    limits: Limits,
    service: Service,
    caller: Who,
) -> ChatCompletion | StreamingResponse:
    """Answer the last user message in the light of those before it; whole, or as server-sent events."""
    asked = read(request)
    note_text(asked.question, "question")
    require_text(asked.question, limits.max_query_chars, "问题")
    require_village(kb, asked.village)
    gone = threading.Event()
    pieces = _counted(speak(kb, asked, caller.scopes, service.llm(), gone))
    if not request.stream:
        return whole(pieces, asked.characters)
    # what fails before the first piece, which is empty, has a status of its own
    next(pieces)
    with_usage = bool(request.stream_options and request.stream_options.include_usage)
    return StreamingResponse(
        _sent(events(pieces, asked.characters, with_usage), gone),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


@router.get("/models", summary="模型列表（OpenAI 写法）")
@permits("public")
async def models() -> Models:
    """List the one model: the chat."""
    return Models(data=[_ONE])


@router.get("/models/{model}", summary="一个模型（OpenAI 写法）")
@permits("public")
async def model(model: Annotated[str, Path(examples=[MODEL])]) -> Model:
    """Return the one model."""
    if model != MODEL:
        raise NoSuchModel(model, MODEL)
    return _ONE


async def _sent(produced: Iterator[bytes], gone: threading.Event) -> AsyncIterator[bytes]:
    try:
        async for event in iterate_in_threadpool(produced):
            yield event
    finally:
        gone.set()


def _counted(pieces: Iterator[str | AskResponse]) -> Iterator[str | AskResponse]:
    for piece in pieces:
        if isinstance(piece, AskResponse) and piece.refused:
            count("refusals")
        yield piece
