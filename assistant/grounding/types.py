"""Request and response of the citation check (核查)."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from kb.citation.resolution import ResolutionStatus
from kb.text.visible import VisibleText

ClaimVerdict = Literal[
    "supported",
    "unsupported",
    "contradicted",
    "wrong_citation",
    "not_in_force",
    "misquoted",
    "undecided",
    "no_citation",
    "not_legal",
]
VERDICT_LABELS: dict[ClaimVerdict, str] = {
    "supported": "有依据",
    "unsupported": "引用的条文不支持",
    "contradicted": "与条文相反",
    "wrong_citation": "引错法条",
    "not_in_force": "所引条文当日无效",
    "misquoted": "引文与原文不符",
    "undecided": "需人工核对",
    "no_citation": "缺少依据",
    "not_legal": "无需核查",
}


class CheckRequest(BaseModel):
    """Any text. `on` is the day whose law applies; today by default."""

    model_config = ConfigDict(extra="forbid")

    text: VisibleText = Field(examples=["根据《民法典》第一千零六十七条第二款，成年子女应当赡养父母。"])
    on: date | None = Field(None, examples=["2026-11-22"])
    repair: bool = Field(False, description="suggest a repair for each claim that fails, where one is found")


class CitationCheck(BaseModel):
    """One citation and what became of it. None means: not asked, or no rule can decide it."""

    raw: str
    address: str
    start: int = Field(
        description="offset in the text sent, invisible characters not counted; -1 when carried over"
    )
    end: int
    exists: bool
    in_force: bool
    quote_matches: bool | None = Field(None, description="None when nothing is quoted")
    supports: bool | None = Field(None, description="None when undecidable by rule")
    status: ResolutionStatus = "ok"
    state_label: str = ""
    text: str = Field("", description="the provision's own words")
    replaced_by: str = ""


RepairKind = Literal["address", "quotation", "replaced", "found"]
REPAIR_LABELS: dict[RepairKind, str] = {
    "address": "改正条号",
    "quotation": "照原文改正引文",
    "replaced": "改引现行法",
    "found": "补上依据",
}


class Repair(BaseModel):
    """A claim put right. `text` passed the whole check itself; besides what `was` became nothing differs."""

    text: str = Field(description="the claim as it should read")
    kind: RepairKind
    kind_label: str = ""
    was: str = Field("", description="the citation or quotation that was there; '' where there was none")
    now: str = Field(description="what stands in its place")
    why: str = Field(description="Chinese: what was wrong")
    addresses: list[str] = Field(default_factory=list, description="what the claim stands on now")


class Claim(BaseModel):
    """One sentence, or part of one that has its own citation."""

    text: str
    start: int
    end: int
    verdict: ClaimVerdict
    verdict_label: str = ""
    citations: list[CitationCheck] = Field(default_factory=list)
    problems: list[str] = Field(default_factory=list, description="Chinese: what is wrong and how to mend it")
    repair: Repair | None = Field(None, description="a suggestion, where one was asked for and found")


class CheckResponse(BaseModel):
    """Every claim in order."""

    on: date
    claims: list[Claim]
    counts: dict[str, int] = Field(default_factory=dict, description="claims by verdict")
    ok: bool = Field(description="no claim is wrong, misquoted, out of force or contradicted")
    repaired: str = Field(
        "", description="the text with the suggested repairs put in; '' where there are none"
    )
    not_tried: int = Field(0, description="claims that failed after the limit of repairs was reached")


class Passed(BaseModel):
    """A sentence that stood as it was, and the addresses that it stands on ([] where it asserts no law)."""

    text: str
    addresses: list[str] = Field(default_factory=list)


class Repaired(BaseModel):
    """A sentence that the gate put right, what it was before, and why, in Chinese."""

    text: str
    was: str
    reason: str
    addresses: list[str] = Field(default_factory=list)


class Removed(BaseModel):
    """A sentence that the gate took out, and why."""

    text: str
    reason: str


class Checked(BaseModel):
    """What the gate did with a text, as it is shown."""

    claims: int = Field(0, description="sentences that assert something and were checked")
    verified: int = Field(0, description="quotations and citations found right")
    repaired: int = Field(0, description="sentences put right")
    removed: list[Removed] = Field(default_factory=list)
    repairs: list[Repaired] = Field(
        default_factory=list, description="the sentences put right, each with what was there"
    )
    passed: list[Passed] = Field(default_factory=list, description="what stood as it was")
    not_tried: int = Field(
        0, description="sentences removed without a try at repair, for there were too many"
    )


class Verification(BaseModel):
    """Whether a quotation stands verbatim in a provision that is law on the day."""

    address: str
    quote: str
    verified: bool
    reason: str = Field("", description="Chinese: why not, or what to heed")
    text: str = ""
