"""Handing over over HTTP: to any village, read at one's own, revealed to its mediators, erased for good."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from assistant.accounts.permissions import KEY_SCOPES, ROLES
from assistant.accounts.types import Membership
from assistant.audit.models import table as audit_table
from kb.base import KnowledgeBase
from kb.catalog.engine import get_engine
from kb.settings import Settings
from tests.assistant.api.conftest import logged_in
from tests.assistant.api.real_service import FOREIGN, OWN, Service, real_service
from tests.assistant.api.test_records import anywhere
from tests.conftest import copy_home

API = "/api/v1/intakes"
PRIVATE = ("欧阳雪梅", "司徒国栋", "13987650123")
STORY = "欧阳雪梅说丈夫司徒国栋昨晚又打了她，头上缝了三针，电话13987650123，她想离婚又怕。"
NEW: dict[str, Any] = {
    "village": OWN,
    "narrative": STORY,
    "contact": "欧阳雪梅 13987650123",
    "on": "2026-11-20",
}
NAMELESS = "没有这件转办的事"


@pytest.fixture(scope="module")
def home(base_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_home(base_home, tmp_path_factory.mktemp("intakes") / "home")


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


def make(service: Service, who: str = "volunteer", **changed: Any) -> dict[str, Any]:
    answer = send(service, who, "POST", "", {**NEW, **changed})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_what_is_handed_over_comes_back_without_names(service: Service) -> None:
    made = make(service)
    said = json.dumps(made, ensure_ascii=False)
    assert not [word for word in PRIVATE if word in said]
    assert {
        k: made[k] for k in ("village", "village_name", "status", "on", "has_contact", "dispute_type")
    } == {
        "village": OWN,
        "village_name": service.accounts.places.get(OWN).name,
        "status": "new",
        "on": "2026-11-20",
        "has_contact": True,
        "dispute_type": "婚姻家庭",
    }
    assert made["by"] == service.people["volunteer"].signature
    assert [risk["kind"] for risk in made["risks"]][:1] == ["home_violence"]
    assert made["risks"][0]["phones"]
    assert made["may"] == []
    revealed = send(service, "mediator", "POST", f"/{made['id']}/reveal")
    assert revealed.headers["cache-control"] == "no-store"
    assert revealed.json() == {"id": made["id"], "narrative": STORY, "contact": "欧阳雪梅 13987650123"}
    send(service, "mediator", "DELETE", f"/{made['id']}")


def test_to_any_village_and_read_there_only(service: Service) -> None:
    far, own = make(service, village=FOREIGN), make(service)
    listed = send(service, "mediator", "GET").json()
    assert [i["id"] for i in listed["items"]] == [own["id"]]
    assert listed["total"] == 1
    assert send(service, "mediator", "GET", f"?village={FOREIGN}").json()["total"] == 0
    assert [i["id"] for i in send(service, "foreigner", "GET").json()["items"]] == [far["id"]]
    for method, tail, body in (
        ("GET", "", None), ("POST", "/take", None), ("POST", "/close", {"note": "x"}), ("POST", "/reveal", None),
        ("DELETE", "", None),
    ):  # fmt: skip
        foreign = send(service, "mediator", method, f"/{far['id']}{tail}", body)
        none = send(service, "mediator", method, f"/nowhere{tail}", body)
        assert (foreign.status_code, foreign.json()["error"]) == (none.status_code, none.json()["error"])
        assert (foreign.status_code, foreign.json()["error"]["message"]) == (404, NAMELESS)
    assert send(service, "foreigner", "GET", f"/{far['id']}").json()["status"] == "new"
    send(service, "foreigner", "DELETE", f"/{far['id']}")
    send(service, "mediator", "DELETE", f"/{own['id']}")


def test_who_may_do_what_at_their_own_place(service: Service) -> None:
    made = make(service, "clerk")
    for who in ROLES:
        reads, writes = who in ("mediator", "clerk"), who in ("mediator", "clerk", "volunteer")
        assert send(service, who, "GET", f"/{made['id']}").status_code == (200 if reads else 403)
        assert send(service, who, "GET").status_code == (200 if reads else 403)
        revealed = send(service, who, "POST", f"/{made['id']}/reveal").status_code
        assert revealed == (200 if who == "mediator" else 403)
        other = send(service, who, "POST", "", {**NEW, "village": "none"}).status_code
        assert other == (422 if writes else 403)
    assert send(service, "clerk", "GET", f"/{made['id']}").json()["may"] == ["take", "close", "delete"]
    assert send(service, "visitor", "POST", "", NEW).status_code == 401
    assert not {a for a in KEY_SCOPES if a.startswith("intakes")}
    both = service.accounts.people.add(
        "both", "两处",
        [Membership(role="clerk", place_id=OWN), Membership(role="mediator", place_id=FOREIGN)],
    )  # fmt: skip
    headers = logged_in(service.accounts, both.id)
    assert service.client.get(f"{API}/{made['id']}", headers=headers).status_code == 200
    assert service.client.post(f"{API}/{made['id']}/reveal", headers=headers).status_code == 403
    send(service, "clerk", "DELETE", f"/{made['id']}")


def test_taken_by_one_and_closed_once(service: Service) -> None:
    made = make(service)
    path = f"/{made['id']}"
    taken = send(service, "mediator", "POST", f"{path}/take").json()
    assert (taken["status"], taken["taken_by"]) == ("taken", service.people["mediator"].signature)
    assert taken["may"] == ["close", "reveal", "delete"]
    assert send(service, "mediator", "POST", f"{path}/take").json()["taken_at"] == taken["taken_at"]
    other = send(service, "clerk", "POST", f"{path}/take")
    assert other.status_code == 409
    assert service.people["mediator"].signature in other.json()["error"]["message"]
    assert [i["id"] for i in send(service, "clerk", "GET", "?status=taken").json()["items"]] == [made["id"]]
    assert send(service, "clerk", "GET", "?status=new").json()["total"] == 0
    closed = send(service, "mediator", "POST", f"{path}/close", {"note": "司徒国栋写了保证书"}).json()
    assert (closed["status"], closed["closed_by"]) == ("closed", service.people["mediator"].signature)
    assert closed["note"].endswith("写了保证书")
    assert "司徒" not in closed["note"]
    for step in ("take", "close"):
        assert send(service, "mediator", "POST", f"{path}/{step}").status_code == 409
    assert send(service, "mediator", "POST", f"{path}/reveal").status_code == 200
    send(service, "mediator", "DELETE", path)


def test_from_a_conversation(service: Service) -> None:
    headers = service.headers("volunteer")
    first = service.client.post("/api/v1/ask", json={"question": STORY}, headers=headers).json()
    more = {"question": "那去哪里告？", "conversation_id": first["conversation_id"]}
    second = service.client.post("/api/v1/ask", json=more, headers=headers).json()
    made = make(service, narrative="", turn_id=second["turn_id"])
    assert "去哪里告" in made["narrative"]
    assert "缝了三针" in made["narrative"]
    assert not [word for word in PRIVATE if word in json.dumps(made, ensure_ascii=False)]
    revealed = send(service, "mediator", "POST", f"/{made['id']}/reveal").json()["narrative"]
    assert "欧阳雪梅" in revealed
    assert "13987650123" not in revealed, "a chat remembers no numbers; the contact is for that"
    own_words = make(service, narrative="另写一段。", turn_id=second["turn_id"])
    assert own_words["narrative"] == "另写一段。"
    for intake in (made, own_words):
        send(service, "mediator", "DELETE", f"/{intake['id']}")
    assert send(service, "volunteer", "POST", "", {"village": OWN, "turn_id": "none"}).status_code == 404


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"narrative": " "}, 422), ({"narrative": "长" * 5001}, 422), ({"contact": "1" * 101}, 422),
        ({"village": "township"}, 422), ({"by": "别人"}, 422), ({"on": "2026-13-01"}, 422),
    ],
)  # fmt: skip
def test_what_is_refused(service: Service, changed: dict[str, Any], status: int) -> None:
    if changed.get("village") == "township":
        changed = {"village": service.accounts.places.get(OWN).parent_id}
    answer = send(service, "volunteer", "POST", "", {**NEW, **changed})
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["hint"]
    assert send(service, "mediator", "GET").json()["total"] == 0


def test_a_village_in_which_nobody_reads_is_refused_until_somebody_does(service: Service) -> None:
    people = service.accounts.people
    lonely = next(
        p for p in service.accounts.places.all() if p.kind == "village" and p.id not in (OWN, FOREIGN)
    )
    answer = send(service, "volunteer", "POST", "", {**NEW, "village": lonely.id})
    assert answer.status_code == 409
    assert "12348" in answer.json()["error"]["hint"]
    clerk = people.add("far-clerk", "镇上文书", [Membership(role="clerk", place_id=lonely.parent_id)])
    made = make(service, village=lonely.id)
    headers = logged_in(service.accounts, clerk.id)
    assert service.client.delete(f"{API}/{made['id']}", headers=headers).status_code == 200
    people.change(clerk.id, active=False)
    assert send(service, "volunteer", "POST", "", {**NEW, "village": lonely.id}).status_code == 409


def test_originals_are_in_no_file_and_no_log_and_erased_is_erased(
    service: Service, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        made = make(service, narrative="欧阳雪梅说司徒国栋占了河边磨盘，电话13987650123。")
        assert "河边磨盘" in made["narrative"]
        assert anywhere(home, ("河边磨盘",)) != [], "the test must be able to find it"
        send(service, "mediator", "POST", f"/{made['id']}/reveal")
        send(service, "mediator", "POST", f"/{made['id']}/close", {"note": "司徒国栋走了"})
        assert anywhere(home, PRIVATE) == []
        assert send(service, "mediator", "DELETE", f"/{made['id']}").json() == {"id": made["id"]}
    assert not [word for word in PRIVATE if word in caplog.text]
    with get_engine(service.kb.settings).connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM intakes")).scalar_one() == 0
    assert anywhere(home, ("河边磨盘",)) == []
    assert send(service, "mediator", "GET", f"/{made['id']}").status_code == 404


def test_what_was_done_is_on_record(service: Service) -> None:
    made = make(service)
    send(service, "foreigner", "GET", f"/{made['id']}")
    send(service, "mediator", "POST", f"/{made['id']}/take")
    send(service, "mediator", "POST", f"/{made['id']}/reveal")
    send(service, "mediator", "DELETE", f"/{made['id']}")
    c = audit_table().c
    with get_engine(service.kb.settings).connect() as connection:
        rows = connection.execute(
            audit_table().select().where(c.object_id == made["id"]).order_by(c.seq)
        ).all()
    assert [(r.action, r.kind, r.outcome, r.place) for r in rows] == [
        ("create", "intake", "allowed", OWN),
        ("view", "intake", "denied", OWN),
        ("change", "intake", "allowed", OWN),
        ("redact-reveal", "intake", "allowed", OWN),
        ("delete", "intake", "allowed", OWN),
    ]
    assert not [word for word in PRIVATE if word in str(rows)]


def test_pages(service: Service) -> None:
    ids = [make(service, narrative=f"第{n}件：晒场占用。")["id"] for n in range(3)]
    first = send(service, "mediator", "GET", "?limit=2").json()
    rest = send(service, "mediator", "GET", "?limit=2&offset=2").json()
    assert [i["id"] for i in first["items"] + rest["items"]] == ids[::-1]
    assert (first["total"], first["next_offset"], rest["next_offset"]) == (3, 2, None)
    for intake_id in ids:
        send(service, "mediator", "DELETE", f"/{intake_id}")
