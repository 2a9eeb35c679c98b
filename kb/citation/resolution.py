"""What a citation turned out to be."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from kb.model import Provision, Status

ResolutionStatus = Literal[
    "ok",
    "no_law_named",
    "no_such_law",
    "repealed_law",
    "no_such_article",
    "no_such_paragraph",
    "no_such_item",
    "not_in_force",
]


class VersionInfo(BaseModel):
    """One version of the law cited, with its state on the day asked."""

    law_id: str
    version: date
    effective_from: date
    effective_until: date | None
    in_force: bool
    status: Status
    status_label: str
    approximate: bool = False
    note: str = ""


class Resolution(BaseModel):
    """A citation looked up in the catalog on a day.

    `status` is `ok` when the provision exists and is in force on `on`. `not_in_force` still carries
    the text, so that a reader sees what was cited. `message` says in Chinese why it isn't ok, or what
    to heed (disputed, amended, approximate dates); empty when there is nothing to say.
    """

    raw: str
    status: ResolutionStatus
    on: date
    address: str = Field("", description="canonical, to the depth meant: 民法典第一千零六十七条第二款")
    law: str = ""
    version: date | None = None
    article: str = ""
    paragraph: int | None = None
    item: int | None = None
    text: str = Field("", description="exactly the article, paragraph or item cited")
    in_force: bool = False
    state: Status | None = None
    state_label: str = ""
    effective_from: date | None = None
    effective_until: date | None = None
    versions: list[VersionInfo] = Field(default_factory=list)
    message: str = ""
    replaced_by: str = Field("", description="law or address that stands in its place, if known")
    suggestions: list[str] = Field(default_factory=list)
    provision: Provision | None = Field(None, description="the whole article")

    @property
    def ok(self) -> bool:
        """Return whether the provision exists and is in force."""
        return self.status == "ok"

    @property
    def article_text(self) -> str:
        """Return the whole article's text where it is known, else the text cited."""
        return self.provision.text if self.provision else self.text
