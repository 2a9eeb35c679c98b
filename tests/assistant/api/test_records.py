"""Case records over HTTP: who may do what where, what is shown, and that erasing is erasing."""

import io
import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from sqlalchemy import text

from assistant.accounts.permissions import KEY_SCOPES, ROLES
from assistant.accounts.types import Membership
from assistant.audit.models import table as audit_table
from kb.base import KnowledgeBase
from kb.catalog.engine import get_engine
from kb.embedding.cache import content_hash
from kb.index.units import case_unit
from kb.settings import Settings
from kb.store.base import Filter
from tests.assistant.api.conftest import logged_in
from tests.assistant.api.real_service import FOREIGN, OWN, Service, real_service
from tests.conftest import copy_home

API = "/api/v1/records"
#: Stands in no other text; it isn't personal and stays in the redacted text.
WORD = "临河磨坊"
PRIVATE = ("欧阳雪梅", "司徒国栋", "13987650123", "330681198001011234", "浙D8K7J2")
NEW: dict[str, Any] = {
    "village": OWN,
    "name": f"欧阳雪梅与司徒国栋{WORD}纠纷",
    "facts": f"申请人欧阳雪梅，身份证号330681198001011234，与被申请人司徒国栋共用一座{WORD}。欧阳雪梅说{WORD}被"
    "司徒国栋锁住，司徒国栋电话13987650123，车牌浙D8K7J2。",
    "result": f"司徒国栋打开{WORD}的锁，两家按单双日轮流用。",
    "basis": "民法典第二百九十条",
    "keywords": [WORD],
    "dispute_type": "邻里",
    "closed": "2026-06-20",
    "outcome": "达成协议",
}
NAMELESS = "没有这份记录"


