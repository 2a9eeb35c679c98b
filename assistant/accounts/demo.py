"""The demo: one account for each role, entered by a button, on this machine only."""

import ipaddress
from collections.abc import Sequence

from assistant.accounts.accounts import Accounts
from assistant.accounts.types import ROLE_LABELS, Membership, Person, Role
from kb.errors import BadRequest, Forbidden
from kb.model import Village


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine itself.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_loopback(host: str) -> None:
    """Refuse to show the demo to a network: its accounts have no passwords.

    Raises:
        BadRequest: the host isn't this machine alone.
    """
    if not is_loopback(host):
        raise BadRequest(
            f"演示不能开在 {host} 上：演示账号没有密码，任何人都能进",
            "演示请用 127.0.0.1；要给别人用，请去掉 --demo，按提示设置管理员",
        )


def prepare(accounts: Accounts, villages: Sequence[Village]) -> None:
    """Make what is missing of places and demo accounts. The people belong to the first village.

    Editors and reviewers belong to its county, the administrator administers everything.
    """
    accounts.places.take_over(villages)
    tree = {place.id: place for place in accounts.places.all()}
    village = next((tree[v.id] for v in villages if v.id in tree), None)
    if village is None:
        return
    township = tree[village.parent_id or ""]
    for role, label in ROLE_LABELS.items():
        if accounts.people.by_login(login_of(role)) is not None:
            continue
        place = village.id if role in ("mediator", "volunteer", "clerk") else township.parent_id
        if role == "administrator":
            place = None
        accounts.people.add(
            login_of(role), f"演示{label}", [Membership(role=role, place_id=place)], demo=True
        )


def enter(accounts: Accounts, role: Role, browser: str = "", address: str = "") -> tuple[Person, str]:
    """Return the demo account of a role and the token for the cookie.

    Raises:
        Forbidden: this isn't the demo.
    """
    person = accounts.people.by_login(login_of(role)) if accounts.demo else None
    if person is None or not person.demo or not person.active:
        raise Forbidden("这里不是演示", "请用自己的账号登录")
    return person, accounts.sessions.start(person.id, browser, address)


def login_of(role: Role) -> str:
    """Return the login of a role's demo account."""
    return f"demo-{role}"
