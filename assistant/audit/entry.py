"""What one entry of the audit log says, and how it is sealed to the one before."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Action = Literal[
    "login", "logout", "search", "view", "export", "create", "change", "approve", "reject", "publish",
    "retract", "delete", "redact-reveal", "grant", "revoke", "backup", "restore",
]  # fmt: skip
Outcome = Literal["allowed", "denied", "failed"]
ACTIONS: tuple[Action, ...] = get_args(Action)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
ANONYMOUS = "anonymous"
#: What stands before the first entry.
GENESIS = "0" * 64
#: First member of what is hashed; changes if the order or meaning of the fields ever does.
SCHEME = "fengqiao-audit-1"
#: The columns that are hashed, in this order; `previous` last.
SEALED = (
    "seq", "at", "who", "address", "action", "kind", "object_id", "place", "outcome", "request_id", "details",
    "previous",
)  # fmt: skip

_WHO = re.compile(r"anonymous|system|(?:person|key):[A-Za-z0-9._-]{1,50}")
_ID = re.compile(r"[A-Za-z0-9._-]{0,64}")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_TOKEN = re.compile(r"[A-Za-z0-9._:/{}+-]{0,128}")
_LARGEST = 10**9

Value = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done or tried.

    Nothing in it may identify a person but through an id of ours, so every field takes codes and ids
    only, never free text: a name or a query can't be put in by mistake.

    Attributes:
        action: what was done.
        outcome: whether it was allowed and done, denied, or failed for another reason.
        who: `person:ID`, `key:ID`, `system` for a command on the machine itself, or `anonymous`.
        kind: kind of thing it was done to: case, draft, qa, ...
        object_id: id of that thing; "" for a list.
        place: id of the place it belongs to; "" where none.
        address: keyed hash of the network address, see `assistant.audit.keys.KeyedHash`.
        request_id: the request it came with.
        details: codes and small numbers; texts only as keyed hashes.

    Raises:
        ValueError: a field holds anything else.
    """

    action: Action
    outcome: Outcome = "allowed"
    who: str = ANONYMOUS
    kind: str = ""
    object_id: str = ""
    place: str = ""
    address: str = ""
    request_id: str = ""
    details: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what isn't a code or an id."""
        good = (
            self.action in ACTIONS
            and self.outcome in OUTCOMES
            and _WHO.fullmatch(self.who)
            and (not self.kind or _NAME.fullmatch(self.kind))
            and all(_ID.fullmatch(v) for v in (self.object_id, self.place, self.address, self.request_id))
            and all(_NAME.fullmatch(k) and _harmless(v) for k, v in self.details.items())
        )
        if not good:
            raise ValueError("an audit entry takes codes and ids only")


def _harmless(value: Value) -> bool:
    if isinstance(value, str):
        return _TOKEN.fullmatch(value) is not None
    # A telephone number or an identity number is no small number.
    return value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) < _LARGEST)


def is_id(text: str) -> bool:
    """Return whether the text may stand as an id in an entry.

    >>> is_id("zj-fengshuwan"), is_id("张三")
    (True, False)
    """
    return _ID.fullmatch(text) is not None


def columns(entry: Entry, seq: int, at: str, previous: str) -> dict[str, Any]:
    """Return the row of an entry, sealed.

    Args:
        entry: what was done.
        seq: its number, from 1 on without gaps.
        at: UTC, `2026-11-22T08:43:05.123456Z`; kept as text so that what is hashed is what is stored.
        previous: hash of the entry before, or GENESIS.
    """
    row: dict[str, Any] = {
        "seq": seq,
        "at": at,
        "who": entry.who,
        "address": entry.address,
        "action": entry.action,
        "kind": entry.kind,
        "object_id": entry.object_id,
        "place": entry.place,
        "outcome": entry.outcome,
        "request_id": entry.request_id,
        "details": json.dumps(dict(entry.details), ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        "previous": previous,
    }
    return row | {"hash": digest(row)}


def digest(row: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hex, of a row's sealed columns.

    What is hashed is a JSON list: the scheme's name, then the columns of `SEALED` in order, UTF-8, no
    blanks. A list can't be read in two ways, as columns merely joined could.
    """
    members = [SCHEME, *(row[name] for name in SEALED)]
    # repr: bytes that somebody put into a text column must break the seal, not the check
    text = json.dumps(members, ensure_ascii=False, separators=(",", ":"), default=repr)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