@pytest.fixture(scope="module")
def home(base_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a cache of its own: what is erased must be gone from there, too."""
    made = copy_home(base_home, tmp_path_factory.mktemp("records") / "home")
    (made / "cache").unlink()
    shutil.copytree(base_home / "cache", made / "cache")
    return made


@pytest.fixture(scope="module")
def service(home: Path) -> Iterator[Service]:
    settings = Settings(home=home, rate_expensive_address="", rate_expensive_person="")
    with KnowledgeBase.open(settings) as kb, real_service(kb, settings) as opened:
        yield opened


def send(service: Service, who: str, method: str, path: str = "", body: Any = None) -> Any:
    assert service.foreigner
    headers = (
        logged_in(service.accounts, service.foreigner.id) if who == "foreigner" else service.headers(who)
    )
    return service.client.request(method, API + path, json=body, headers=headers)


def make(service: Service, who: str = "mediator", **changed: Any) -> dict[str, Any]:
    answer = send(service, who, "POST", "", {**NEW, **changed})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def readings(service: Service, who: str, record_id: str) -> dict[str, str]:
    """Everything that could show the record, asked for by its own words."""
    assert service.foreigner
    headers = (
        logged_in(service.accounts, service.foreigner.id) if who == "foreigner" else service.headers(who)
    )
    client, api = service.client, "/api/v1"
    story = f"两家共用一座{WORD}，{WORD}被锁住了"
    return {
        "search": client.post(f"{api}/search", json={"query": f"{WORD}被锁", "limit": 50}, headers=headers).text,
        "cases": client.post(f"{api}/search", json={"query": story, "kinds": ["case"], "limit": 50}, headers=headers).text,
        "list": client.get(f"{api}/cases", params={"limit": 200}, headers=headers).text,
        "case": client.get(f"{api}/cases/{record_id}", headers=headers).text,
        "page": client.get("/cases", params={"dispute_type": "邻里"}, headers=headers).text,
        "case page": client.get(f"/case/{record_id}", headers=headers).text,
        "advise": client.post(f"{api}/advise", json={"narrative": story}, headers=headers).text,
        "ask": client.post(f"{api}/ask", json={"question": f"{story}，怎么办？"}, headers=headers).text,
        "records": client.get(API, headers=headers).text,
        "record": client.get(f"{API}/{record_id}", headers=headers).text,
        "export": client.get(f"{API}/{record_id}/export?format=md", headers=headers).text,
    }  # fmt: skip


def showing(service: Service, who: str, record_id: str) -> set[str]:
    """Where the record's redacted text appears; a query's own words, which some answers repeat, don't count."""
    return {name for name, said in readings(service, who, record_id).items() if "按单双日轮流用" in said}


def anywhere(folder: Path, words: tuple[str, ...], leave: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Files under a folder whose bytes hold a word, however it may be encoded."""
    found = []
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() or name.startswith(leave):
            continue
        data = path.read_bytes()
        for word in words:
            escaped = json.dumps(word)[1:-1].encode()
            forms = {
                word.encode(),
                word.encode("gb18030"),
                word.encode("utf-16-le"),
                escaped,
                escaped.upper(),
            }
            if any(form in data for form in forms):
                found.append((name, word))
    return found


def test_what_a_mediator_writes_comes_back_without_names(service: Service) -> None:
    made = make(service)
    said = json.dumps(made, ensure_ascii=False)
    assert not [word for word in PRIVATE if word in said]
    assert made["may"] == ["reveal", "write", "delete"]
    assert made["case"]["scope"] == f"village:{OWN}"
    assert made["case"]["cited_addresses"] == ["民法典第二百九十条"]
    assert made["retain_until"] == "2036-06-17"
    revealed = send(service, "mediator", "POST", f"/{made['id']}/reveal")
    assert revealed.headers["cache-control"] == "no-store"
    assert revealed.json()["texts"]["facts"] == NEW["facts"]
    assert set(PRIVATE) <= set(revealed.json()["replaced"].values())
    send(service, "mediator", "DELETE", f"/{made['id']}")


def test_preview_stores_nothing(service: Service) -> None:
    before = send(service, "mediator", "GET").json()["total"]
    body = {key: NEW[key] for key in ("name", "facts", "result", "basis", "keywords")}
    answer = send(service, "mediator", "POST", "/preview", {**body, "also": ["磨坊"]}).json()
    assert not [word for word in PRIVATE if word in json.dumps(answer["texts"], ensure_ascii=False)]
    assert "磨坊" not in json.dumps(answer["texts"], ensure_ascii=False)
    assert "磨坊" in answer["replaced"].values()
    assert send(service, "mediator", "GET").json()["total"] == before


def test_one_that_is_not_yours_is_like_one_that_is_not_there(service: Service) -> None:
    made = make(service)
    steps = [
        ("GET", "", None), ("PATCH", "", {"version": 1, "kept": "已履行"}), ("DELETE", "", None),
        ("POST", "/reveal", None), ("GET", "/export", None),
    ]  # fmt: skip
    for method, tail, body in steps:
        far = send(service, "foreigner", method, f"/{made['id']}{tail}", body)
        none = send(service, "foreigner", method, f"/nowhere{tail}", body)
        assert (far.status_code, far.json()["error"]) == (none.status_code, none.json()["error"])
        assert (far.status_code, far.json()["error"]["message"]) == (404, NAMELESS)
    assert showing(service, "foreigner", made["id"]) == set()
    assert send(service, "foreigner", "GET").json()["total"] == 0
    assert send(service, "foreigner", "POST", "", NEW).status_code == 403
    send(service, "mediator", "DELETE", f"/{made['id']}")


def test_who_may_do_what_at_their_own_place(service: Service) -> None:
    made = make(service)
    for who in ROLES:
        reads = who in ("mediator", "clerk")
        assert send(service, who, "GET", f"/{made['id']}").status_code == (200 if reads else 403)
        revealed = send(service, who, "POST", f"/{made['id']}/reveal").status_code
        assert revealed == (200 if who == "mediator" else 403)
    assert send(service, "clerk", "GET", f"/{made['id']}").json()["may"] == ["write", "delete"]
    colleague = service.accounts.people.add("colleague", "同事", [Membership(role="mediator", place_id=OWN)])
    headers = logged_in(service.accounts, colleague.id)
    answer = service.client.delete(f"{API}/{made['id']}", headers=headers)
    assert answer.status_code == 403
    assert "自己录入" in answer.json()["error"]["message"]
    assert send(service, "clerk", "DELETE", f"/{made['id']}").status_code == 200


def test_the_village_a_reader_reads_is_not_the_one_they_may_reveal(service: Service) -> None:
    """Clerk here and mediator elsewhere: the roles don't add up to seeing names here."""
    both = service.accounts.people.add(
        "both", "两处",
        [Membership(role="clerk", place_id=OWN), Membership(role="mediator", place_id=FOREIGN)],
    )  # fmt: skip
    made = make(service)
    headers = logged_in(service.accounts, both.id)
    assert service.client.get(f"{API}/{made['id']}", headers=headers).status_code == 200
    assert service.client.post(f"{API}/{made['id']}/reveal", headers=headers).status_code == 403
    send(service, "mediator", "DELETE", f"/{made['id']}")


def test_a_key_writes_but_neither_reveals_nor_erases(service: Service) -> None:
    assert "cases.write" in KEY_SCOPES
    assert not {"cases.reveal", "cases.delete"} & set(KEY_SCOPES)
    body = {"name": "导入", "scopes": ["cases.read", "cases.write"], "days": 1}
    key = service.client.post("/api/v1/api-keys", json=body, headers=service.headers("mediator")).json()
    headers = {"Authorization": f"Bearer {key['secret']}"}
    made = service.client.post(API, json=NEW, headers=headers)
    assert made.status_code == 201, made.text
    path = f"{API}/{made.json()['id']}"
    assert service.client.post(f"{path}/reveal", headers=headers).status_code == 403
    assert service.client.delete(path, headers=headers).status_code == 403
    assert service.client.delete(path, headers=service.headers("mediator")).status_code == 200


def test_changes_and_their_versions(service: Service) -> None:
    made = make(service)
    path = f"/{made['id']}"
    changed = send(service, "clerk", "PATCH", path, {"version": 1, "kept": "已履行", "claim": 50}).json()
    assert (changed["version"], changed["case"]["kept"], changed["case"]["claim"]) == (2, "已履行", 50)
    assert changed["case"]["facts"] == made["case"]["facts"]
    assert send(service, "mediator", "PATCH", path, {"version": 1, "kept": "未履行"}).status_code == 409
    emptied = send(service, "mediator", "PATCH", path, {"version": 2, "claim": None, "basis": ""}).json()
    assert (emptied["case"]["claim"], emptied["case"]["cited_addresses"]) == (None, [])
    send(service, "mediator", "DELETE", path)


def test_exports_are_redacted(service: Service) -> None:
    made = make(service)
    for kind in ("docx", "md"):
        answer = send(service, "clerk", "GET", f"/{made['id']}/export?format={kind}")
        assert answer.headers["cache-control"] == "no-store"
        if kind == "docx":
            document = docx.Document(io.BytesIO(answer.content))
            said = "\n".join(p.text for p in document.paragraphs)
            said += "".join(cell.text for t in document.tables for row in t.rows for cell in row.cells)
        else:
            said = answer.text
        assert "按单双日轮流用" in said
        assert "2026年6月20日" in said
        assert not [word for word in PRIVATE if word in said]
    send(service, "mediator", "DELETE", f"/{made['id']}")


def test_what_was_done_is_on_record(service: Service) -> None:
    made = make(service)
    send(service, "mediator", "POST", f"/{made['id']}/reveal")
    send(service, "foreigner", "GET", f"/{made['id']}")
    send(service, "mediator", "GET", f"/{made['id']}/export")
    send(service, "mediator", "DELETE", f"/{made['id']}")
    c = audit_table().c
    query = audit_table().select().where(c.object_id == made["id"]).order_by(c.seq)
    with get_engine(service.kb.settings).connect() as connection:
        rows = connection.execute(query).all()
    mediator = f"person:{service.people['mediator'].id}"
    assert [(r.action, r.outcome, r.place) for r in rows] == [
        ("create", "allowed", OWN),
        ("redact-reveal", "allowed", OWN),
        ("view", "denied", OWN),
        ("export", "allowed", OWN),
        ("delete", "allowed", OWN),
    ]
    assert [r.who for r in rows if r.outcome == "allowed"] == [mediator] * 4


def test_no_draft_is_made_from_a_record(service: Service) -> None:
    made = make(service)
    answer = service.client.post(
        "/api/v1/drafts", json={"case_id": made["id"]}, headers=service.headers("editor")
    )
    assert answer.status_code == 404
    send(service, "mediator", "DELETE", f"/{made['id']}")


def test_erased_is_erased(service: Service, home: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Found by its village and by nobody else; then by nobody at all, by no way, in no file."""
    with caplog.at_level(logging.DEBUG):
        made = make(service)
        record_id, kb = made["id"], service.kb
        case = kb.catalog.case(record_id)
        assert case is not None
        seen = showing(service, "mediator", record_id)
        assert {"list", "case", "case page", "records", "record", "export"} <= seen
        assert any(
            record_id in said
            for name, said in readings(service, "mediator", record_id).items()
            if name in ("search", "cases")
        )
        for who in ("visitor", "volunteer", "foreigner"):
            assert showing(service, who, record_id) == set()
            assert not [
                n
                for n, s in readings(service, who, record_id).items()
                if n in ("search", "cases") and record_id in s
            ]
        send(service, "mediator", "POST", f"/{record_id}/reveal")
        assert anywhere(home, PRIVATE) == [], "originals must be nowhere, even while the record is kept"

        assert send(service, "mediator", "DELETE", f"/{record_id}").status_code == 200
        for who in ("mediator", "clerk", "foreigner", "visitor"):
            assert showing(service, who, record_id) == set()
            for name in ("search", "cases", "list", "page", "records", "advise", "ask"):
                assert record_id not in readings(service, who, record_id)[name]
        assert send(service, "mediator", "GET", f"/{record_id}").json()["error"]["message"] == NAMELESS
        assert send(service, "mediator", "POST", f"/{record_id}/reveal").status_code == 404
    hashes = [content_hash(p.embed_text) for p in case_unit(case).passages]
    assert kb.store.count(Filter(parent_id=record_id, scopes=())) == 0
    assert kb.indexer.cache is not None
    assert kb.indexer.cache.get(kb.embedder.key, hashes) == {}
    with get_engine(kb.settings).connect() as connection:
        query = text("SELECT count(*) FROM case_records WHERE id = :id")
        assert connection.execute(query, {"id": record_id}).scalar_one() == 0
        assert (
            connection.execute(
                text("SELECT count(*) FROM cases WHERE id = :id"), {"id": record_id}
            ).scalar_one()
            == 0
        )
    assert not [word for word in PRIVATE if word in caplog.text]
    assert anywhere(home, PRIVATE) == []
    # the redacted text is gone from database and cache; the index engine frees its blocks without blanking them
    assert anywhere(home, ("按单双日轮流用",), leave=("index/",)) == []
    # what its own people asked, in their own words, is theirs to delete
    assert service.foreigner
    chats = service.client.app.state.backend.chats()  # type: ignore[attr-defined]
    for person in (*service.people.values(), service.foreigner):
        chats.delete_all(person.id)
    assert anywhere(home, (WORD,), leave=("index/",)) == []
    assert kb.sync(force=True).added == 0
    assert showing(service, "mediator", record_id) == set()
