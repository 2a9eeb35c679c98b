"""The chat's records over HTTP: streamed answers, one's own conversations, feedback, opinions."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from sqlalchemy import text

from assistant.accounts.permissions import ROLES
from assistant.audit.models import table as audit_table
from assistant.chat.conversation import CONVERSATIONS, Turn
from assistant.chat.types import AskResponse, Block, SimilarItem
from kb.base import KnowledgeBase
from kb.catalog.engine import get_engine
from kb.settings import Settings
from tests.assistant.api.real_service import OWN_CASE, OWN_WORD, Service, real_service
from tests.assistant.api.test_records import anywhere
from tests.assistant.api.test_sse import parse
from tests.conftest import copy_home

API = "/api/v1"
DOG = "邻居司徒国栋家的狗咬了我，医药费谁出？"
PRIVATE = ("司徒国栋",)


@pytest.fixture(scope="module")
def home(base_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_home(base_home, tmp_path_factory.mktemp("chats") / "home")


@pytest.fixture(scope="module")
def service(home: Path) -> Iterator[Service]:
    settings = Settings(home=home, rate_expensive_address="", rate_expensive_person="")
    with KnowledgeBase.open(settings) as kb, real_service(kb, settings) as opened:
        yield opened


def send(service: Service, who: str, method: str, path: str, body: Any = None) -> Any:
    return service.client.request(method, API + path, json=body, headers=service.headers(who))


def ask(service: Service, who: str, question: str = DOG, **more: Any) -> dict[str, Any]:
    answer = send(service, who, "POST", "/ask", {"question": question, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def entries(service: Service, kind: str) -> list[Any]:
    c = audit_table().c
    with get_engine(service.kb.settings).connect() as connection:
        return list(connection.execute(audit_table().select().where(c.kind == kind).order_by(c.seq)))


def test_a_streamed_answer_says_what_the_whole_one_says(service: Service) -> None:
    body = {"question": "邻居家的狗咬了我，医药费谁出？", "on": "2026-11-21"}
    answer = service.client.post(f"{API}/ask/stream", json=body, headers={"X-Request-ID": "stream-1"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-request-id"] == "stream-1"
    assert answer.headers["x-accel-buffering"] == "no"
    events = parse(answer.text)
    assert [name for name, _ in events[:2]] == ["start", "block"]
    name, done = events[-1]
    assert name == "done"
    whole = send(service, "visitor", "POST", "/ask", body).json()
    own = {"conversation_id", "turn_id"}
    assert {k: v for k, v in done.items() if k not in own} == {k: v for k, v in whole.items() if k not in own}
    start = events[0][1]
    assert set(start) == {"conversation_id", "turn_id", "understood_as"}
    assert start["turn_id"] == done["turn_id"] != whole["turn_id"]
    again = {"question": "那要多久？", "conversation_id": start["conversation_id"]}
    follow = parse(service.client.post(f"{API}/ask/stream", json=again).text)[0][1]
    assert follow["conversation_id"] == start["conversation_id"]
    assert follow["understood_as"] != "那要多久？"


def test_a_stream_is_on_record_like_a_question(service: Service) -> None:
    service.client.post(
        f"{API}/ask/stream", json={"question": "水渠归谁修？"}, headers={"X-Request-ID": "stream-2"}
    )
    (entry,) = [e for e in entries(service, "question") if e.request_id == "stream-2"]
    details = json.loads(entry.details)
    assert (entry.action, entry.outcome, details["status"], details["question_chars"]) == (
        "search",
        "allowed",
        200,
        6,
    )


@pytest.mark.parametrize(
    ("body", "status"), [({"question": " "}, 422), ({"question": "水渠", "village": "none"}, 422), ({}, 422)]
)
def test_what_is_wrong_before_the_first_event_is_an_ordinary_error(
    service: Service, body: dict[str, Any], status: int
) -> None:
    answer = service.client.post(f"{API}/ask/stream", json=body)
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "message", "hint"}
    plain = service.client.post(f"{API}/ask", json=body)
    assert answer.json()["error"] == plain.json()["error"]


def test_ones_own_conversations(service: Service) -> None:
    first = ask(service, "volunteer")
    asked = {"question": "那要多久？", "conversation_id": first["conversation_id"]}
    second = parse(send(service, "volunteer", "POST", "/ask/stream", asked).text)[-1][1]
    page = send(service, "volunteer", "GET", "/chats?limit=10").json()
    assert page["total"] == 1
    assert set(page["items"][0]) == {"id", "title", "created_at", "updated_at", "turns"}
    assert (page["items"][0]["id"], page["items"][0]["turns"]) == (first["conversation_id"], 2)
    chat = send(service, "volunteer", "GET", f"/chats/{first['conversation_id']}").json()
    assert [turn["turn_id"] for turn in chat["turns"]] == [first["turn_id"], second["turn_id"]]
    assert set(chat["turns"][0]) == {"turn_id", "question", "response", "at"}
    assert chat["turns"][0]["response"]["citations"] == first["citations"]
    assert "司徒" not in json.dumps(chat, ensure_ascii=False)
    for who in ("mediator", "administrator"):
        assert send(service, who, "GET", "/chats").json()["total"] == 0
        for method in ("GET", "DELETE"):
            path = f"/chats/{first['conversation_id']}"
            far, none = send(service, who, method, path), send(service, who, method, "/chats/nowhere")
            assert (far.status_code, far.json()["error"]) == (none.status_code, none.json()["error"])
            assert far.status_code == 404
    assert send(service, "visitor", "GET", "/chats").status_code == 401
    gone = send(service, "volunteer", "DELETE", f"/chats/{first['conversation_id']}")
    assert gone.json() == {"id": first["conversation_id"]}
    assert send(service, "volunteer", "GET", "/chats").json()["total"] == 0
    assert send(service, "volunteer", "GET", f"/turns/{first['turn_id']}/opinion").status_code == 404
    kinds = [
        (e.action, e.outcome) for e in entries(service, "chat") if e.object_id == first["conversation_id"]
    ]
    assert kinds[-1] == ("delete", "allowed")


def test_strangers_and_machines_leave_nothing(service: Service) -> None:
    def stored() -> int:
        with get_engine(service.kb.settings).connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM chat_turns")).scalar_one())

    before = stored()
    ask(service, "visitor")
    body = {"name": "网站", "scopes": ["cases.read"], "days": 1}
    key = service.client.post(f"{API}/api-keys", json=body, headers=service.headers("mediator")).json()
    headers = {"Authorization": f"Bearer {key['secret']}"}
    answer = service.client.post(f"{API}/ask", json={"question": DOG}, headers=headers)
    assert answer.status_code == 200
    assert service.client.get(f"{API}/chats", headers=headers).status_code == 403
    assert stored() == before


def test_whoever_logs_out_takes_the_conversation_along(service: Service) -> None:
    first = ask(service, "clerk", "民法典第一千零六十七条说什么")
    after = ask(service, "visitor", "那第二款呢", conversation_id=first["conversation_id"])
    assert after["conversation_id"] != first["conversation_id"]
    assert after["understood_as"] == "那第二款呢"


def test_names_are_in_no_file_and_no_log(
    service: Service, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        turn = ask(service, "volunteer")["turn_id"]
        note = {"turn_id": turn, "rating": "bad", "reasons": ["other"], "note": "司徒国栋不肯赔"}
        assert send(service, "volunteer", "POST", "/feedback", note).status_code == 201
        assert send(service, "volunteer", "GET", f"/turns/{turn}/opinion").status_code == 200
        send(service, "volunteer", "POST", "/ask/stream", {"question": DOG})
    assert anywhere(home, PRIVATE) == []
    assert not [word for word in PRIVATE if word in caplog.text]


def test_a_villages_own_case_is_not_kept(service: Service) -> None:
    """Shown to its mediator; those who read feedback, and an erased record's readers, must not find it here."""
    case = service.kb.catalog.case(OWN_CASE)
    assert case is not None
    item = SimilarItem(id=case.id, kind="case", title=case.name, text=f"结果：{case.result}")
    key = CONVERSATIONS.add("", Turn("水渠归谁修？"))
    response = AskResponse(
        answer=f"类似的调解：{item.title}。{item.text}", refused=False, similar=[item],
        blocks=[Block(kind="case", title=item.title, text=item.text, source=item.id)],
        conversation_id=key, on=date(2026, 11, 21),
    )  # fmt: skip
    turn = CONVERSATIONS.keep(response, "水渠归谁修？")
    chats = service.client.app.state.backend.chats()  # type: ignore[attr-defined]
    chats.remember(response, service.people["mediator"].id)
    given = {"turn_id": turn, "rating": "bad"}
    assert send(service, "mediator", "POST", "/feedback", given).status_code == 201
    readings = [
        send(service, "mediator", "GET", f"/chats/{key}"),
        send(service, "editor", "GET", "/feedback"),
    ]
    for answer in readings:
        assert answer.status_code == 200
        assert "水渠归谁修" in answer.text
        assert not [word for word in (OWN_CASE, OWN_WORD) if word in answer.text]
    opinion = send(service, "mediator", "GET", f"/turns/{turn}/opinion")
    assert OWN_WORD not in "".join(p.text for p in Document(io.BytesIO(opinion.content)).paragraphs)


