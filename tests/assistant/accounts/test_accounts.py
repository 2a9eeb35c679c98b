"""People, places, log-ins, sessions and keys, on both databases."""

import contextlib
import threading

import pytest
from sqlalchemy import text

from assistant.accounts.accounts import Accounts
from assistant.accounts.errors import TooManyAttempts, Unauthenticated
from assistant.accounts.keys import KeyHolder
from assistant.accounts.throttle import PER_ACCOUNT, PER_ADDRESS
from assistant.accounts.tokens import csrf_token
from assistant.accounts.types import Membership, Place
from kb.errors import BadRequest, Conflict, NotFound
from kb.model import Village
from tests.assistant.accounts.conftest import PASSWORD, Clock

MEDIATOR = [Membership(role="mediator", place_id="v1")]
EVERYWHERE = [Membership(role="administrator")]


def everything_stored(accounts: Accounts) -> str:
    with accounts.people.sessions() as session:
        tables = ("people", "sessions", "api_keys", "login_attempts")
        return "".join(str(session.execute(text(f"SELECT * FROM {t}")).all()) for t in tables)


def test_the_tree_keeps_its_order(accounts: Accounts) -> None:
    assert accounts.places.below(["t1"]) == {"t1", "v1", "v2"}
    assert accounts.places.villages_of(["c1"]) == ["v1", "v2", "v3"]
    assert accounts.places.below(["nowhere"]) == frozenset()
    with pytest.raises(BadRequest):
        accounts.places.add(Place(id="v9", kind="village", name="村", parent_id="c1"))
    with pytest.raises(BadRequest):
        accounts.places.add(Place(id="c9", kind="county", name="县", parent_id="c1"))
    with pytest.raises(Conflict):
        accounts.places.add(Place(id="c1", kind="county", name="县"))


def test_the_catalogs_villages_come_with_what_they_lie_in(accounts: Accounts) -> None:
    villages = [
        Village(id="zj-a", name="甲村", place=["浙江省", "越溪市", "会岭县", "枫桥头镇"]),
        Village(id="zj-b", name="乙村", place=["浙江省", "越溪市", "会岭县", "枫桥头镇"]),
    ]
    accounts.places.take_over(villages)
    accounts.places.take_over(villages)
    township = accounts.places.get(accounts.places.get("zj-a").parent_id or "")
    assert (township.kind, township.name) == ("township", "枫桥头镇")
    assert accounts.places.get(township.parent_id or "").name == "浙江省越溪市会岭县"
    assert accounts.places.villages_of([township.id]) == ["zj-a", "zj-b"]


def test_an_account_is_made_once_and_with_its_roles(accounts: Accounts) -> None:
    made = accounts.people.add("WangFang ", "王芳", MEDIATOR, PASSWORD)
    assert (made.login, made.signature, made.memberships) == ("wangfang", "王芳（wangfang）", MEDIATOR)
    with pytest.raises(Conflict):
        accounts.people.add("wangfang", "另一个", [])
    with pytest.raises(NotFound):
        accounts.people.add("a1", "甲", [Membership(role="mediator", place_id="nowhere")])
    with pytest.raises(BadRequest, match="哪个地方"):
        accounts.people.add("a2", "乙", [Membership(role="mediator")])
    assert [p.login for p in accounts.people.all()] == ["wangfang"]


def test_log_in_and_what_is_stored_of_it(accounts: Accounts) -> None:
    accounts.people.add("wf", "王芳", MEDIATOR, PASSWORD)
    person, token = accounts.log_in("WF", PASSWORD, "Firefox", "10.0.0.1")
    found = accounts.by_session(token)
    assert found is not None
    assert found[0] == person
    assert accounts.by_session(token[:-1]) is None
    stored = everything_stored(accounts)
    assert token not in stored
    assert PASSWORD not in stored
    assert csrf_token(token) not in stored
    assert "$argon2id$" in stored
    assert csrf_token(token) != csrf_token(accounts.sessions.start(person.id))


@pytest.mark.parametrize(
    ("login", "password"), [("wf", "错的错的错的错的"), ("nobody", PASSWORD), ("wf", "")]
)
def test_a_wrong_login_and_a_wrong_password_look_the_same(
    accounts: Accounts, login: str, password: str
) -> None:
    accounts.people.add("wf", "王芳", MEDIATOR, PASSWORD)
    with pytest.raises(Unauthenticated) as caught:
        accounts.log_in(login, password)
    assert caught.value.message == "登录名或密码不对"


def test_who_is_made_inactive_is_out_at_once(accounts: Accounts) -> None:
    person = accounts.people.add("wf", "王芳", MEDIATOR, PASSWORD)
    _, token = accounts.log_in("wf", PASSWORD)
    _, key = accounts.keys.make(person.id, "同步", ["cases.read"], 30)
    accounts.people.change(person.id, active=False)
    assert accounts.by_session(token) is None
    assert accounts.by_key(key) is None
    with pytest.raises(Unauthenticated):
        accounts.log_in("wf", PASSWORD)


def test_a_session_ends_when_idle_and_in_any_case_after_its_hours(accounts: Accounts, clock: Clock) -> None:
    person = accounts.people.add("wf", "王芳", MEDIATOR)
    idle = accounts.sessions.start(person.id)
    clock.pass_(minutes=29)
    assert accounts.by_session(idle)
    clock.pass_(minutes=29)
    assert accounts.by_session(idle), "use keeps it alive"
    clock.pass_(minutes=30)
    assert accounts.by_session(idle) is None
    busy = accounts.sessions.start(person.id)
    for _ in range(8 * 3 - 1):
        clock.pass_(minutes=20)
        assert accounts.by_session(busy)
    clock.pass_(minutes=20)
    assert accounts.by_session(busy) is None
    assert accounts.sessions.of(person.id) == []


