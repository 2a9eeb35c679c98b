"""What attacks on a running service found (docs/attack-log.md), so that it stays mended."""

import contextlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from assistant.accounts import demo, setup
from assistant.accounts.accounts import Accounts
from assistant.accounts.throttle import PER_ADDRESS
from assistant.accounts.types import Membership
from assistant.api.app import create_app
from assistant.api.cookies import PLAIN_NAME, SECURE_NAME
from assistant.audit.models import table
from kb.base import KnowledgeBase
from kb.catalog.engine import get_engine
from kb.errors import FengqiaoError
from kb.settings import Settings
from tests.assistant.api.conftest import logged_in
from tests.assistant.api.real_service import (
    FOREIGN,
    FOREIGN_CASE,
    OWN,
    OWN_CASE,
    Service,
    put_case,
    real_service,
)
from tests.conftest import copy_home

API = "/api/v1"
PASSWORD = "香樟-搭桥-42-晒谷坪"


@pytest.fixture(scope="module")
def service(base_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    home = copy_home(base_home, tmp_path_factory.mktemp("attacks") / "home")
    with (
        KnowledgeBase.open(Settings(home=home)) as kb,
        real_service(kb, kb.settings.model_copy(update={"rate_expensive_address": ""})) as opened,
    ):
        yield opened


@pytest.fixture
def new_home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, database_url=f"sqlite:///{tmp_path / 'records.db'}")


def last_entry(service: Service) -> dict[str, Any]:
    with get_engine(service.kb.settings).connect() as connection:
        row = connection.execute(select(table()).order_by(table().c.seq.desc()).limit(1)).mappings().one()
    return {**row, "details": json.loads(row["details"])}


def boss(service: Service) -> dict[str, str]:
    found = service.accounts.people.by_login("boss")
    assert found
    return logged_in(service.accounts, found.id)


# what proxies report


def test_only_a_trusted_proxy_says_that_the_caller_came_by_https(
    kb: KnowledgeBase, new_home: Settings
) -> None:
    """Whoever is on this machine could else pick an address, and a secure line, for each guess."""
    from_there = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"}
    body = {"login": "wf", "password": PASSWORD}
    for trusted, status, cookie in (("", 403, ""), ("127.0.0.1", 200, SECURE_NAME), ("10.0.0.0/8", 403, "")):
        app = create_app(kb, settings=new_home.model_copy(update={"trusted_proxies": trusted}))
        with TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 5000)) as site:
            accounts: Accounts = app.state.backend.accounts()
            if accounts.people.by_login("wf") is None:
                accounts.people.add("wf", "王芳", [], PASSWORD)
            answer = site.post(f"{API}/auth/login", json=body, headers=from_there)
            assert (answer.status_code, trusted) == (status, trusted)
            assert answer.headers.get("set-cookie", "").startswith(cookie)
            plain = site.post(f"{API}/auth/login", json=body)
            assert plain.status_code == 200
            assert plain.headers["set-cookie"].startswith(f"{PLAIN_NAME}=")


def test_the_server_believes_no_proxy_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    import uvicorn

    from cli.commands import run

    given: dict[str, Any] = {}
    monkeypatch.setattr(uvicorn, "run", lambda _app, **options: given.update(options))
    monkeypatch.setattr(run, "require_free", lambda *_: None)
    monkeypatch.setattr(run, "_how_to_enter", lambda *_: [])
    monkeypatch.setattr("kb.base.KnowledgeBase.open", lambda *_, **__: _Nothing())
    monkeypatch.setattr("cli.recheck.recheck_drafts", lambda _: [])
    monkeypatch.setattr("cli.compose.make_app", lambda *_: _Nothing())
    run.run(host="127.0.0.1", port=0, shipped=False, demo=False)
    assert given["proxy_headers"] is False


