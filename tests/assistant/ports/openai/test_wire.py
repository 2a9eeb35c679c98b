"""What the client sees when an answer breaks off, and that limits hold below /v1 too."""

import json
from collections.abc import Iterator

from fastapi.testclient import TestClient

from assistant.api.app import create_app
from assistant.audit.query import AuditFilter, find
from assistant.chat.types import AskResponse
from assistant.ports.openai.wire import events
from kb.base import KnowledgeBase
from kb.catalog.engine import get_engine
from kb.settings import Settings

BODY = {"model": "fengqiao", "messages": [{"role": "user", "content": "水渠归谁修？"}]}


def test_an_answer_that_breaks_off_ends_with_an_error_and_is_not_done() -> None:
    def pieces() -> Iterator[str | AskResponse]:
        yield "一半。"
        raise RuntimeError("张三")

    sent = [json.loads(e.removeprefix(b"data: ")) for e in events(pieces(), 3)]
    assert [c["choices"][0]["delta"].get("content") for c in sent[:-1]] == ["", "一半。"]
    assert sent[-1]["error"]["type"] == "server_error"
    assert "张三" not in json.dumps(sent, ensure_ascii=False)


def test_limits_and_audit_are_those_of_questions(kb: KnowledgeBase, api_settings: Settings) -> None:
    settings = api_settings.model_copy(update={"rate_expensive_address": "2/hour", "demo": False})
    app = create_app(kb, settings=settings)
    with TestClient(app, client=("203.0.113.9", 1), raise_server_exceptions=False) as client:
        codes = [client.post("/v1/chat/completions", json=BODY).status_code for _ in range(2)]
        refused = client.post("/v1/chat/completions", json={**BODY, "stream": True})
    assert codes == [200, 200]
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.json()["error"]["code"] == "rate_limit_exceeded"
    newest = find(get_engine(settings), AuditFilter())[0]
    assert (newest.action, newest.kind, newest.outcome) == ("search", "question", "allowed")
    assert newest.details["question_chars"] == len("水渠归谁修？")
    assert "水渠" not in str(newest)
