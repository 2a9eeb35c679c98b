"""Logging in over HTTP: cookies, CSRF, keys, the first start, the demo, and the name in the header."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.accounts import setup
from assistant.accounts.accounts import Accounts
from assistant.accounts.types import ROLE_LABELS, Membership, Place
from assistant.api.app import create_app
from assistant.api.cookies import PLAIN_NAME, SECURE_NAME
from assistant.api.guard import CSRF_HEADER
from kb.base import KnowledgeBase
from kb.settings import Settings
from tests.assistant.api.conftest import as_user, logged_in

PASSWORD = "香樟-搭桥-42-晒谷坪"
API = "/api/v1"
LOGIN = f"{API}/auth/login"


@pytest.fixture
def settings(kb: KnowledgeBase, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, database_url=f"sqlite:///{tmp_path / 'records.db'}")


@pytest.fixture
def site(kb: KnowledgeBase, settings: Settings) -> Iterator[TestClient]:
    """A new installation, over https."""
    app = create_app(kb, settings=settings)
    with TestClient(app, base_url="https://testserver", raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def accounts(site: TestClient) -> Accounts:
    found: Accounts = site.app.state.backend.accounts()  # type: ignore[attr-defined]
    found.places.add(Place(id="c1", kind="county", name="会岭县"))
    roles: tuple[Any, ...] = ("editor", "reviewer")
    found.people.add("wf", "王芳", [Membership(role=r, place_id="c1") for r in roles], PASSWORD)
    return found


def log_in(site: TestClient, **more: Any) -> Any:
    return site.post(LOGIN, json={"login": "wf", "password": PASSWORD}, **more)


def csrf(site: TestClient) -> dict[str, str]:
    return {CSRF_HEADER: site.get(f"{API}/auth/me").json()["csrf"]}


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_the_cookie_is_kept_from_scripts_and_other_sites(site: TestClient, accounts: Accounts) -> None:
    answer = log_in(site)
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{SECURE_NAME}=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
    token = cookie.split("=", 1)[1].split(";")[0]
    assert token not in answer.text
    me = site.get(f"{API}/auth/me").json()
    assert me["person"]["login"] == "wf"
    assert "drafts.write" in me["allowed"]
    assert "people.manage" not in me["allowed"]


def test_a_page_seen_when_logged_in_is_not_kept(site: TestClient, accounts: Accounts) -> None:
    assert site.get("/").headers["cache-control"] == "no-cache"
    log_in(site)
    page = site.get("/me")
    assert page.headers["cache-control"] == "no-store"
    assert csrf(site)[CSRF_HEADER] in page.text


def test_a_change_needs_the_pages_token(site: TestClient, accounts: Accounts) -> None:
    log_in(site)
    body = {"topic": "高空抛物", "count": 1}
    assert error(site.post(f"{API}/drafts", json=body)) == (403, "forbidden")
    wrong = site.post(f"{API}/drafts", json=body, headers={CSRF_HEADER: "0" * 64})
    assert error(wrong) == (403, "forbidden")
    made = site.post(f"{API}/drafts", json=body, headers=csrf(site))
    assert made.status_code == 201
    assert made.json()["drafts"][0]["author"] == "王芳（wf）"


def test_another_sites_form_is_refused_even_before_anybody_logged_in(
    site: TestClient, accounts: Accounts
) -> None:
    assert error(log_in(site, headers={"Sec-Fetch-Site": "cross-site"})) == (403, "forbidden")
    assert log_in(site, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_nobody_can_sign_with_anothers_name(site: TestClient, accounts: Accounts) -> None:
    body = {"topic": "高空抛物", "count": 1, "by": "李敏"}
    assert error(site.post(f"{API}/drafts", json=body, headers=as_user("李敏"))) == (401, "unauthenticated")
    log_in(site)
    made = site.post(f"{API}/drafts", json=body, headers={**csrf(site), **as_user("李敏")})
    assert made.json()["drafts"][0]["author"] == "王芳（wf）"


def test_a_new_name_makes_nobody_their_own_reviewer(site: TestClient, accounts: Accounts) -> None:
    log_in(site)
    body = {"address": "民法典第二百八十八条", "count": 1}
    draft = site.post(f"{API}/drafts", json=body, headers=csrf(site)).json()["drafts"][0]["id"]
    assert site.post(f"{API}/drafts/{draft}/submit", json={}, headers=csrf(site)).status_code == 200
    person = accounts.people.by_login("wf")
    assert person
    accounts.people.change(person.id, name="王小芳")
    approve = {"decision": "approve"}
    own = site.post(f"{API}/drafts/{draft}/review", json=approve, headers=csrf(site))
    assert error(own) == (403, "forbidden")
    assert site.get(f"{API}/drafts/{draft}").json()["status"] == "in_review"


def test_logging_out_here_and_everywhere(site: TestClient, accounts: Accounts) -> None:
    log_in(site)
    person = accounts.people.by_login("wf")
    assert person
    elsewhere = logged_in(accounts, person.id)
    assert len(site.get(f"{API}/auth/sessions").json()) == 2
    token = dict(site.cookies)
    out = site.post(f"{API}/auth/logout", headers=csrf(site))
    assert out.status_code == 200
    assert "Max-Age=0" in out.headers["set-cookie"]
    site.cookies.update(token)  # a stolen copy is of no use afterwards
    assert site.get(f"{API}/auth/me").json()["person"] is None
    site.cookies.clear()
    assert site.get(f"{API}/auth/me", headers=elsewhere).json()["person"]["login"] == "wf"
    log_in(site)
    assert site.post(f"{API}/auth/logout-everywhere", headers=csrf(site)).status_code == 200
    assert site.get(f"{API}/auth/me", headers=elsewhere).json()["person"] is None


def test_one_session_is_ended_from_another_but_not_by_another_person(
    site: TestClient, accounts: Accounts
) -> None:
    log_in(site)
    other = accounts.people.add("lm", "李敏", [])
    theirs = logged_in(accounts, other.id)
    here = next(s for s in site.get(f"{API}/auth/sessions").json() if s["current"])
    one = f"{API}/auth/sessions/{here['id']}"
    site.cookies.clear()
    assert site.delete(one, headers=theirs).status_code == 404
    assert [s["current"] for s in site.get(f"{API}/auth/sessions", headers=theirs).json()] == [True]


def test_logging_in_again_ends_the_browsers_session_before(site: TestClient, accounts: Accounts) -> None:
    log_in(site)
    before = dict(site.cookies)
    log_in(site, headers=csrf(site))
    assert dict(site.cookies) != before
    site.cookies.clear()
    site.cookies.update(before)
    assert site.get(f"{API}/auth/me").json()["person"] is None


def test_a_new_password_ends_the_other_sessions(site: TestClient, accounts: Accounts) -> None:
    log_in(site)
    person = accounts.people.by_login("wf")
    assert person
    elsewhere = accounts.sessions.start(person.id)
    wrong = {"old": "不对的", "new": "另一句-谁也-猜不到-7"}
    assert site.post(f"{API}/auth/password", json=wrong, headers=csrf(site)).status_code == 401
    weak = {"old": PASSWORD, "new": "admin12345"}
    assert site.post(f"{API}/auth/password", json=weak, headers=csrf(site)).status_code == 422
    right = {"old": PASSWORD, "new": "另一句-谁也-猜不到-7"}
    assert site.post(f"{API}/auth/password", json=right, headers=csrf(site)).status_code == 200
    assert accounts.by_session(elsewhere) is None
    assert site.get(f"{API}/auth/me").json()["person"]["login"] == "wf"
    assert accounts.people.authenticate("wf", right["new"])


def test_guessing_is_slowed(site: TestClient, accounts: Accounts) -> None:
    answers = [site.post(LOGIN, json={"login": "wf", "password": "guess"}) for _ in range(6)]
    assert [a.status_code for a in answers] == [401] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "900"
    assert log_in(site).status_code == 429, "the right password waits too"


def test_what_was_typed_never_comes_back(site: TestClient, accounts: Accounts, caplog: Any) -> None:
    for body in ({"login": "wf", "password": "typed-secret"}, {"login": "wf", "passwort": "typed-secret"}):
        answer = site.post(LOGIN, json=body)
        assert answer.status_code in (401, 422)
        assert "typed-secret" not in answer.text
    assert "typed-secret" not in caplog.text


def test_a_key_does_what_it_is_for_and_no_more(site: TestClient, accounts: Accounts) -> None:
    log_in(site)
    body = {"name": "官网", "scopes": ["drafts.read"], "days": 30}
    made = site.post(f"{API}/api-keys", json=body, headers=csrf(site)).json()
    headers = {"Authorization": f"Bearer {made['secret']}"}
    token = csrf(site)
    site.cookies.clear()
    assert site.get(f"{API}/drafts", headers=headers).status_code == 200
    refused = site.post(f"{API}/drafts", json={"topic": "高空抛物"}, headers=headers)
    assert error(refused) == (403, "forbidden")
    assert error(site.get(f"{API}/api-keys", headers=headers)) == (403, "forbidden")
    assert site.get(f"{API}/auth/me", headers=headers).json()["allowed"] == ["public", "drafts.read"]
    assert error(site.get(f"{API}/laws", headers={"Authorization": "Bearer fq_x_y"})) == (
        401,
        "unauthenticated",
    )
    log_in(site)
    listed = site.get(f"{API}/api-keys")
    assert made["secret"] not in listed.text
    assert site.delete(f"{API}/api-keys/{made['key']['id']}", headers=csrf(site)).status_code == 200
    assert token != csrf(site)
    site.cookies.clear()
    assert error(site.get(f"{API}/drafts", headers=headers)) == (401, "unauthenticated")


def test_from_another_machine_only_over_https(kb: KnowledgeBase, settings: Settings) -> None:
    for client, insecure, expected in (
        (("192.168.1.9", 1), False, 403), (("127.0.0.1", 1), False, 401), (("192.168.1.9", 1), True, 401),
    ):  # fmt: skip
        app = create_app(kb, settings=settings.model_copy(update={"insecure_http": insecure}))
        with TestClient(app, base_url="http://testserver", client=client) as site:
            answer = site.post(LOGIN, json={"login": "nobody", "password": "x"})
            assert answer.status_code == expected, (client, insecure)


def test_over_plain_http_the_cookie_has_no_secure_prefix(kb: KnowledgeBase, settings: Settings) -> None:
    app = create_app(kb, settings=settings)
    with TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as site:
        site.app.state.backend.accounts().people.add("wf", "王芳", [], PASSWORD)  # type: ignore[attr-defined]
        assert log_in(site).headers["set-cookie"].startswith(f"{PLAIN_NAME}=")
        assert site.get(f"{API}/auth/me").json()["person"]["login"] == "wf"


def test_the_first_start(site: TestClient, settings: Settings) -> None:
    assert site.get("/login", follow_redirects=False).headers["location"] == "/setup"
    assert site.get("/setup").status_code == 200
    code = setup.setup_code(settings)
    assert code not in site.get("/setup").text
    body = {"code": code, "login": "boss", "name": "管理员甲", "password": PASSWORD}
    for change in ({"code": "x"}, {"password": "admin12345"}, {"password": "Fengqiao@2026"}):
        assert site.post(f"{API}/auth/setup", json={**body, **change}).status_code in (403, 422)
    assert site.post(f"{API}/auth/setup", json=body).status_code == 201
    me = site.get(f"{API}/auth/me").json()
    assert me["memberships"] == [{"role": "administrator", "place_id": None}]
    villages = {p["id"] for p in site.get(f"{API}/places").json() if p["kind"] == "village"}
    assert "zj-fengshuwan" in villages
    again = {**body, "login": "second"}
    assert site.post(f"{API}/auth/setup", json=again, headers=csrf(site)).status_code == 409
    assert site.get("/setup", headers={"Accept": "text/html"}).status_code == 404


def test_outside_the_demo_there_is_no_button_and_no_way_in(site: TestClient, accounts: Accounts) -> None:
    for role in ROLE_LABELS:
        assert error(site.post(f"{API}/auth/demo", json={"role": role})) == (403, "forbidden")
    accounts.people.add("boss", "甲", [Membership(role="administrator")])
    assert "data-demo" not in site.get("/login").text
    refused = site.get("/publicity", headers={"Accept": "text/html"})
    assert refused.status_code == 401
    assert "/login?next=%2Fpublicity" in refused.text


def test_the_demo_lets_in_by_one_button_for_each_role(client: TestClient) -> None:
    page = client.get("/login").text
    assert re.findall(r'data-demo="(\w+)"', page) == list(ROLE_LABELS)
    for role, label in ROLE_LABELS.items():
        assert f">{label}</button>" in page
        try:
            headers = csrf(client) if client.cookies else {}
            assert client.post(f"{API}/auth/demo", json={"role": role}, headers=headers).status_code == 200
            me = client.get(f"{API}/auth/me").json()
            assert [m["role"] for m in me["memberships"]] == [role]
        finally:
            client.cookies.clear()


def test_where_to_go_after_the_log_in_stays_on_this_site(client: TestClient) -> None:
    for wanted, taken in (("/publicity", "/publicity"), ("//elsewhere.example", "/"), ("javascript:x", "/")):
        assert f'data-next="{taken}"' in client.get("/login", params={"next": wanted}).text


def test_the_command_line_in_this_process_needs_no_log_in(kb: KnowledgeBase, settings: Settings) -> None:
    app = create_app(kb, settings=settings, local=True)
    with TestClient(app) as site:
        made = site.post(f"{API}/drafts", json={"topic": "高空抛物", "count": 1}, headers=as_user("王芳"))
        assert made.json()["drafts"][0]["author"] == "王芳"
        assert site.get(f"{API}/api-keys").status_code in (401, 403)