class _Nothing:
    """Stands for what isn't asked for here."""

    def __getattr__(self, name: str) -> "_Nothing":
        return self

    def __call__(self, *_: object, **__: object) -> "_Nothing":
        return self

    def __enter__(self) -> "_Nothing":
        return self

    def __exit__(self, *_: object) -> None: ...

    def __getitem__(self, _: str) -> int:
        return 0


def test_one_ipv6_subscriber_guesses_as_one_address(kb: KnowledgeBase, new_home: Settings) -> None:
    app = create_app(kb, settings=new_home.model_copy(update={"trusted_proxies": "127.0.0.1"}))
    with TestClient(app, base_url="https://testserver", client=("127.0.0.1", 5000)) as site:
        said = [
            site.post(
                f"{API}/auth/login",
                json={"login": f"guess{i}", "password": "wrong"},
                headers={"X-Forwarded-For": f"2001:db8:1:2::{i:x}"},
            ).status_code
            for i in range(PER_ADDRESS + 2)
        ]
    assert said == [401] * PER_ADDRESS + [429, 429]


# the demo


def test_the_demo_answers_under_this_machines_names_only(kb: KnowledgeBase, new_home: Settings) -> None:
    """A site elsewhere can give its name the address 127.0.0.1, and its page would be one of ours."""
    app = create_app(kb, settings=new_home.model_copy(update={"demo": True}), own_names=True)
    with TestClient(app) as site:
        body = {"role": "administrator"}
        for host in ("evil.example:8000", "127.0.0.1.evil.example", "", "localhost.evil.example:8000"):
            answer = site.post(f"{API}/auth/demo", json=body, headers={"Host": host})
            assert answer.status_code == 403, host
            assert "set-cookie" not in answer.headers
        for host in ("127.0.0.1:8000", "localhost", "[::1]:8000"):
            assert site.get(f"{API}/auth/me", headers={"Host": host}).status_code == 200, host


def test_the_demo_leaves_no_account_behind_and_real_ones_alone(kb: KnowledgeBase, new_home: Settings) -> None:
    shown = new_home.model_copy(update={"demo": True})
    app = create_app(kb, settings=shown)
    with TestClient(app, base_url="https://testserver") as site:
        accounts: Accounts = app.state.backend.accounts()
        real = accounts.people.add("real", "真主管", [Membership(role="administrator")], PASSWORD)
        demo.prepare(accounts, kb.catalog.villages())
        tester = accounts.people.by_login("demo-administrator")
        assert tester
        headers = logged_in(accounts, tester.id)
        taken = site.patch(f"{API}/people/{real.id}", json={"password": "别人的-新密码-77"}, headers=headers)
        assert taken.status_code == 403
        body = {
            "login": "left",
            "name": "留下的",
            "password": PASSWORD,
            "memberships": [{"role": "administrator"}],
        }
        assert site.post(f"{API}/people", json=body, headers=headers).status_code == 201
    with TestClient(create_app(kb, settings=new_home), base_url="https://testserver") as site:
        site.post(f"{API}/auth/login", json={"login": "left", "password": PASSWORD})
        assert site.get(f"{API}/auth/me").json()["person"] is None
        assert site.post(f"{API}/auth/login", json={"login": "real", "password": PASSWORD}).status_code == 200


# accounts


