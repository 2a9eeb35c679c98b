"""National law: a law version and its articles (条), paragraphs (款) and items (项)."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

FAR_FUTURE = date(9999, 12, 31)

Status = Literal["in_force", "not_yet", "superseded", "repealed", "disputed", "amended"]
STATUS_LABELS: dict[Status, str] = {
    "in_force": "现行有效",
    "not_yet": "尚未施行",
    "superseded": "旧版本",
    "repealed": "已废止",
    "disputed": "效力存疑",
    "amended": "条文已被修正",
}


class Item(BaseModel):
    """One 项 of a paragraph: its number and its text with the printed label."""

    number: int
    text: str


class Paragraph(BaseModel):
    """One 款 of an article. `text` is the whole paragraph, its items included, one a line."""

    number: int
    text: str
    items: list[Item] = Field(default_factory=list)


class LawVersion(BaseModel):
    """One text of one law, and the dates between which it is law."""

    id: str
    law: str = Field(description="short title, without 中华人民共和国")
    full_title: str
    version: date = Field(description="date on which this text was adopted")
    doc_type: str = Field("法律", description="宪法, 法律, 行政法规, 司法解释, 部门规章, 修正案, …")
    department: str = ""
    issuer: str = ""
    effective_from: date
    effective_until: date | None = Field(None, description="last day in force; None while open")
    approximate: bool = Field(False, description="effective_from is only a lower bound: the adoption date")
    first_effective: date | None = Field(None, description="when the law first took effect")
    source_status: str = Field("", description="the status word of the source; shown, never decisive")
    disputed: str = Field("", description="why sources disagree, in Chinese; empty when they don't")
    until_reason: str = Field("", description="what ended it, in Chinese: successor or repealing provision")
    replaced_by: str = Field("", description="law that stands in its place")
    note: str = Field("", description="what a reader must be told, in Chinese")
    basis: str = Field("", description="where effective_from comes from, in Chinese")
    source: str = ""

    def in_force(self, on: date) -> bool:
        """Return whether this text is law on the day `on`, by its dates alone."""
        return self.effective_from <= on <= (self.effective_until or FAR_FUTURE)

    def status(self, on: date) -> Status:
        """Return the state of this text on the day `on`."""
        if on < self.effective_from:
            return "not_yet"
        if on > (self.effective_until or FAR_FUTURE):
            return "repealed" if "废止" in self.until_reason else "superseded"
        return "disputed" if self.disputed else "in_force"


class Provision(BaseModel):
    """One article (条) of one law version."""

    id: str
    law_id: str
    law: str
    version: date
    doc_type: str = "法律"
    position: int = Field(description="0-based order within the version")
    book: str = Field("", description="编")
    chapter: str = Field("", description="章")
    section: str = Field("", description="节")
    article: str = Field(description="canonical label, e.g. 第一百二十条之一")
    number: int = Field(0, description="Arabic number of the article; 0 when it has none")
    suffix: int = Field(0, description="the n of 之n; 0 when absent")
    text: str
    paragraphs: list[Paragraph] = Field(default_factory=list)
    effective_from: date
    effective_until: date | None = None
    disputed: str = ""
    until_reason: str = ""
    amended_from: date | None = Field(None, description="from when a later amendment changes this article")
    amended_by: str = Field("", description="address of the amending provision")

    @property
    def address(self) -> str:
        """Return the canonical address, e.g. 民法典第一千零六十七条."""
        return f"{self.law}{self.article}"

    def in_force(self, on: date) -> bool:
        """Return whether the article is law on the day `on`, by its dates alone."""
        return self.effective_from <= on <= (self.effective_until or FAR_FUTURE)

    def status(self, on: date) -> Status:
        """Return the state of the article on the day `on`."""
        if on < self.effective_from:
            return "not_yet"
        if on > (self.effective_until or FAR_FUTURE):
            return "repealed" if "废止" in self.until_reason else "superseded"
        if self.amended_from and on >= self.amended_from:
            return "amended"
        return "disputed" if self.disputed else "in_force"
