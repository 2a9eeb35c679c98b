"""Request and response of the chat, and the parts that an answer is built and streamed in."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.grounding.types import Checked, Passed, Removed, Repaired
from assistant.risk.types import Risk
from kb.text.visible import VisibleText

__all__ = [
    "AI_LABEL", "AnswerCitation", "AskRequest", "AskResponse", "Block", "BlockKind", "Checked", "Passed", "Removed", "Repaired",
    "SimilarItem",
]  # fmt: skip

BlockKind = Literal[
    "risk", "note", "lead", "law", "more", "meaning", "village", "steps", "papers", "deadline", "where", "qa", "case",
    "refusal", "closing",
]  # fmt: skip
#: Set on everything that a language model wrote, on the page and in the metadata of exports.
AI_LABEL = "AI 生成"


class AskRequest(BaseModel):
    """A question in everyday words."""

    model_config = ConfigDict(extra="forbid")

    question: VisibleText = Field(examples=["邻居家的狗咬了我，医药费谁出？"])
    on: date | None = Field(None, description="day for which the law is asked; default today")
    village: str = ""
    conversation_id: str = Field(
        "", max_length=100, description="the id of the answer before, for follow-ups"
    )


class AnswerCitation(BaseModel):
    """A quotation in the answer; `verified` is a real check against the text in force on the day."""

    address: str
    quote: str
    verified: bool
    state_label: str = ""
    note: str = ""


class SimilarItem(BaseModel):
    """A close case or reviewed Q&A."""

    id: str
    kind: str
    title: str
    text: str


class Block(BaseModel):
    """One part of an answer as it is shown, streamed and exported.

    Attributes:
        title: a short heading; '' where the part needs none.
        text: a paragraph; '' where there are only items.
        items: lines of a list, in order.
        citations: what each sentence of this part stands on.
        source: id of the case, Q&A or village rule that the part comes from.
        generated: a language model wrote it; it passed the grounding gate.
    """

    kind: BlockKind
    title: str = ""
    text: str = ""
    items: list[str] = Field(default_factory=list)
    citations: list[AnswerCitation] = Field(default_factory=list)
    source: str = ""
    generated: bool = False


class AskResponse(BaseModel):
    """The answer, or an honest refusal."""

    answer: str = Field(description="the whole answer as plain text: the blocks, one after the other")
    refused: bool
    reason: str = ""
    blocks: list[Block] = Field(default_factory=list)
    citations: list[AnswerCitation] = Field(default_factory=list)
    risks: list[Risk] = Field(default_factory=list)
    confidence: float = Field(0.0, description="0 to 1")
    similar: list[SimilarItem] = Field(default_factory=list)
    where: list[str] = Field(default_factory=list, description="where to go next")
    clarify: list[str] = Field(
        default_factory=list, description="questions back: facts that the answer turns on"
    )
    suggestions: list[str] = Field(default_factory=list, description="what one may ask next")
    generated: bool = Field(False, description="a language model wrote part of it")
    label: str = Field("", description=f"`{AI_LABEL}` where a model wrote part of it")
    checked: Checked = Field(default_factory=Checked)
    conversation_id: str = ""
    turn_id: str = Field("", description="for export, feedback and hand-over")
    understood_as: str = Field("", description="the question with what a follow-up leaves out")
    on: date
