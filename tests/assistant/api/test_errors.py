"""Bad input of every sort gets the one error shape, in Chinese, and the service stays up."""

import re

import pytest
from fastapi.testclient import TestClient

API = "/api/v1"
CHINESE = re.compile(r"[一-鿿]")
#: What pydantic and Starlette would say; none of it may reach a person.
ENGLISH = re.compile(r"Field required|Input should|Not Found|valid (?:date|integer)|Traceback|pydantic", re.I)

BAD: list[tuple[str, str, dict[str, object], int, str, str]] = [
    # what, "METHOD path", arguments of the request, status, code, what message or hint must say
    ("empty query", "POST /search", {"json": {"query": ""}}, 422, "bad_request", "检索词（query）是空的"),
    ("blank query", "POST /search", {"json": {"query": " 　\n"}}, 422, "bad_request", "空的"),
    ("no query", "POST /search", {"json": {}}, 422, "bad_request", "缺少检索词（query）"),
    ("no query in URL", "GET /search", {}, 422, "bad_request", "缺少检索词（query）"),
    ("empty query in URL", "GET /search?query=", {}, 422, "bad_request", "空的"),
    ("long query", "POST /search", {"json": {"query": "树" * 100_000}}, 422, "bad_request", "2,?000"),
    ("long question", "POST /ask", {"json": {"question": "树" * 100_000}}, 422, "bad_request", "2,?000"),
    ("no such day", "POST /search", {"json": {"query": "a", "on": "2026-13-40"}}, 422, "bad_request", "2026-11-21"),
    ("no such day in URL", "GET /search?query=a&on=2026-13-40", {}, 422, "bad_request", "“2026-13-40”"),
    ("no such day of a provision", "GET /provisions/民法典第1条?on=昨天", {}, 422, "bad_request", "2026-11-21"),
    ("number for a day", "POST /search", {"json": {"query": "a", "on": 20261121}}, 422, "bad_request", "2026-11-21"),
    ("unknown law", "POST /search", {"json": {"query": "a", "law": "民法点"}}, 422, "bad_request", "《民法典》"),
    ("unknown law in path", "GET /laws/民法点", {}, 422, "bad_request", "《民法典》"),
    ("unknown kind", "POST /search", {"json": {"query": "a", "kinds": ["law"]}}, 422, "bad_request", "provision"),
    ("unknown type", "POST /search", {"json": {"query": "a", "dispute_type": "家务"}}, 422, "bad_request", "婚姻家庭"),
    ("unknown type of case", "GET /cases?dispute_type=家务", {}, 422, "bad_request", "婚姻家庭"),
    ("unknown village", "POST /search", {"json": {"query": "a", "village": "x"}}, 422, "bad_request", "villages"),
    ("unknown village of case", "GET /cases?village=枫树湾", {}, 422, "bad_request", "zj-fengshuwan"),
    ("limit 0", "POST /search", {"json": {"query": "a", "limit": 0}}, 422, "bad_request", "不能小于 1"),
    ("limit of words", "GET /laws?limit=many", {}, 422, "bad_request", "“many”不是整数"),
    ("negative offset", "GET /cases?offset=-1", {}, 422, "bad_request", "不能小于 0"),
    ("unknown field", "POST /search", {"json": {"querry": "a", "query": "b"}}, 422, "bad_request", "想写 query"),
    ("unknown parameter", "GET /search?query=a&villages=x", {}, 422, "bad_request", "想写 village"),
    ("unknown field of a check", "POST /check", {"json": {"text": "a", "onn": "b"}}, 422, "bad_request", "没有“onn”"),
    ("broken JSON", "POST /search", {"content": b'{"query": ', "headers": {"Content-Type": "application/json"}},
     400, "malformed_json", "不是正确的 JSON"),
    ("broken JSON to a check", "POST /check", {"content": b"{'a'", "headers": {"Content-Type": "application/json"}},
     400, "malformed_json", "不是正确的 JSON"),
    ("GBK JSON", "POST /search",
     {"content": '{"query": "树枝"}'.encode("gbk"), "headers": {"Content-Type": "application/json"}}, 400, "", ""),
    ("GBK JSON to a check", "POST /check",
     {"content": '{"text": "树枝"}'.encode("gbk"), "headers": {"Content-Type": "application/json"}}, 400, "", ""),
    ("list for an object", "POST /search", {"json": ["a"]}, 422, "bad_request", "JSON 对象"),
    ("list for an object to a check", "POST /check", {"json": ["a"]}, 422, "bad_request", "JSON 对象"),
    ("no body", "POST /search", {}, 422, "bad_request", "JSON 对象"),
    ("no body to a check", "POST /rules/check", {}, 422, "bad_request", "JSON 对象"),
    ("text for JSON", "POST /check", {"content": b"abc", "headers": {"Content-Type": "text/plain"}},
     422, "bad_request", "Content-Type: application/json"),
    ("blank narrative", "POST /advise", {"json": {"narrative": "  "}}, 422, "bad_request", "空的"),
    ("long text", "POST /check", {"json": {"text": "树" * 200_001}}, 422, "bad_request", "200,000"),
    ("huge body", "POST /check", {"json": {"text": "树" * 1_300_000}}, 413, "too_large", "上限"),
    ("empty file", "POST /check", {"files": {"file": ("a.txt", b"")}}, 422, "bad_request", "是空的"),
    ("file of blanks", "POST /check", {"files": {"file": ("a.txt", b" \n ")}}, 422, "", ""),
    ("unreadable file", "POST /check", {"files": {"file": ("a.pdf", b"%PDF-1.4 broken")}}, 422, "unreadable_file", "PDF"),
    ("file in the wrong field", "POST /check", {"files": {"doc": ("a.txt", b"a")}}, 422, "bad_request", "file"),
    ("text and file", "POST /check", {"files": {"file": ("a.txt", b"a")}, "data": {"text": "b"}},
     422, "bad_request", "只能给一个"),
    ("huge file", "POST /check", {"files": {"file": ("a.txt", b"a" * (3 << 20))}}, 413, "too_large", "1 MB"),
    ("no file in the form", "POST /check", {"data": {"on": "2026-11-21"}, "files": {"x": (None, "")}},
     422, "bad_request", "缺少文本（text）"),
    ("empty address", "GET /provisions/%20", {}, 422, "bad_request", "条文地址是空的"),
    ("long address", f"GET /provisions/{'a' * 600}", {}, 422, "bad_request", "500"),
    ("unknown case", "GET /cases/nope", {}, 404, "not_found", "没有编号为“nope”的案例"),
    ("unknown village in path", "GET /villages/nope", {}, 404, "not_found", "没有编号为“nope”的村"),
    ("unknown Q&A", "GET /qa/nope", {}, 404, "not_found", "没有编号为“nope”的普法问答"),
    ("unknown draft", "GET /drafts/nope", {}, 404, "not_found", ""),
    ("nobody's draft", "POST /drafts", {"json": {"topic": "高空抛物"}}, 422, "bad_request", "X-Fengqiao-User"),
    ("unreadable name", "POST /drafts",
     {"json": {"topic": "高空抛物"}, "headers": {"X-Fengqiao-User": "%ff%fe"}}, 422, "bad_request", "URL 编码"),
    ("long name", "POST /drafts", {"json": {"topic": "高空抛物", "by": "王" * 41}}, 422, "bad_request", "40"),
    ("draft about nothing", "POST /drafts", {"json": {"by": "王芳"}}, 422, "bad_request", ""),
    ("unknown state", "GET /drafts?status=done", {}, 422, "bad_request", "in_review"),
    ("unknown format", "GET /drafts/nope/export?format=pdf", {}, 422, "bad_request", "docx、md"),
    ("unknown route", "GET /nope", {}, 404, "not_found", "没有这个地址"),
    ("wrong method", "DELETE /search", {}, 405, "method_not_allowed", "请改用 GET、POST$"),
    ("wrong method on a draft", "DELETE /drafts/nope", {}, 405, "method_not_allowed", "请改用 GET、PATCH$"),
    ("wrong method on a check", "GET /check", {}, 405, "method_not_allowed", "请改用 POST"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("where", "request_", "status", "code", "says"), [c[1:] for c in BAD], ids=[c[0] for c in BAD]
)
def test_bad_input(
    client: TestClient, where: str, request_: dict[str, object], status: int, code: str, says: str
) -> None:
    method, path = where.split(" ", 1)
    answer = client.request(method, API + path, **request_)  # type: ignore[arg-type]
    body = answer.json()
    assert answer.status_code == status, body
    assert set(body["error"]) == {"code", "message", "hint"}
    if code:
        assert body["error"]["code"] == code
    assert CHINESE.search(body["error"]["message"])
    assert not ENGLISH.search(answer.text)
    assert re.search(says, body["error"]["message"] + body["error"]["hint"])
    assert body["request_id"] == answer.headers["X-Request-ID"]
    assert len(answer.text) < 5000


def test_still_alive_after_all_that(client: TestClient) -> None:
    assert client.get("/readyz").status_code == 200
