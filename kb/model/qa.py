"""Reviewed questions and answers: the fourth shelf, filled by the publicity desk."""

from datetime import date

from pydantic import BaseModel, Field


class ReviewedQA(BaseModel):
    """A question and its approved answer, with the addresses its quotations come from."""

    id: str
    question: str
    answer: str
    addresses: list[str] = Field(default_factory=list)
    approved_on: date
    author: str
    reviewer: str
