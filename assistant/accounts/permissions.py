"""The one table of who may do what. Whatever isn't in it is refused.

docs/permissions.md says the same in words for people; a test compares the two.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from assistant.accounts.places import Places
from assistant.accounts.types import Person, Role

Action = Literal[
    "public",
    "account",
    "cases.read",
    "cases.write",
    "cases.reveal",
    "cases.delete",
    "intakes.write",
    "intakes.read",
    "intakes.reveal",
    "intakes.delete",
    "feedback.read",
    "drafts.read",
    "drafts.write",
    "drafts.review",
    "drafts.export",
    "places.read",
    "places.manage",
    "people.read",
    "people.manage",
    "audit.read",
]
Who = Literal["anyone", "signed_in"] | frozenset[Role]
ROLES: tuple[Role, ...] = get_args(Role)
PUBLIC_SCOPE = "public"


def _roles(*names: Role) -> frozenset[Role]:
    return frozenset(names)


@dataclass(frozen=True)
class Rule:
    """Who may do something.

    Attributes:
        placed: only at the places where they have that role, and below.
        whole: only who has that role everywhere, without a place.
    """

    who: Who
    placed: bool = False
    whole: bool = False


TABLE: Mapping[Action, Rule] = {
    "public": Rule("anyone"),
    "account": Rule("signed_in"),
    "cases.read": Rule(_roles("mediator", "clerk"), placed=True),
    "cases.write": Rule(_roles("mediator", "clerk"), placed=True),
    # who was in it, only the mediator has to know
    "cases.reveal": Rule(_roles("mediator"), placed=True),
    "cases.delete": Rule(_roles("mediator", "clerk"), placed=True),
    # not placed: whoever comes to a service point may be at odds with somebody from any village
    "intakes.write": Rule(_roles("mediator", "volunteer", "clerk")),
    "intakes.read": Rule(_roles("mediator", "clerk"), placed=True),
    "intakes.reveal": Rule(_roles("mediator"), placed=True),
    "intakes.delete": Rule(_roles("mediator", "clerk"), placed=True),
    # what is wrong with answers concerns those who write, those who check and those who run the service
    "feedback.read": Rule(_roles("editor", "reviewer", "administrator")),
    "drafts.read": Rule(_roles("editor", "reviewer")),
    "drafts.write": Rule(_roles("editor")),
    "drafts.review": Rule(_roles("reviewer")),
    "drafts.export": Rule(_roles("editor", "reviewer")),
    "places.read": Rule(_roles(*ROLES), placed=True),
    "places.manage": Rule(_roles("administrator"), placed=True),
    "people.read": Rule(_roles("administrator"), placed=True),
    "people.manage": Rule(_roles("administrator"), placed=True),
    # the log tells of every place
    "audit.read": Rule(_roles("administrator"), whole=True),
}
#: What a machine may be given. Approving is for people, and so are giving rights away, seeing names and erasing.
KEY_SCOPE_LABELS: Mapping[Action, str] = {
    # for programs that only ask: a key with nothing else, so that one can tell who asks
    "public": "检索和问答（只有公开的内容）",
    "cases.read": "看本村的案件（不含姓名）",
    "cases.write": "录入和修改案件记录",
    "drafts.read": "看普法稿件",
    "drafts.write": "写普法稿件",
    "drafts.export": "导出普法稿件",
    "places.read": "看地方目录",
    "people.read": "看人员名单",
}
KEY_SCOPES: tuple[Action, ...] = tuple(KEY_SCOPE_LABELS)


@dataclass(frozen=True)
class Powers:
    """What somebody may do, worked out once for a request.

    Attributes:
        reach: for each of their roles the ids of the places where they have it, all below included;
            None means everywhere.
        signed_in: whether it is known who they are.
        only: the scopes of the key that was sent; None where none was.
    """

    reach: Mapping[Role, frozenset[str] | None]
    signed_in: bool = False
    only: frozenset[Action] | None = None

    def may(self, action: Action, place_id: str = "") -> bool:
        """Return whether the action is allowed: at this place, or, where none is named, anywhere at all."""
        rule = TABLE.get(action)
        if rule is None:
            return False
        if rule.who == "anyone":
            return True
        if self.only is not None and action not in self.only:
            return False
        if rule.who == "signed_in":
            return self.signed_in
        held = [self.reach[role] for role in rule.who if role in self.reach]
        if rule.whole:
            return None in held
        if not rule.placed or not place_id:
            return bool(held)
        return any(places is None or place_id in places for places in held)

    def places(self, action: Action) -> frozenset[str] | None:
        """Return where the action is allowed; None means everywhere."""
        if not self.may(action):
            return frozenset()
        who = TABLE[action].who
        held = [self.reach[role] for role in ROLES if role in who and role in self.reach]
        found: frozenset[str] = frozenset()
        for places in held:
            if places is None:
                return None
            found |= places
        return found


#: Somebody of whom nothing is known.
NOBODY = Powers({})


def powers_of(person: Person, places: Places, only: frozenset[Action] | None = None) -> Powers:
    """Return what a person may do, through a key of these scopes where one was sent."""
    if not person.active:
        return NOBODY
    reach: dict[Role, frozenset[str] | None] = {}
    for role in dict.fromkeys(m.role for m in person.memberships):
        held = [m.place_id for m in person.memberships if m.role == role]
        reach[role] = None if None in held else places.below(p for p in held if p)
    return Powers(reach, signed_in=True, only=only)


def scopes_of(powers: Powers, places: Places) -> tuple[str, ...]:
    """Return the scopes for the vector store's filter: `public`, and `village:<id>` where cases may be read.

    See `kb.store.base.Filter.scopes`. What isn't in these scopes is never fetched, so nothing has to be
    taken out afterwards.
    """
    allowed = powers.places("cases.read")
    if allowed is not None and not allowed:
        return (PUBLIC_SCOPE,)
    villages = places.villages_of(allowed) if allowed is not None else _all_villages(places)
    return (PUBLIC_SCOPE, *(village_scope(v) for v in villages))


def village_scope(village_id: str) -> str:
    """Return the scope of what only a village's own people may find."""
    return f"village:{village_id}"


def _all_villages(places: Places) -> Iterable[str]:
    return [place.id for place in places.all() if place.kind == "village"]
