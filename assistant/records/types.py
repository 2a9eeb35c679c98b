"""What goes into a case record and what comes out."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kb.model import MediationCase
from kb.model.case import DisputeType, Kept, Outcome

Long = Annotated[str, Field(max_length=20_000)]
#: One letter would be found in the middle of other words.
Name = Annotated[str, Field(min_length=2, max_length=30)]
#: The texts of a record in the order in which they are redacted: who comes first is 甲.
TEXTS = ("name", "facts", "focus", "handling", "result", "gist", "basis", "relation")
Right = Literal["reveal", "write", "delete"]


class RecordTexts(BaseModel):
    """All of a record that people write in words; as written, or redacted."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=200, description="标题", examples=["水渠走向纠纷"])
    facts: Long = Field(description="基本案情")
    focus: Long = Field("", description="争议焦点")
    handling: Long = Field("", description="处理方式方法")
    result: Long = Field("", description="处理结果")
    gist: Long = Field("", description="解纷要旨")
    basis: Long = Field("", description="解纷依据")
    relation: str = Field("", max_length=200, description="当事人关系")
    keywords: list[Annotated[str, Field(max_length=40)]] = Field(
        default_factory=list, max_length=20, description="关键词"
    )


class RecordFacts(BaseModel):
    """What of a record is no text."""

    model_config = ConfigDict(extra="forbid")

    dispute_type: DisputeType = "其他"
    claim: float | None = Field(None, ge=0, le=1e12, description="诉求金额, 元")
    settled: float | None = Field(None, ge=0, le=1e12, description="协议金额, 元")
    opened: date | None = Field(None, description="受理日期")
    closed: date | None = Field(None, description="办结日期")
    outcome: Outcome = "未知"
    kept: Kept = "未知"
    confirmed: bool | None = Field(None, description="司法确认")


class PreviewRequest(RecordTexts):
    """Texts to be redacted without being stored."""

    also: list[Name] = Field(
        default_factory=list, max_length=50, description="further names to hide, as they stand in the texts"
    )


class NewRecord(PreviewRequest, RecordFacts):
    """A record as a mediator writes it, with everybody's name."""

    village: str = Field(max_length=64, description="village id", examples=["zj-fengshuwan"])


class RecordChange(BaseModel):
    """What is to change; what is left out stays. Texts are given in full, with everybody's name."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, description="the version that was read")
    name: str | None = Field(None, min_length=1, max_length=200)
    facts: Long | None = None
    focus: Long | None = None
    handling: Long | None = None
    result: Long | None = None
    gist: Long | None = None
    basis: Long | None = None
    relation: str | None = Field(None, max_length=200)
    keywords: list[Annotated[str, Field(max_length=40)]] | None = Field(None, max_length=20)
    also: list[Name] | None = Field(None, max_length=50)
    dispute_type: DisputeType | None = None
    claim: float | None = Field(None, ge=0, le=1e12)
    settled: float | None = Field(None, ge=0, le=1e12)
    opened: date | None = None
    closed: date | None = None
    outcome: Outcome | None = None
    kept: Kept | None = None
    confirmed: bool | None = None


class Preview(BaseModel):
    """Texts as they would be stored, and what each placeholder stands for in them."""

    texts: RecordTexts
    replaced: dict[str, str] = Field(description="placeholder: original")


class CaseRecord(BaseModel):
    """A record without personal data.

    Attributes:
        erasing: an erasure was begun and broke off; erase it again.
        retain_until: the last day on which it is kept; null where it is kept until somebody erases it.
        may: what the caller may do with it besides reading.
    """

    id: str
    village: str
    village_name: str
    version: int
    erasing: bool
    created_at: datetime
    updated_at: datetime
    retain_until: date | None
    case: MediationCase
    may: list[Right] = Field(default_factory=list)


class Erased(BaseModel):
    """Says that a record is gone."""

    id: str


class Revealed(BaseModel):
    """A record's originals."""

    id: str
    version: int
    texts: RecordTexts
    also: list[str]
    replaced: dict[str, str] = Field(description="placeholder: original")
