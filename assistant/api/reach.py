"""Which people an administrator sees and changes: those with roles at places that are theirs."""

from collections.abc import Iterable

from assistant.accounts.permissions import Action
from assistant.accounts.types import Membership, Person
from assistant.api.caller import Caller


def reaches(caller: Caller, action: Action, membership: Membership) -> bool:
    """Return whether a role is held at a place where the caller may do something."""
    allowed = caller.powers.places(action)
    return allowed is None or (membership.place_id is not None and membership.place_id in allowed)


def sees(caller: Caller, person: Person) -> bool:
    """Return whether one role at least of a person is at the caller's places; who reaches everything sees all."""
    return caller.powers.places("people.manage") is None or any(
        reaches(caller, "people.read", m) for m in person.memberships
    )


def may_change(caller: Caller, person: Person) -> bool:
    """Return whether all roles of a person are at the caller's places. The demo leaves real accounts alone."""
    if caller.person is not None and caller.person.demo and not person.demo:
        return False
    return all(reaches(caller, "people.manage", m) for m in person.memberships)


def reachable(caller: Caller, action: Action, place_ids: Iterable[str]) -> list[str]:
    """Return those of some places at which the caller may do something, in order."""
    allowed = caller.powers.places(action)
    return [place for place in place_ids if allowed is None or place in allowed]
