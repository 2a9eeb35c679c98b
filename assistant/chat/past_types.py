"""What is shown of past turns, and what people say of them."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.chat.types import AskResponse
from kb.text.visible import VisibleText

Rating = Literal["good", "bad"]
Reason = Literal["wrong_law", "outdated", "not_answered", "hard_to_read", "missing", "other"]
REASON_LABELS: dict[Reason, str] = {
    "wrong_law": "法条不对",
    "outdated": "法条过时",
    "not_answered": "没答到点上",
    "hard_to_read": "看不懂",
    "missing": "缺了办法",
    "other": "其他",
}
TurnId = Annotated[str, Field(min_length=1, max_length=64, description="`turn_id` of an answer")]
FeedbackStatus = Literal["open", "closed"]
MAX_NOTE = 500


class ChatEntry(BaseModel):
    """A conversation as listed; `turns` is their number."""

    id: str = Field(description="the `conversation_id` of its answers")
    title: str = Field(description="the first question, without personal data")
    created_at: datetime
    updated_at: datetime
    turns: int


class PastTurn(BaseModel):
    """A question and its answer, without personal data."""

    turn_id: str
    question: str
    response: AskResponse
    at: datetime


class Chat(BaseModel):
    """A conversation, oldest turn first; of a very long one the last 200 turns."""

    id: str
    title: str
    turns: list[PastTurn]


class FeedbackRequest(BaseModel):
    """What somebody says of an answer. A second time replaces the first."""

    model_config = ConfigDict(extra="forbid")

    turn_id: TurnId
    rating: Rating
    reasons: list[Reason] = Field(
        default_factory=list,
        max_length=len(REASON_LABELS),
        description="; ".join(f"{key} {label}" for key, label in REASON_LABELS.items()),
    )
    note: VisibleText = Field("", max_length=MAX_NOTE)


class FeedbackGiven(BaseModel):
    """Says that feedback arrived."""

    id: str


class Feedback(BaseModel):
    """Feedback as those read it who look after the answers; nothing in it says who gave it.

    Attributes:
        reason_labels: the reasons in Chinese, in the same order.
        citations: addresses of what the answer quoted.
        on: the day for which the law was asked.
    """

    id: str
    status: FeedbackStatus
    rating: Rating
    reasons: list[Reason]
    reason_labels: list[str]
    note: str
    question: str
    answer: str
    citations: list[str]
    generated: bool
    on: date
    created_at: datetime
    closed_at: datetime | None
    closed_by: str
    close_note: str
