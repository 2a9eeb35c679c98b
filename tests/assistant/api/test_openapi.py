"""OpenAPI and docs/api.md tell the truth: every example works, every documented path exists."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from kb.base import KnowledgeBase
from tests.assistant.api.conftest import as_user

METHODS = ("get", "post", "put", "patch", "delete")
DOC = Path(__file__).parents[3] / "docs" / "api.md"


@pytest.fixture(scope="module")
def spec(client: TestClient) -> dict[str, Any]:
    document: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return document


def operations(spec: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(m, p, op) for p, item in spec["paths"].items() for m, op in item.items() if m in METHODS]


def examples(operation: dict[str, Any]) -> list[Any]:
    kinds = operation.get("requestBody", {}).get("content", {})
    content = kinds.get("application/json") or next(iter(kinds.values()), {})
    return [e["value"] for e in content.get("examples", {}).values()]


def parameters(operation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {p["name"]: p for p in operation.get("parameters", [])}


def example_of(parameter: dict[str, Any]) -> Any:
    values = parameter.get("examples") or parameter["schema"].get("examples") or [None]
    return values[0] if isinstance(values, list) else next(iter(values.values()))["value"]


def test_every_operation_is_described(spec: dict[str, Any]) -> None:
    for method, path, operation in operations(spec):
        assert operation.get("summary"), (method, path)
        assert operation.get("description"), (method, path)
        if "requestBody" in operation:
            assert examples(operation), f"{method} {path} has no example"


def test_the_error_shape_is_documented(spec: dict[str, Any]) -> None:
    for method, path, operation in operations(spec):
        if path.startswith("/api/"):
            schema = operation["responses"]["422"]["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/ErrorBody"}, (method, path)
    assert "HTTPValidationError" not in spec["components"]["schemas"]


def test_every_example_works(client: TestClient, spec: dict[str, Any], kb: KnowledgeBase) -> None:
    """Send each one; a draft made by the first example stands in for draft ids, a real case for case ids.

    An answer and feedback on it stand in for those of turns and feedback.
    """
    made = client.post("/api/v1/drafts", json=examples(spec["paths"]["/api/v1/drafts"]["post"])[0])
    draft = made.json()["drafts"][0]["id"]
    case = client.get("/api/v1/cases", params={"limit": 1}).json()["items"][0]["id"]
    turn = client.post("/api/v1/ask", json={"question": "邻居家的狗咬了我，医药费谁出？"}).json()["turn_id"]
    feedback = client.post("/api/v1/feedback", json={"turn_id": turn, "rating": "good"}).json()["id"]
    known = {
        "draft_id": draft, "case_id": case, "qa_id": draft, "turn_id": turn, "feedback_id": feedback,
    }  # fmt: skip
    # The draft's own operations go in the order of its life.
    steps = ["/drafts/{draft_id}", "/submit", "/review", "/export", "/qa/{qa_id}"]

    def when(entry: tuple[str, str, dict[str, Any]]) -> int:
        return max((i + 1 for i, s in enumerate(steps) if entry[1].endswith(s)), default=0)

    tried = 0
    try:
        for method, path, operation in sorted(operations(spec), key=when):
            # for people who are logged in: see test_auth, test_records, test_chats and test_intakes; for who can
            # sign: see test_hooks
            if {"accounts", "records", "chats", "intakes", "hooks"} & set(
                operation["tags"]
            ) and "turn" not in path:
                continue
            taken = parameters(operation)
            for name in re.findall(r"{(\w+)", path):
                value = known.get(name) or example_of(taken[name])
                path = path.replace("{" + name + "}", quote(str(value), safe=""))
            query = {n: example_of(p) for n, p in taken.items() if p["in"] == "query" and p.get("required")}
            for body in examples(operation) or [None]:
                sent = body and {key: known.get(key, value) for key, value in body.items()}
                answer = client.request(method, path, params=query, json=sent)
                assert answer.status_code in (200, 201), f"{method} {path} {body}: {answer.text[:500]}"
                tried += 1
    finally:
        kb.retract_qa(draft)
    assert tried >= 25


def test_examples_without_a_name_are_understood_with_the_header(client: TestClient) -> None:
    made = client.post("/api/v1/drafts", json={"topic": "高空抛物", "count": 1}, headers=as_user("王芳"))
    assert made.status_code == 201


def test_documented_paths_exist(spec: dict[str, Any]) -> None:
    text = DOC.read_text(encoding="utf-8")
    documented = re.findall(r"^\| `(GET|POST|PATCH|DELETE)` \| `([^`]+)`", text, re.M)
    real = {(m.upper(), p) for m, p, _ in operations(spec)}
    assert documented
    assert {(m, re.sub(r"\?.*", "", p)) for m, p in documented} == real
