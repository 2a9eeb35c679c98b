"""What is asked in a list of messages, and what is refused, naming the parameter."""

from datetime import date
from typing import Any

import pytest

from assistant.ports.openai.errors import NoSuchModel, Unsupported, openai_error
from assistant.ports.openai.messages import Asked, read
from assistant.ports.openai.types import ChatRequest


def reading(*messages: dict[str, Any], **more: Any) -> Asked:
    return read(ChatRequest.model_validate({"model": "fengqiao", "messages": list(messages), **more}))


def user(text: Any) -> dict[str, Any]:
    return {"role": "user", "content": text}


def test_the_last_user_message_is_asked_and_earlier_ones_come_before_it() -> None:
    asked = reading(
        {"role": "system", "content": "只答刑法"}, user("一"), {"role": "assistant", "content": "答"}, user("二"), user("三")
    )  # fmt: skip
    assert (asked.question, asked.earlier) == ("三", ("一", "二"))
    assert asked.characters == 4 + 1 + 1 + 1 + 1


def test_text_in_parts_is_text() -> None:
    asked = reading(user([{"type": "text", "text": "甲"}, {"type": "text", "text": "乙"}]))
    assert asked.question == "甲\n乙"


def test_day_and_village_come_from_the_metadata() -> None:
    asked = reading(user("一"), metadata={"on": "2020-05-01", "village": "zj-fengshuwan", "chat_id": "x"})
    assert (asked.on, asked.village) == (date(2020, 5, 1), "zj-fengshuwan")


def test_what_cannot_be_heeded_is_let_through() -> None:
    assert reading(
        user("一"), temperature=0.1, top_p=1, max_tokens=5, seed=1, user="u", tools=[], n=1
    ).question


@pytest.mark.parametrize(
    ("messages", "more", "param"),
    [
        ([user("一")], {"tools": [{"type": "function", "function": {"name": "f"}}]}, "tools"),
        ([user("一")], {"functions": [{"name": "f"}]}, "functions"),
        ([user("一")], {"n": 2}, "n"),
        ([user("一")], {"response_format": {"type": "json_object"}}, "response_format"),
        ([user("一")], {"modalities": ["text", "audio"]}, "modalities"),
        ([user("一")], {"metadata": {"on": "昨天"}}, "metadata.on"),
        ([user("一"), {"role": "tool", "content": "x"}], {}, "messages.1.role"),
        ([user([{"type": "image_url", "image_url": {"url": "data:"}}])], {}, "messages.0.content"),
        ([{"role": "system", "content": "x"}], {}, "messages"),
        ([user("  ")], {}, "messages"),
        ([user(None)], {}, "messages"),
    ],
)
def test_what_is_refused(messages: list[dict[str, Any]], more: dict[str, Any], param: str) -> None:
    with pytest.raises(Unsupported) as refused:
        reading(*messages, **more)
    assert refused.value.details == [{"field": param}]
    assert refused.value.hint


def test_another_model_is_not_here() -> None:
    with pytest.raises(NoSuchModel):
        read(ChatRequest.model_validate({"model": "gpt-4o", "messages": [user("一")]}))


@pytest.mark.parametrize(
    ("status", "code", "sent", "kind", "named"),
    [
        (422, "bad_request", 400, "invalid_request_error", "bad_request"),
        (401, "unauthenticated", 401, "authentication_error", "invalid_api_key"),
        (403, "forbidden", 403, "permission_error", "forbidden"),
        (429, "too_many_requests", 429, "rate_limit_error", "rate_limit_exceeded"),
        (503, "not_ready", 503, "server_error", "not_ready"),
    ],
)
def test_errors_as_openais_clients_know_them(
    status: int, code: str, sent: int, kind: str, named: str
) -> None:
    got, body = openai_error(status, code, "不行", "这样做", [{"field": "messages"}])
    assert got == sent
    assert body == {"error": {"message": "不行。这样做", "type": kind, "param": "messages", "code": named}}
