"""Request and response of the village-rule check (村规民约合法性审查)."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from kb.text.visible import VisibleText

Verdict = Literal["lawful", "doubtful", "overstep"]
VERDICT_LABELS: dict[Verdict, str] = {"lawful": "未见问题", "doubtful": "存疑", "overstep": "越权违法"}


class RulesCheckRequest(BaseModel):
    """The text of a village's rules. `on` is the day whose law applies; today by default."""

    model_config = ConfigDict(extra="forbid")

    text: VisibleText = Field(
        min_length=1, examples=["第一条 邻里和睦。\n第二条 乱倒垃圾的，每次罚款二百元。"]
    )
    village: str = Field("", description="village id, echoed", examples=["zj-fengshuwan"])
    on: date | None = Field(None, examples=["2026-11-22"])


class Finding(BaseModel):
    """One thing in a clause that oversteps the law, or may."""

    kind: str
    verdict: Verdict
    evidence: str = Field(description="the words of the clause that show it")
    provisions: list[str] = Field(default_factory=list, description="canonical addresses, in force that day")
    reason: str
    rewording: str


class CheckedClause(BaseModel):
    """One clause and what was found. `provisions`, `reason` and `rewording` are of the gravest finding."""

    index: int = Field(description="1-based order in the text")
    label: str = Field("", description="as printed: 第三条, 三、; empty when unnumbered")
    chapter: str = ""
    text: str
    start: int = Field(
        0, description="offset of the clause in the text sent, invisible characters not counted"
    )
    verdict: Verdict
    verdict_label: str = ""
    kind: str = ""
    provisions: list[str] = Field(default_factory=list)
    reason: str = ""
    rewording: str = ""
    findings: list[Finding] = Field(default_factory=list, description="all findings, gravest first")


class RulesCheckResponse(BaseModel):
    """Every clause in order, and what the rules as a whole lack."""

    on: date
    village: str = ""
    clauses: list[CheckedClause]
    missing: list[str] = Field(default_factory=list, description="Chinese sentences: what should be added")
    notes: list[str] = Field(default_factory=list, description="Chinese remarks, e.g. on outdated citations")
    counts: dict[str, int] = Field(default_factory=dict, description="clauses by verdict")
    caveat: str = "初步审查按成文规则逐条比对，只作提示；是否违法由乡镇人民政府、司法所认定。"
