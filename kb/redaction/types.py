"""What redaction finds and what it gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """A kind of personal data."""

    NAME = "name"
    ID = "id"
    BANK = "bank"
    PHONE = "phone"
    PLATE = "plate"
    WECHAT = "wechat"
    QQ = "qq"
    EMAIL = "email"
    BIRTH = "birth"
    VILLAGE = "village"
    COMMUNITY = "community"
    ADDRESS = "address"


#: Kinds whose recall is reported as that of numbers.
NUMBERS = frozenset(
    {Kind.ID, Kind.BANK, Kind.PHONE, Kind.PLATE, Kind.WECHAT, Kind.QQ, Kind.EMAIL, Kind.BIRTH}
)


class Span(NamedTuple):
    """One piece of personal data, as offsets into a text; which text, its user says.

    Attributes:
        start: first character.
        end: one behind the last character.
        kind: what it is.
        score: how sure the recogniser is; of two that overlap the surer one stays.
    """

    start: int
    end: int
    kind: Kind
    score: float = 1.0


@dataclass(frozen=True)
class Redacted:
    """A text without its personal data.

    Attributes:
        text: placeholders in the place of personal data.
        mapping: placeholder to original, those passed in included. Personal data itself: seal it.
        spans: what was found, as offsets into the original text, in order.
    """

    text: str
    mapping: Mapping[str, str]
    spans: tuple[Span, ...] = field(default=())
