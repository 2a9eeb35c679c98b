"""What is handed over to a village, and what its mediators see of it."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.risk.types import Risk
from kb.text.visible import VisibleText

IntakeStatus = Literal["new", "taken", "closed"]
MAX_NARRATIVE, MAX_CONTACT, MAX_NOTE = 5_000, 100, 500
Right = Literal["take", "close", "reveal", "delete"]


class NewIntake(BaseModel):
    """A matter as somebody told it at the legal-aid desk, with everybody's name."""

    model_config = ConfigDict(extra="forbid")

    village: str = Field(max_length=64, description="village id", examples=["zj-fengshuwan"])
    narrative: VisibleText = Field(
        "", max_length=MAX_NARRATIVE, description="left out: what was asked in the turn's conversation"
    )
    turn_id: str = Field("", max_length=64, description="`turn_id` of an answer")
    contact: VisibleText = Field("", max_length=MAX_CONTACT, description="how to reach who told it; sealed")
    on: date | None = Field(None, description="day on which it happened")


class CloseIntake(BaseModel):
    """How a matter ended."""

    model_config = ConfigDict(extra="forbid")

    note: VisibleText = Field("", max_length=MAX_NOTE)


class Intake(BaseModel):
    """A matter handed over, without personal data.

    Attributes:
        by: who handed it over.
        has_contact: a contact is sealed with it.
        note: how it ended, redacted.
        retain_until: the last day on which it is kept; null where it is kept until somebody erases it.
        may: what the caller may do with it besides reading.
    """

    id: str
    village: str
    village_name: str
    status: IntakeStatus
    narrative: str
    risks: list[Risk]
    dispute_type: str
    on: date | None
    created_at: datetime
    by: str
    has_contact: bool
    taken_by: str
    taken_at: datetime | None
    closed_by: str
    closed_at: datetime | None
    note: str
    retain_until: date | None
    may: list[Right] = Field(default_factory=list)


class RevealedIntake(BaseModel):
    """A matter as it was told, and how to reach who told it."""

    id: str
    narrative: str
    contact: str