def test_logging_out_here_there_and_everywhere(accounts: Accounts) -> None:
    person = accounts.people.add("wf", "王芳", MEDIATOR)
    other = accounts.people.add("lm", "李敏", MEDIATOR)
    first, second, third = (accounts.sessions.start(person.id) for _ in range(3))
    theirs = accounts.sessions.start(other.id)
    found = accounts.by_session(first)
    assert found
    assert not accounts.sessions.end(other.id, found[1]), "not by somebody else"
    assert accounts.sessions.end(person.id, found[1])
    assert accounts.by_session(first) is None
    here = accounts.by_session(second)
    assert here
    accounts.sessions.end_all(person.id, but=here[1])
    assert accounts.by_session(second)
    assert accounts.by_session(third) is None
    accounts.sessions.end_all(person.id)
    assert accounts.by_session(second) is None
    assert accounts.by_session(theirs)


def test_guessing_is_slowed_for_the_account(accounts: Accounts, clock: Clock) -> None:
    for i in range(PER_ACCOUNT):
        accounts.throttle.begin("wf", f"10.0.0.{i}")
    with pytest.raises(TooManyAttempts):
        accounts.throttle.begin("wf", "10.0.1.1")
    accounts.throttle.begin("lm", "10.0.1.1")
    clock.pass_(minutes=14)
    with pytest.raises(TooManyAttempts):
        accounts.throttle.begin("wf", "10.0.1.2")
    clock.pass_(minutes=1)
    accounts.throttle.begin("wf", "10.0.1.2")


def test_guessing_is_slowed_for_the_address(accounts: Accounts) -> None:
    for i in range(PER_ADDRESS):
        accounts.throttle.begin(f"user{i}", "10.0.0.1")
    with pytest.raises(TooManyAttempts):
        accounts.throttle.begin("another", "10.0.0.1")
    accounts.throttle.begin("another", "10.0.0.2")


def test_success_takes_the_accounts_failures_back(accounts: Accounts) -> None:
    accounts.people.add("wf", "王芳", MEDIATOR, PASSWORD)
    for _ in range(PER_ACCOUNT - 1):
        accounts.throttle.begin("wf", "10.0.0.1")
    accounts.log_in("wf", PASSWORD, address="10.0.0.1")
    for _ in range(PER_ACCOUNT):
        accounts.throttle.begin("wf", "10.0.0.1")


def test_of_many_guesses_at_once_no_more_than_allowed_get_through(accounts: Accounts) -> None:
    start, let = threading.Barrier(8), []

    def guess(number: int) -> None:
        start.wait()
        with contextlib.suppress(TooManyAttempts):
            let.append(accounts.throttle.begin("wf", f"10.0.0.{number}"))

    threads = [threading.Thread(target=guess, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(let) <= PER_ACCOUNT


def test_what_was_typed_as_a_login_is_not_kept(accounts: Accounts) -> None:
    with pytest.raises(Unauthenticated):
        accounts.log_in("my-secret-password", "x")
    assert "my-secret-password" not in everything_stored(accounts)


def test_a_key_works_within_its_scopes_until_it_ends(accounts: Accounts, clock: Clock) -> None:
    person = accounts.people.add("sync", "同步程序", [Membership(role="editor", place_id="c1")])
    key, sent = accounts.keys.make(person.id, "官网", ["drafts.read"], 30)
    found = accounts.by_key(sent)
    assert found == (person, KeyHolder(key.id, person.id, frozenset({"drafts.read"})))
    assert accounts.by_key(sent[:-1]) is None
    assert accounts.by_key("fq_" + key.prefix) is None
    assert sent.split("_", 2)[2] not in everything_stored(accounts)
    clock.pass_(days=30)
    assert accounts.by_key(sent) is None
    again, sent = accounts.keys.make(person.id, "官网", ["drafts.read"], 30)
    with pytest.raises(NotFound):
        accounts.keys.revoke("somebody else", again.id)
    accounts.keys.revoke(person.id, again.id)
    assert accounts.by_key(sent) is None
    assert [bool(k.revoked_at) for k in accounts.keys.of(person.id)] == [True, False]


@pytest.mark.parametrize(
    ("scopes", "days"), [([], 30), (["drafts.review"], 30), (["people.manage"], 30), (["drafts.read"], 400)]
)
def test_a_key_gets_no_right_that_is_for_people(accounts: Accounts, scopes: list[str], days: int) -> None:
    person = accounts.people.add("sync", "同步程序", [])
    with pytest.raises(BadRequest):
        accounts.keys.make(person.id, "官网", scopes, days)


def test_the_last_administrator_stays(accounts: Accounts) -> None:
    first = accounts.people.add("a1", "甲", EVERYWHERE)
    with pytest.raises(Conflict):
        accounts.people.change(first.id, active=False)
    with pytest.raises(Conflict):
        accounts.people.change(first.id, memberships=MEDIATOR)
    second = accounts.people.add("a2", "乙", EVERYWHERE)
    accounts.people.change(first.id, memberships=MEDIATOR)
    assert accounts.people.get(first.id).memberships == MEDIATOR
    assert accounts.people.get(second.id).memberships == EVERYWHERE


def test_a_new_password_replaces_the_old(accounts: Accounts) -> None:
    person = accounts.people.add("wf", "王芳", MEDIATOR, PASSWORD)
    accounts.people.set_password(person.id, "另一句-谁也-猜不到-7")
    assert accounts.people.authenticate("wf", PASSWORD) is None
    assert accounts.people.authenticate("wf", "另一句-谁也-猜不到-7") == person
