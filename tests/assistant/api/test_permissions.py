"""Every route as every role, at one's own place and at another's, against docs/permissions.md."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from assistant.accounts.permissions import KEY_SCOPES, ROLES, TABLE, Rule
from assistant.accounts.types import ROLE_LABELS
from assistant.api.app import create_app
from assistant.api.guard import action_of, guard
from kb.base import KnowledgeBase
from kb.settings import Settings
from tests.assistant.api.conftest import logged_in
from tests.assistant.api.real_service import (
    FOREIGN,
    FOREIGN_CASE,
    FOREIGN_WORD,
    OWN,
    OWN_CASE,
    OWN_WORD,
    Service,
    put_case,
    real_service,
)
from tests.conftest import copy_home

DOC = (Path(__file__).parents[3] / "docs" / "permissions.md").read_text(encoding="utf-8")
WHO = ("visitor", *ROLES)
#: What the written table says: action -> who -> yes, own or –.
WRITTEN: dict[str, dict[str, str]] = {
    row[0].strip("`"): dict(zip(WHO, row[1:], strict=True))
    for row in (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in DOC.split("## The table")[1].split("## Routes")[0].splitlines()
        if line.startswith("| `")
    )
}
ROUTES: dict[tuple[str, str], str] = {
    (method, path): action
    for method, path, action in re.findall(r"^\| `([A-Z]+)` \| `(/[^`]*)` \| `([\w.]+)` \|$", DOC, re.M)
}
LOG_IN_FIRST, NOT_YOURS = "请先登录", "您的角色不能做这件事"
#: Values for the parameters of paths, and bodies that routes accept.
PARAMETERS = {
    "law": "人民调解法", "address:path": "民法典第二百八十八条", "case_id": OWN_CASE, "village_id": OWN, "qa_id": "none",
    "draft_id": "none", "session_id": "none", "key_id": "none", "person_id": "none",
    "record_id": "none", "chat_id": "none", "turn_id": "none", "feedback_id": "none", "intake_id": "none",
    "model": "fengqiao",
}  # fmt: skip
BODIES: dict[str, dict[str, Any]] = {
    "/api/v1/search": {"query": "水渠", "limit": 3},
    "/api/v1/provisions": {"text": "民法典第二百八十八条"},
    "/api/v1/advise": {"narrative": "两家为水渠争执"},
    "/api/v1/ask": {"question": "水渠归谁修？"},
    "/api/v1/ask/stream": {"question": "水渠归谁修？"},
    "/api/v1/feedback": {"turn_id": "none", "rating": "good"},
    "/api/v1/feedback/{feedback_id}/close": {"note": "水渠"},
    "/api/v1/intakes": {"village": "none", "narrative": "两家为水渠争执"},
    "/api/v1/intakes/{intake_id}/close": {"note": "水渠"},
    "/api/v1/hooks/dingtalk": {"msgtype": "text", "text": {"content": "水渠归谁修？"}},
    "/v1/chat/completions": {"model": "fengqiao", "messages": [{"role": "user", "content": "水渠归谁修？"}]},
    "/api/v1/check": {"text": "依照民法典第二百八十八条。"},
    "/api/v1/rules/check": {"text": "第一条 爱护水渠。"},
    "/api/v1/drafts": {"case_id": "none"},
    "/api/v1/drafts/{draft_id}": {"version": 1, "title": "水渠"},
    "/api/v1/drafts/{draft_id}/review": {"decision": "approve"},
    "/api/v1/records/preview": {"name": "水渠", "facts": "两家为水渠争执"},
    "/api/v1/records": {"name": "水渠", "facts": "两家为水渠争执", "village": "none"},
    "/api/v1/records/{record_id}": {"version": 1, "kept": "已履行"},
    "/api/v1/auth/login": {"login": "nobody", "password": "x"},
    "/api/v1/auth/demo": {"role": "mediator"},
    "/api/v1/auth/setup": {"code": "x", "login": "xx", "name": "甲", "password": "x"},
    "/api/v1/auth/password": {"old": "x", "new": "y"},
    "/api/v1/api-keys": {"name": "", "scopes": [], "days": 1},
    "/api/v1/people": {"login": "x", "name": "甲", "memberships": []},
    "/api/v1/people/{person_id}": {"name": "乙"},
    "/api/v1/places": {"kind": "county", "name": "某县", "parent_id": "none"},
}


@pytest.fixture(scope="module")
def service(base_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    home = copy_home(base_home, tmp_path_factory.mktemp("permissions") / "home")
    with (
        KnowledgeBase.open(Settings(home=home)) as kb,
        real_service(kb, kb.settings.model_copy(update={"rate_expensive_address": ""})) as opened,
    ):
        yield opened


def routes_of(app: FastAPI) -> dict[tuple[str, str], APIRoute]:
    """Every route of ours with its whole path, whichever router it came in with."""
    found: dict[tuple[str, str], APIRoute] = {}
    for entry in app.routes:
        contexts = entry.effective_route_contexts() if hasattr(entry, "effective_route_contexts") else [entry]
        for context in contexts:
            route = getattr(context, "original_route", context)
            if isinstance(route, APIRoute):
                found.update({(method, context.path): route for method in route.methods})
    return found


def test_the_written_table_is_the_table() -> None:
    assert set(WRITTEN) == set(TABLE)

    def cell(rule: Rule, who: str) -> str:
        yes = "own" if rule.placed else "all" if rule.whole else "yes"
        if rule.who == "anyone" or (rule.who == "signed_in" and who != "visitor"):
            return yes
        return yes if not isinstance(rule.who, str) and who in rule.who else "–"

    assert {action: {who: cell(rule, who) for who in WHO} for action, rule in TABLE.items()} == WRITTEN


def test_roles_and_key_scopes_are_written_down() -> None:
    named = dict(re.findall(r"^\| `(\w+)` \| ([一-龥]+) \|", DOC, re.M))
    assert named == {"visitor": "访客", **ROLE_LABELS}
    sentence = DOC.split("Keys take")[1].split(";")[0]
    assert set(re.findall(r"`([\w.]+)`", sentence)) == set(KEY_SCOPES)


def test_every_route_declares_what_the_document_says(service: Service) -> None:
    real = routes_of(service.client.app)  # type: ignore[arg-type]
    assert {key: action_of(route.endpoint) for key, route in real.items()} == ROUTES


def test_a_route_that_declares_nothing_is_closed(kb: KnowledgeBase, tmp_path: Path) -> None:
    app = create_app(kb, settings=Settings(home=tmp_path))

    @app.get("/api/v1/forgotten")
    def forgotten() -> str:
        return "secret"

    with TestClient(app) as client:
        answer = client.get("/api/v1/forgotten")
    assert answer.status_code == 403
    assert "secret" not in answer.text
    assert guard in [d.dependency for d in app.router.dependencies]


def call(service: Service, method: str, path: str, headers: dict[str, str], **extra: Any) -> Any:
    body = BODIES.get(path) if method in ("POST", "PATCH") else None
    params = {"query": "水渠"} if (method, path) == ("GET", "/api/v1/search") else None
    for name, value in PARAMETERS.items():
        path = path.replace("{" + name + "}", value)
    return service.client.request(
        method, path, json=body, params=params, headers=headers, follow_redirects=False, **extra
    )


@pytest.mark.parametrize(("method", "path"), sorted(ROUTES), ids=lambda part: part)
def test_every_route_as_every_role(service: Service, method: str, path: str) -> None:
    for who in WHO:
        # the administrator here is a county's: what takes one of everything is refused to them
        allowed = WRITTEN[ROUTES[method, path]][who] not in ("–", "all")
        answer = call(service, method, path, service.headers(who))
        message = answer.json().get("error", {}).get("message", "") if refused_shape(answer) else ""
        if allowed:
            assert message not in (LOG_IN_FIRST, NOT_YOURS), (who, answer.text)
            assert answer.status_code < 500, (who, answer.text)
        else:
            expected = (401, LOG_IN_FIRST) if who == "visitor" else (403, NOT_YOURS)
            assert (answer.status_code, message) == expected, (who, answer.text)


def test_what_takes_an_administrator_of_everything(service: Service) -> None:
    boss = service.accounts.people.by_login("boss")
    assert boss
    whole = [key for key, action in ROUTES.items() if "all" in WRITTEN[action].values()]
    assert whole
    for method, path in whole:
        answer = call(service, method, path, logged_in(service.accounts, boss.id))
        assert answer.status_code == 200, answer.text


def refused_shape(answer: Any) -> bool:
    return answer.status_code >= 400 and "json" in answer.headers.get("content-type", "")


def reads_own(who: str) -> bool:
    return WRITTEN["cases.read"][who] == "own"


def readings(service: Service, who: str, word: str) -> dict[str, str]:
    """Everything that shows cases, asked for by a word of the case."""
    client, headers = service.client, service.headers(who)
    api = "/api/v1"
    return {
        "search": client.post(f"{api}/search", json={"query": f"{word}水渠", "kinds": ["case"]}, headers=headers).text,
        "by url": client.get(f"{api}/search", params={"query": f"{word}水渠", "kinds": "case"}, headers=headers).text,
        "list": client.get(f"{api}/cases", params={"limit": 200}, headers=headers).text,
        "page": client.get("/cases", params={"dispute_type": "邻里"}, headers=headers).text,
        "advise": client.post(f"{api}/advise", json={"narrative": "两户人家为一条水渠争执"}, headers=headers).text,
        "ask": client.post(f"{api}/ask", json={"question": "两户人家为一条水渠争执怎么办？"}, headers=headers).text,
        "stream": client.post(f"{api}/ask/stream", json={"question": "两户人家为一条水渠争执怎么办？"}, headers=headers).text,
    }  # fmt: skip


@pytest.mark.parametrize("who", WHO)
def test_cases_of_a_village_reach_its_own_people_only(service: Service, who: str) -> None:
    for name, text in readings(service, who, FOREIGN_WORD).items():
        shown = text.replace(f"{FOREIGN_WORD}水渠", "", 1) if "search" in name or name == "by url" else text
        assert "case-foreign" not in text, (who, name)
        assert f"{FOREIGN_WORD}水渠纠纷" not in shown, (who, name)
    own = readings(service, who, OWN_WORD)
    for name in ("search", "by url", "list"):
        assert ("case-own" in own[name]) == reads_own(who), (who, name)
    if not reads_own(who):
        assert not [name for name, text in own.items() if "case-own" in text or f"{OWN_WORD}水渠纠纷" in text]


@pytest.mark.parametrize("who", WHO)
def test_one_case_own_foreign_and_none(service: Service, who: str) -> None:
    headers = service.headers(who)
    for base in ("/api/v1/cases", "/case"):
        answers = {
            case: service.client.get(f"{base}/{case}", headers=headers)
            for case in (OWN_CASE, FOREIGN_CASE, "case-nowhere")
        }
        assert answers[OWN_CASE].status_code == (200 if reads_own(who) else 404)
        assert answers[FOREIGN_CASE].status_code == 404
        said = [
            re.sub(r"[0-9a-f]{32}|case-\w+", "", answers[case].text)
            for case in (FOREIGN_CASE, "case-nowhere")
        ]
        assert said[0] == said[1], "a hidden case is told apart from one that isn't there"


@pytest.mark.parametrize("who", WHO)
def test_counts_and_pages_do_not_tell_of_hidden_cases(service: Service, who: str) -> None:
    page = service.client.get("/api/v1/cases", params={"limit": 200}, headers=service.headers(who)).json()
    public = sum(c.scope == "public" for c in service.kb.catalog.cases(limit=10_000))
    assert page["total"] == len(page["items"]) == public + reads_own(who)
    village = {"village": FOREIGN, "dispute_type": "邻里", "limit": 200}
    there = service.client.get("/api/v1/cases", params=village, headers=service.headers(who)).json()
    assert there["total"] == len(there["items"])
    assert all(c["scope"] == "public" for c in there["items"])


def test_the_scope_is_part_of_the_query_to_the_store(service: Service) -> None:
    """More foreign passages than a search has candidates, each nearer to the query than the own one.

    Were they taken out afterwards, nothing would be left.
    """
    for i in range(18):  # two passages each, and a search takes 30
        put_case(
            service.kb, f"crowd-{i}", FOREIGN, FOREIGN_WORD, "挖机挖断了自来水管，全村停水三天，要赔多少钱。"
        )
    body = {"query": "挖机挖断了自来水管，全村停水三天，要赔多少钱", "kinds": ["case"], "limit": 50}
    for who in ("mediator", "visitor"):
        found = service.client.post("/api/v1/search", json=body, headers=service.headers(who)).json()
        assert len(found["hits"]) >= 15, who
        assert FOREIGN_WORD not in str(found["hits"])


@pytest.mark.parametrize("case", [OWN_CASE, FOREIGN_CASE])
def test_no_draft_and_so_no_export_comes_from_a_hidden_case(service: Service, case: str) -> None:
    for who in ("editor", "reviewer"):
        answer = service.client.post("/api/v1/drafts", json={"case_id": case}, headers=service.headers(who))
        assert answer.status_code == (404 if who == "editor" else 403)
        assert OWN_WORD not in answer.text
        assert FOREIGN_WORD not in answer.text


def test_logs_hold_nothing_of_hidden_cases(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        readings(service, "mediator", "水渠")
        service.client.get(f"/api/v1/cases/{FOREIGN_CASE}", headers=service.headers("mediator"))
    assert FOREIGN_WORD not in caplog.text
    assert OWN_WORD not in caplog.text


def test_an_administrator_sees_and_changes_their_own_places_only(service: Service) -> None:
    client, headers = service.client, service.headers("administrator")
    assert service.foreigner
    listed = client.get("/api/v1/people", headers=headers).json()
    assert {p["login"] for p in listed} == {f"p-{role}" for role in ROLES}
    far = f"/api/v1/people/{service.foreigner.id}"
    assert client.get(far, headers=headers).status_code == 404
    assert client.patch(far, json={"active": False}, headers=headers).status_code == 404
    places = {p["id"] for p in client.get("/api/v1/places", headers=headers).json()}
    assert OWN in places
    assert FOREIGN not in places

    def add(login: str, role: str, place: str | None) -> int:
        body = {"login": login, "name": "新人", "memberships": [{"role": role, "place_id": place}]}
        return int(client.post("/api/v1/people", json=body, headers=headers).status_code)

    assert add("new-own", "mediator", OWN) == 201
    assert add("new-far", "mediator", FOREIGN) == 403
    assert add("new-boss", "administrator", None) == 403
    own_place = {"kind": "village", "name": "新村", "parent_id": service.accounts.places.get(OWN).parent_id}
    far_place = {**own_place, "parent_id": service.accounts.places.get(FOREIGN).parent_id}
    assert client.post("/api/v1/places", json=own_place, headers=headers).status_code == 201
    assert client.post("/api/v1/places", json=far_place, headers=headers).status_code == 403
    assert (
        client.post("/api/v1/places", json={"kind": "county", "name": "县"}, headers=headers).status_code
        == 403
    )


def test_nobody_reaches_the_administrator_above_them(service: Service) -> None:
    boss = service.accounts.people.by_login("boss")
    assert boss
    headers = service.headers("administrator")
    answer = service.client.patch(f"/api/v1/people/{boss.id}", json={"password": "x" * 12}, headers=headers)
    assert answer.status_code == 404
    mixed = service.accounts.people.change(
        service.people["volunteer"].id,
        memberships=[*service.people["volunteer"].memberships, *service.foreigner.memberships],  # type: ignore[union-attr]
    )
    try:
        answer = service.client.patch(f"/api/v1/people/{mixed.id}", json={"active": False}, headers=headers)
        assert answer.status_code == 403
    finally:
        service.accounts.people.change(mixed.id, memberships=service.people["volunteer"].memberships)


@pytest.mark.parametrize("who", ROLES)
def test_places_listed_are_ones_own_and_below(service: Service, who: str) -> None:
    listed = {p["id"] for p in service.client.get("/api/v1/places", headers=service.headers(who)).json()}
    assert OWN in listed
    assert FOREIGN not in listed
    assert (len(listed) > 1) == (who == "administrator")
