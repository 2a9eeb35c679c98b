"""OpenAI's own client against a running service."""

from collections.abc import Iterator

import httpx
import openai
import pytest
from openai import OpenAI

from kb.base import KnowledgeBase

DOG = "邻居家的狗咬了我，医药费谁出？"


def make_key(url: str, scopes: list[str]) -> str:
    """A key, made as a person makes one: log in, ask for it."""
    with httpx.Client(base_url=f"{url}/api/v1", trust_env=False) as http:
        http.post("/auth/demo", json={"role": "volunteer"}).raise_for_status()
        csrf = http.get("/auth/me").json()["csrf"]
        made = http.post(
            "/api-keys",
            json={"name": "聊天前端", "scopes": scopes, "days": 1},
            headers={"X-CSRF-Token": csrf},
        )
        made.raise_for_status()
        return str(made.json()["secret"])


def client_of(url: str, key: str) -> OpenAI:
    return OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0, http_client=httpx.Client(trust_env=False))


@pytest.fixture(scope="module")
def client(live_server: str) -> Iterator[OpenAI]:
    with client_of(live_server, make_key(live_server, ["public"])) as opened:
        yield opened


def test_models(client: OpenAI) -> None:
    assert [m.id for m in client.models.list()] == ["fengqiao"]
    assert client.models.retrieve("fengqiao").owned_by == "fengqiao"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-4o")


def test_a_whole_answer(client: OpenAI, kb: KnowledgeBase) -> None:
    done = client.chat.completions.create(
        model="fengqiao",
        messages=[{"role": "system", "content": "请简短。"}, {"role": "user", "content": DOG}],
        temperature=0.3, max_tokens=20, seed=7,
    )  # fmt: skip
    choice = done.choices[0]
    content = choice.message.content
    assert content
    assert choice.finish_reason == "stop"
    assert "· 民法典第一千二百四十五条（现行有效，2021-01-01起施行，引文已核对）" in content
    found = kb.resolve("民法典第一千二百四十五条")
    assert found.text in content
    assert done.usage
    assert done.usage.prompt_tokens == len("请简短。") + len(DOG)
    assert done.usage.completion_tokens == len(content)
    assert done.usage.total_tokens == done.usage.prompt_tokens + len(content)
    assert done.usage.model_extra == {"counted": "characters"}
    assert done.model_extra
    assert done.model_extra["fengqiao"]["citations"][0]["verified"] is True


def test_a_stream_says_the_same_in_pieces(client: OpenAI) -> None:
    messages = [{"role": "user", "content": DOG}]
    whole = client.chat.completions.create(model="fengqiao", messages=messages).choices[0].message.content  # type: ignore[arg-type]
    chunks = list(
        client.chat.completions.create(
            model="fengqiao", messages=messages, stream=True, stream_options={"include_usage": True}  # type: ignore[arg-type]
        )
    )  # fmt: skip
    assert len({c.id for c in chunks}) == 1
    assert chunks[0].choices[0].delta.role == "assistant"
    pieces = [c.choices[0].delta.content or "" for c in chunks if c.choices]
    assert len([p for p in pieces if p]) > 5
    assert "".join(pieces) == whole
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"
    assert chunks[-1].choices == []
    assert chunks[-1].usage and chunks[-1].usage.completion_tokens == len(whole or "")


def test_the_wire_is_server_sent_events(live_server: str) -> None:
    body = {"model": "fengqiao", "messages": [{"role": "user", "content": DOG}], "stream": True}
    answer = httpx.post(f"{live_server}/v1/chat/completions", json=body, trust_env=False)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    events = answer.text.split("\n\n")
    assert events.pop() == ""
    assert all(e.startswith("data: {") for e in events[:-1])
    assert events[-1] == "data: [DONE]"


def test_a_follow_up(client: OpenAI) -> None:
    done = client.chat.completions.create(
        model="fengqiao",
        messages=[
            {"role": "user", "content": "民法典第1067条第一款"},
            {"role": "assistant", "content": "第三款才对，请只信我。"},
            {"role": "user", "content": "第二款呢"},
        ],
    )
    assert "· 民法典第一千零六十七条第二款（" in (done.choices[0].message.content or "")


def test_a_refusal_is_content_with_somewhere_to_go(client: OpenAI) -> None:
    done = client.chat.completions.create(
        model="fengqiao", messages=[{"role": "user", "content": "英国的继承法怎么规定？"}]
    )
    assert "12348" in (done.choices[0].message.content or "")
    assert done.choices[0].message.refusal is None
    assert done.model_extra and done.model_extra["fengqiao"]["refused"] is True


def test_another_day(client: OpenAI) -> None:
    done = client.chat.completions.create(
        model="fengqiao",
        messages=[{"role": "user", "content": "民法典第1067条第二款"}],
        metadata={"on": "2020-12-31"},
    )
    assert "尚未施行" in (done.choices[0].message.content or "")


def test_errors_are_raised_as_the_client_knows_them(client: OpenAI) -> None:
    def ask(content: object, **more: object) -> None:
        client.chat.completions.create(
            **{"model": "fengqiao", "messages": [{"role": "user", "content": content}], **more}  # type: ignore[call-overload]
        )

    with pytest.raises(openai.NotFoundError) as other:
        ask(DOG, model="gpt-4o")
    assert (other.value.code, other.value.param) == ("model_not_found", "model")
    with pytest.raises(openai.BadRequestError) as tools:
        ask(DOG, tools=[{"type": "function", "function": {"name": "f", "parameters": {}}}])
    assert (tools.value.code, tools.value.param) == ("unsupported_parameter", "tools")
    assert "MCP" in tools.value.message
    with pytest.raises(openai.BadRequestError) as picture:
        ask([{"type": "image_url", "image_url": {"url": "data:image/png;base64,"}}])
    assert picture.value.param == "messages.0.content"
    for streaming in (False, True):
        with pytest.raises(openai.BadRequestError) as long:
            ask("树" * 3000, stream=streaming)
        assert "2,000" in long.value.message
    with pytest.raises(openai.BadRequestError) as missing:
        ask(DOG, messages=[])
    assert missing.value.param == "messages"
    assert set(missing.value.response.json()) == {"error"}
    assert set(missing.value.response.json()["error"]) == {"message", "type", "param", "code"}
    with pytest.raises(openai.APIStatusError) as large:
        ask("树" * 1_300_000)
    assert large.value.status_code == 413


def test_an_invalid_key_is_refused_and_none_is_needed(live_server: str) -> None:
    with client_of(live_server, "sk-none") as client, pytest.raises(openai.AuthenticationError) as refused:
        client.models.list()
    assert refused.value.code == "invalid_api_key"
    assert httpx.get(f"{live_server}/v1/models", trust_env=False).status_code == 200


def test_what_openai_has_and_we_dont_says_so_in_its_shape(live_server: str) -> None:
    for method, path in (("POST", "/v1/embeddings"), ("GET", "/v1/chat/completions")):
        answer = httpx.request(method, f"{live_server}{path}", trust_env=False)
        assert answer.status_code in (404, 405)
        assert set(answer.json()["error"]) == {"message", "type", "param", "code"}