def test_feedback_from_giving_to_closing(service: Service) -> None:
    turn = ask(service, "visitor")["turn_id"]
    body = {"turn_id": turn, "rating": "bad", "reasons": ["outdated"], "note": "旧了"}
    given = send(service, "visitor", "POST", "/feedback", body)
    assert given.status_code == 201
    assert set(given.json()) == {"id"}
    again = send(service, "visitor", "POST", "/feedback", {**body, "reasons": ["missing"]})
    assert again.json() == given.json()
    for who in ROLES:
        reads = who in ("editor", "reviewer", "administrator")
        assert send(service, who, "GET", "/feedback").status_code == (200 if reads else 403)
    (entry,) = [
        e for e in send(service, "reviewer", "GET", "/feedback?status=open&limit=200").json()["items"]
        if e["id"] == given.json()["id"]
    ]  # fmt: skip
    assert (entry["reasons"], entry["reason_labels"], entry["note"]) == (["missing"], ["缺了办法"], "旧了")
    assert "司徒" not in json.dumps(entry, ensure_ascii=False)
    assert entry["answer"]
    path = f"/feedback/{entry['id']}/close"
    closed = send(service, "reviewer", "POST", path, {"note": "已改稿", "by": "别人"}).json()
    assert (closed["status"], closed["closed_by"], closed["close_note"]) == (
        "closed",
        service.people["reviewer"].signature,
        "已改稿",
    )
    assert send(service, "volunteer", "POST", path).status_code == 403
    assert send(service, "editor", "POST", "/feedback/none/close").status_code == 404
    assert {(e.action, e.outcome) for e in entries(service, "feedback") if e.object_id == entry["id"]} == {
        ("create", "allowed"),
        ("change", "allowed"),
        ("change", "denied"),
    }


