"""What whoever sends a file may say about it."""

from dataclasses import dataclass
from typing import Literal

#: laws: the laws database; statute: one law's text; rules: village rules; cases: mediation or court cases.
DocumentKind = Literal["laws", "statute", "rules", "cases", "skip"]


@dataclass(frozen=True)
class Hints:
    """What is known beside the file itself.

    Attributes:
        kind: what it holds, when the sender said so; "" to find out.
        village: the id or name of the village whose rules or cases these are.
        scope: the visibility scope of cases.
    """

    kind: DocumentKind | Literal[""] = ""
    village: str = ""
    scope: str = "public"
