"""Request and response of the mediator's desk."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from assistant.grounding.types import Checked
from assistant.risk.types import Risk
from kb.text.visible import VisibleText


class AdviseRequest(BaseModel):
    """A dispute told in plain words."""

    model_config = ConfigDict(extra="forbid")

    narrative: VisibleText = Field(
        description="what happened, in plain words",
        examples=["邻居家的柿子树枝伸到我家院子，落果砸坏了车棚，说了三次不肯修剪"],
    )
    on: date | None = Field(None, description="day of the dispute; decides which law applies; default today")
    village: str = Field("", description="village id, for its own rules", examples=["zj-fengshuwan"])


class TypeScore(BaseModel):
    """A dispute type and its share of the evidence, 0 to 1."""

    label: str
    score: float


class DisputeTypeGuess(BaseModel):
    """Which of the fifteen types the dispute is, and why."""

    label: str
    score: float = Field(0.0, description="share of the evidence, 0 to 1")
    alternatives: list[TypeScore] = Field(default_factory=list)
    causes: list[str] = Field(default_factory=list, description="causes of action recognised")
    words: list[str] = Field(default_factory=list, description="verbatim words that decided")


class AdvisedProvision(BaseModel):
    """A provision in force on the day, to the paragraph, and why it matters here."""

    address: str
    text: str = Field(description="exactly the paragraph or article named")
    why: str
    matter: str = Field("", description="what the provision is about")
    fact: str = Field("", description="clause of the narrative it answers, verbatim")
    origin: str = Field("", description="cause, precedent or search")
    in_force: bool = True
    state_label: str = ""
    effective_from: date | None = None
    effective_until: date | None = None
    note: str = ""


class AdvisedRule(BaseModel):
    """A clause of the village's own rules that fits."""

    id: str
    address: str
    text: str
    why: str
    note: str = ""


class Precedent(BaseModel):
    """A similar mediation case and how it ended. Amounts in 元."""

    id: str
    title: str
    score: float = Field(description="0 to 1 among the cases found")
    why: str
    outcome: str
    kept: str = ""
    dispute_type: str = ""
    days: int | None = Field(None, description="from acceptance to the end")
    claim: float | None = None
    settled: float | None = None
    result: str = ""
    gist: str = ""
    cited: list[str] = Field(default_factory=list, description="canonical addresses")
    village: str = ""
    sample: bool = False


class OutcomeShare(BaseModel):
    """One outcome among the nearest cases."""

    label: str
    count: int
    share: float


class Outcomes(BaseModel):
    """Statistics over the nearest cases of the same kind."""

    n: int
    small: bool = Field(description="too few to mean anything")
    note: str
    by_outcome: list[OutcomeShare] = Field(default_factory=list)
    median_days: float | None = None
    median_ratio: float | None = Field(None, description="settled / claimed amount")
    ratio_n: int = 0
    kept_share: float | None = Field(None, description="kept in full, of those whose keeping is known")
    kept_n: int = 0
    sample_n: int = Field(0, description="how many are written samples, not real cases")


class PlanStep(BaseModel):
    """One step of the plan."""

    index: int
    title: str
    text: str
    papers: list[str] = Field(default_factory=list)
    deadline: str = ""
    basis: list[str] = Field(default_factory=list, description="addresses in force on the day")


class AdviseResponse(BaseModel):
    """What the mediator's desk says about a dispute."""

    on: date
    village: str = ""
    dispute_type: DisputeTypeGuess
    risks: list[Risk]
    mediable: bool
    mediable_reason: str = ""
    mediable_basis: list[str] = Field(default_factory=list)
    provisions: list[AdvisedProvision]
    village_rules: list[AdvisedRule]
    precedents: list[Precedent]
    outcomes: Outcomes
    plan: list[PlanStep]
    missing: list[str]
    agreement: str = Field(description="draft of the mediation agreement; empty when mediation is barred")
    checked: Checked = Field(
        default_factory=Checked, description="what the gate did with the provisions quoted"
    )
    agreement_checked: Checked = Field(
        default_factory=Checked,
        description="the same for the draft's own sentences; the parties' account is not law",
    )