def test_the_setup_code_is_good_for_one_of_many_at_once(kb: KnowledgeBase, new_home: Settings) -> None:
    accounts = Accounts(get_engine(new_home), new_home)
    code, start = setup.setup_code(new_home), threading.Barrier(4)
    made: list[str] = []

    def claim(number: int) -> None:
        start.wait()
        with contextlib.suppress(FengqiaoError):
            made.append(
                setup.first_administrator(accounts, new_home, code, f"boss{number}", "甲", PASSWORD).login
            )

    threads = [threading.Thread(target=claim, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(made) == 1
    assert [person.login for person in accounts.people.all()] == made


def test_half_a_character_in_a_password_is_no_failure_of_ours(service: Service) -> None:
    half = '"\\ud800-kaixin-92-moon"'
    there = {"Content-Type": "application/json"}
    login = service.client.post(
        f"{API}/auth/login", content=f'{{"login":"p-editor","password":{half}}}', headers=there
    )
    assert login.status_code == 401
    person = service.people["editor"].id
    content = f'{{"password":{half}}}'
    changed = service.client.patch(f"{API}/people/{person}", content=content, headers=there | boss(service))
    assert changed.status_code == 422


def test_a_password_given_anew_ends_the_keys_made_with_the_old_one(service: Service) -> None:
    """Whoever had the account for a minute made a key that outlives it."""
    person = service.people["clerk"]
    _, secret = service.accounts.keys.make(person.id, "留下的", ["cases.read"], 300)
    with_key = {"Authorization": f"Bearer {secret}"}
    assert service.client.get(f"{API}/cases/{OWN_CASE}", headers=with_key).status_code == 200
    reset = service.client.patch(
        f"{API}/people/{person.id}", json={"password": PASSWORD}, headers=service.headers("administrator")
    )
    assert reset.status_code == 200
    assert service.client.get(f"{API}/cases/{OWN_CASE}", headers=with_key).status_code == 401


# places


def test_a_change_that_is_refused_leaves_the_password_as_it_was(service: Service) -> None:
    person = service.people["volunteer"]
    service.accounts.people.set_password(person.id, "a quiet word at the well")
    body = {
        "password": "another word at the gate",
        "memberships": [{"role": "volunteer", "place_id": "none"}],
    }
    boss = service.accounts.people.by_login("boss")
    assert boss
    answer = service.client.patch(
        f"/api/v1/people/{person.id}", json=body, headers=logged_in(service.accounts, boss.id)
    )
    assert answer.status_code == 404
    assert service.accounts.people.authenticate(person.login, "a quiet word at the well")
    assert service.accounts.people.authenticate(person.login, "another word at the gate") is None


def test_an_administrator_takes_no_id_that_another_place_will_have(service: Service) -> None:
    """A village's id decides whose cases one sees, and a village may be in the catalog before it is in the tree."""
    headers, accounts = service.headers("administrator"), service.accounts
    township = accounts.places.get(OWN).parent_id
    county = accounts.places.get(township or "").parent_id

    def add(**body: Any) -> int:
        return int(service.client.post(f"{API}/places", json=body, headers=headers).status_code)

    coming = uuid5(NAMESPACE_URL, "place:某省/某市/别县/某镇").hex
    assert add(id=coming, kind="township", name="某镇", parent_id=county) == 403
    assert add(id="xx-coming", kind="village", name="将来的村", parent_id=township) == 403
    assert add(id=FOREIGN, kind="village", name="上龙口村", parent_id=township) == 403
    assert (
        add(id=OWN, kind="village", name="枫树湾村", parent_id=township) == 409
    )  # theirs, and there already
    assert add(kind="village", name="新来的村", parent_id=township) == 201


def test_a_place_has_a_name_that_can_be_read(service: Service) -> None:
    for name in (" ", "甲\n村", "甲\u202e村", "甲\x00村"):
        made = service.client.post(
            f"{API}/places", json={"kind": "county", "name": name}, headers=boss(service)
        )
        assert made.status_code == 422, name


# hidden cases


def test_no_number_that_anybody_sees_grows_with_a_hidden_case(service: Service) -> None:
    def numbers() -> list[object]:
        status = service.client.get(f"{API}/status").json()
        ready = service.client.get("/readyz").json()
        home = service.client.get("/").text
        return [status["counts"], status["index"], ready["passages"], ready["counts"], ready["index"], home]

    before = numbers()
    put_case(service.kb, "case-one-more", FOREIGN, "石臼坪")
    assert numbers() == before


# the audit log


def test_trying_what_is_hidden_is_on_record_as_denied(service: Service) -> None:
    for path in (f"{API}/cases/{FOREIGN_CASE}", f"/case/{FOREIGN_CASE}"):
        assert service.client.get(path, headers=service.headers("mediator")).status_code == 404
        assert last_entry(service)["outcome"] == "denied"
    assert service.foreigner
    path = f"{API}/people/{service.foreigner.id}"
    assert service.client.get(path, headers=service.headers("administrator")).status_code == 404
    assert last_entry(service)["outcome"] == "denied"
    service.client.get(f"{API}/cases/nowhere", headers=service.headers("mediator"))
    assert last_entry(service)["outcome"] == "failed"


def test_looking_at_the_people_is_on_record_as_page_too(service: Service) -> None:
    assert service.client.get("/admin/people", headers=service.headers("administrator")).status_code == 200
    assert last_entry(service)["kind"] == "person"


def test_the_log_says_whom_and_what_an_administrator_changed(service: Service) -> None:
    headers = service.headers("administrator")
    body = {"login": "fresh", "name": "新人", "memberships": [{"role": "volunteer", "place_id": OWN}]}
    made = service.client.post(f"{API}/people", json=body, headers=headers).json()["id"]
    entry = last_entry(service)
    assert (entry["object_id"], entry["details"]["role_0"]) == (made, f"volunteer:{OWN}")
    service.client.patch(f"{API}/people/{made}", json={"password": PASSWORD}, headers=headers)
    assert last_entry(service)["details"] == {"status": 200, "password": True}
    service.client.patch(f"{API}/people/{made}", json={"active": False}, headers=headers)
    assert last_entry(service)["details"] == {"status": 200, "active": False}
    key = service.client.post(
        f"{API}/api-keys", json={"name": "甲", "scopes": ["cases.read"]}, headers=headers
    )
    assert last_entry(service)["object_id"] == key.json()["key"]["id"]
    place = service.client.post(
        f"{API}/places", json={"kind": "county", "name": "新县"}, headers=boss(service)
    )
    assert last_entry(service)["object_id"] == place.json()["id"]


def test_a_number_typed_as_an_id_is_not_kept(service: Service) -> None:
    for number in ("13900001234", "33010219900101123X"):
        service.client.get(f"{API}/cases/{number}")
        entry = last_entry(service)
        assert entry["object_id"] == ""
        assert number not in str(entry)


# drafts


def test_nobody_reviews_what_they_changed_before_somebody_else_did(service: Service) -> None:
    accounts, client = service.accounts, service.client
    both: Any = [Membership(role=role, place_id=OWN) for role in ("editor", "reviewer")]
    second = logged_in(accounts, accounts.people.add("both", "两样都做", both).id)
    first = service.headers("editor")
    body = {"address": "民法典第二百八十八条", "count": 1}
    draft = client.post(f"{API}/drafts", json=body, headers=first).json()["drafts"][0]
    path, version = f"{API}/drafts/{draft['id']}", draft["version"]
    for headers in (second, first):
        saved = client.patch(path, json={"version": version, "note": "小改"}, headers=headers)
        version = saved.json()["version"]
    assert client.post(f"{path}/submit", json={}, headers=first).status_code == 200
    assert client.post(f"{path}/review", json={"decision": "approve"}, headers=second).status_code == 403
    approved = client.post(
        f"{path}/review", json={"decision": "approve"}, headers=service.headers("reviewer")
    )
    assert approved.status_code == 200


# bodies


@pytest.mark.parametrize(
    ("path", "field"), [("advise", "narrative"), ("check", "text"), ("rules/check", "text")]
)
def test_an_endless_number_is_no_failure_of_ours(service: Service, path: str, field: str) -> None:
    content = f'{{"{field}": "水渠", "more": {"9" * 5000}}}'
    answer = service.client.post(
        f"{API}/{path}", content=content, headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "malformed_json")
