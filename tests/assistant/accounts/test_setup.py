"""The first start and the demo."""

import stat

import pytest

from assistant.accounts import demo, setup
from assistant.accounts.accounts import Accounts
from assistant.accounts.permissions import powers_of, scopes_of
from assistant.accounts.types import ROLE_LABELS
from kb.errors import BadRequest, Conflict, Forbidden
from kb.model import Village
from kb.settings import Settings
from tests.assistant.accounts.conftest import PASSWORD, Clock

VILLAGES = [Village(id="zj-a", name="甲村", place=["浙江省", "越溪市", "会岭县", "枫桥头镇"])]


@pytest.fixture
def demo_accounts(records_engine, settings: Settings, clock: Clock) -> Accounts:
    made = Accounts(records_engine, settings.model_copy(update={"demo": True}), clock)
    demo.prepare(made, VILLAGES)
    return made


def test_the_first_administrator_needs_the_code(accounts: Accounts, settings: Settings) -> None:
    assert setup.needed(accounts)
    code = setup.setup_code(settings)
    assert setup.setup_code(settings) == code
    assert stat.S_IMODE(setup.code_file(settings).stat().st_mode) == 0o600
    for wrong in ("", code[:-1], "code"):
        with pytest.raises(Forbidden):
            setup.first_administrator(accounts, settings, wrong, "boss", "管理员甲", PASSWORD)
    with pytest.raises(BadRequest):
        setup.first_administrator(accounts, settings, code, "boss", "管理员甲", "admin12345")
    assert setup.needed(accounts), "a refused attempt leaves the way open"
    made = setup.first_administrator(accounts, settings, code, "boss", "管理员甲", PASSWORD)
    assert powers_of(made, accounts.places).may("people.manage", "anywhere")
    assert not setup.needed(accounts)
    assert not setup.code_file(settings).exists()
    with pytest.raises(Conflict):
        setup.first_administrator(accounts, settings, code, "second", "乙", PASSWORD)


def test_the_demo_has_one_account_for_each_role(demo_accounts: Accounts) -> None:
    demo.prepare(demo_accounts, VILLAGES)
    assert not setup.needed(demo_accounts)
    for role in ROLE_LABELS:
        person, token = demo.enter(demo_accounts, role)
        assert [m.role for m in person.memberships] == [role]
        assert demo_accounts.by_session(token)
    mediator, _ = demo.enter(demo_accounts, "mediator")
    powers = powers_of(mediator, demo_accounts.places)
    assert scopes_of(powers, demo_accounts.places) == ("public", "village:zj-a")


def test_demo_accounts_are_dead_outside_the_demo(
    demo_accounts: Accounts, records_engine, settings: Settings, clock: Clock
) -> None:
    person, token = demo.enter(demo_accounts, "administrator")
    _, key = demo_accounts.keys.make(person.id, "x", ["people.read"], 1)
    real = Accounts(records_engine, settings, clock)
    assert real.by_session(token) is None
    assert real.by_key(key) is None
    assert setup.needed(real)
    with pytest.raises(Forbidden):
        demo.enter(real, "administrator")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_the_demo_listens_on_this_machine(host: str) -> None:
    demo.require_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.org", ""])
def test_the_demo_listens_nowhere_else(host: str) -> None:
    with pytest.raises(BadRequest):
        demo.require_loopback(host)