@pytest.mark.parametrize(
    "changed",
    [{"turn_id": "none"}, {"rating": "fine"}, {"reasons": ["nonsense"]}, {"note": "长" * 501}, {"by": "x"}],
)
def test_feedback_that_is_refused(service: Service, changed: dict[str, Any]) -> None:
    turn = ask(service, "visitor", "多大年纪可以结婚")["turn_id"]
    answer = send(service, "visitor", "POST", "/feedback", {"turn_id": turn, "rating": "good", **changed})
    assert answer.status_code == (404 if "turn_id" in changed else 422)
    assert answer.json()["error"]["hint"]


def test_an_opinion_is_a_file_and_forgotten_turns_are_said_to_be(service: Service) -> None:
    turn = ask(service, "visitor")["turn_id"]
    answer = send(service, "visitor", "GET", f"/turns/{turn}/opinion")
    assert answer.headers["cache-control"] == "no-store"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["content-type"].startswith("application/vnd.openxmlformats")
    said = "\n".join(p.text for p in Document(io.BytesIO(answer.content)).paragraphs)
    assert "法律咨询意见书" in said
    assert "施行的文本核对，一致" in said
    assert "司徒" not in said
    CONVERSATIONS.forget(ask(service, "visitor", "多大年纪可以结婚")["conversation_id"])
    gone = send(service, "visitor", "GET", f"/turns/{'0' * 8}/opinion")
    assert gone.status_code == 404
    assert "再问一次" in gone.json()["error"]["hint"]
    for entry in entries(service, "turn"):
        assert entry.action == "export"
        assert turn not in str(entry), "who reads the log mustn't be able to open the turn"


def test_a_stored_turn_is_exported_after_a_restart_by_its_person_only(service: Service) -> None:
    mine = ask(service, "volunteer")
    CONVERSATIONS.forget(mine["conversation_id"])
    path = f"/turns/{mine['turn_id']}/opinion"
    assert send(service, "volunteer", "GET", path).status_code == 200
    for who in ("visitor", "mediator", "administrator"):
        assert send(service, who, "GET", path).status_code == 404
    rated = {"turn_id": mine["turn_id"], "rating": "good"}
    assert send(service, "mediator", "POST", "/feedback", rated).status_code == 404
    assert send(service, "volunteer", "POST", "/feedback", rated).status_code == 201
    again = ask(service, "volunteer", "那要多久？", conversation_id=mine["conversation_id"])
    assert again["conversation_id"] == mine["conversation_id"]


def test_a_closed_account_leaves_no_conversation(service: Service) -> None:
    person = service.people["reviewer"]
    kept = ask(service, "reviewer")
    assert (
        send(service, "administrator", "PATCH", f"/people/{person.id}", {"active": False}).status_code == 200
    )
    with get_engine(service.kb.settings).connect() as connection:
        query = text("SELECT count(*) FROM chat_conversations WHERE person_id = :id")
        assert connection.execute(query, {"id": person.id}).scalar_one() == 0
        query = text("SELECT count(*) FROM chat_turns WHERE id = :id")
        assert connection.execute(query, {"id": kept["turn_id"]}).scalar_one() == 0
    service.accounts.people.change(person.id, active=True)
