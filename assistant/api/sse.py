"""Events sent to a page as they come: `text/event-stream` over one answer.

By sse-starlette, not by FastAPI's own stream: it notices a client that leaves while a step runs and nothing is
sent, and a stream here is a response like any other, so that what fails before it has a status of its own.
"""

import logging
import threading
from collections.abc import AsyncIterator, Generator, Iterator
from itertools import chain

import anyio
from anyio import to_thread
from pydantic import BaseModel
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import iterate_in_threadpool
from starlette.types import Message

from assistant.api.errors import error_body

#: Seconds between comments that keep proxies from closing a line on which nothing comes.
PING_SECONDS = 15
#: Proxies must neither keep events back nor compress them together; the library adds X-Accel-Buffering.
_HEADERS = {"Cache-Control": "no-store, no-transform"}
# it would write every event, and so what people asked, into the log
logging.getLogger("sse_starlette.sse").setLevel(logging.INFO)


def event_stream(
    produced: Generator[tuple[str, BaseModel]], gone: threading.Event, request_id: str
) -> EventSourceResponse:
    """Return a response that sends events as they are produced, in a thread of the pool.

    The first event is produced at once: what fails before it is an ordinary error with its status. What fails
    later is sent as the event `error`, in the one shape of errors, and ends the stream. When the client goes
    away, `gone` is set and the producer is closed.

    Args:
        produced: name and content of each event.
        gone: what the producer asks whether anybody still listens.
        request_id: for errors.
    """
    first = next(produced)

    async def note_gone(_message: Message) -> None:
        gone.set()

    return EventSourceResponse(
        _events(produced, chain([first], produced), gone, request_id),
        headers=_HEADERS,
        sep="\n",
        ping=PING_SECONDS,
        ping_message_factory=lambda: ServerSentEvent(comment="ping", sep="\n"),
        client_close_handler_callable=note_gone,
    )


async def _events(
    produced: Generator[tuple[str, BaseModel]],
    events: Iterator[tuple[str, BaseModel]],
    gone: threading.Event,
    request_id: str,
) -> AsyncIterator[ServerSentEvent]:
    try:
        async for name, content in iterate_in_threadpool(events):
            yield ServerSentEvent(content.model_dump_json(), event=name, sep="\n")
    except Exception as failure:
        body = error_body(failure, request_id)
        yield ServerSentEvent(body.model_dump_json(exclude_none=True), event="error", sep="\n")
    finally:
        gone.set()
        # the thread's step has ended by now: a step that has begun isn't given up
        with anyio.CancelScope(shield=True):
            await to_thread.run_sync(produced.close)
