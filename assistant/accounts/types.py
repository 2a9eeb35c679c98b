"""People, places and roles, as the rest of the program sees them."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

Role = Literal["mediator", "volunteer", "editor", "reviewer", "clerk", "administrator"]
PlaceKind = Literal["county", "township", "village"]

ROLE_LABELS: dict[Role, str] = {
    "mediator": "调解员",
    "volunteer": "志愿者",
    "editor": "普法编辑",
    "reviewer": "审核员",
    "clerk": "村文书",
    "administrator": "管理员",
}
PLACE_LABELS: dict[PlaceKind, str] = {
    "county": "县（市、区）",
    "township": "乡镇（街道）",
    "village": "村（社区）",
}
#: What a place of each kind lies in.
ABOVE: dict[PlaceKind, PlaceKind | None] = {"county": None, "township": "county", "village": "township"}


class Place(BaseModel):
    """A county, township or village. A village has the id that it has in the catalog."""

    id: str = Field(examples=["zj-fengshuwan"])
    kind: PlaceKind
    name: str
    parent_id: str | None = None


class Membership(BaseModel):
    """A role at a place and all that lies below it; no place means everywhere."""

    role: Role
    place_id: str | None = None


class Person(BaseModel):
    """Somebody with an account. `login` is theirs for ever; `name` is what others see."""

    id: str
    login: str
    name: str
    active: bool = True
    demo: bool = False
    memberships: list[Membership] = Field(default_factory=list)

    @property
    def signature(self) -> str:
        """Return how this person signs: two people may share a name, but never a signature."""
        return f"{self.name}（{self.login}）"


class OpenSession(BaseModel):
    """A browser that is logged in."""

    id: str
    browser: str
    address: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    current: bool = False


class ApiKey(BaseModel):
    """A machine's key; the secret itself is shown once, when it is made."""

    id: str
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None
