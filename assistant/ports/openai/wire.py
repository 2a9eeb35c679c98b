"""Answers as they go over the wire: whole, or as server-sent events."""

import logging
import time
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from assistant.chat.types import AskResponse
from assistant.ports.openai.errors import openai_error
from assistant.ports.openai.types import MODEL, AnswerMessage, ChatCompletion, Choice, Usage

log = logging.getLogger("fengqiao.api")

Pieces = Iterable[str | AskResponse]
_END = b"data: [DONE]\n\n"
_COMMENT = b":\n\n"


def whole(pieces: Pieces, characters: int) -> ChatCompletion:
    """Return the answer in one.

    Args:
        pieces: as of `speak`.
        characters: of the messages sent.
    """
    text, last = "", None
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
        else:
            last = piece
    return ChatCompletion(
        id=_new_id(),
        created=int(time.time()),
        choices=[Choice(message=AnswerMessage(content=text))],
        usage=_usage(characters, text),
        fengqiao=_own(last),
    )


def events(pieces: Pieces, characters: int, with_usage: bool = False) -> Iterator[bytes]:
    """Yield the answer as server-sent events, the last of which is [DONE].

    Args:
        with_usage: a last chunk without choices carries the usage, as the client asked.
    """
    base = {"id": _new_id(), "object": "chat.completion.chunk", "created": int(time.time()), "model": MODEL}

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        usage = {"usage": None} if with_usage else {}
        return _event({**base, "choices": [choice], **usage, **more})

    text, last = "", None
    yield chunk({"role": "assistant", "content": ""})
    try:
        for piece in pieces:
            if piece == "":
                # a step without text: a client that has left is noticed, a proxy doesn't close the line
                yield _COMMENT
            elif isinstance(piece, str):
                text += piece
                yield chunk({"content": piece})
            else:
                last = piece
    except Exception:
        # the status is sent already; OpenAI's clients raise on a chunk that holds an error
        log.exception("an answer broke off")
        yield _event(openai_error(500, "internal", "回答中断了", "请再问一次")[1])
        return
    yield chunk({}, "stop", fengqiao=_own(last))
    if with_usage:
        usage = _usage(characters, text).model_dump()
        yield _event({**base, "choices": [], "usage": usage})
    yield _END


def _event(data: dict[str, Any]) -> bytes:
    return b"data: " + orjson.dumps(data) + b"\n\n"


def _new_id() -> str:
    return f"chatcmpl-{uuid.uuid4().hex}"


def _usage(prompt: int, text: str) -> Usage:
    return Usage(prompt_tokens=prompt, completion_tokens=len(text), total_tokens=prompt + len(text))


def _own(answer: AskResponse | None) -> dict[str, Any]:
    # the conversation's id means nothing to anybody else: the client sends its messages
    return answer.model_dump(mode="json", exclude={"conversation_id"}) if answer else {}
