"""What a found risk looks like."""

from typing import Literal

from pydantic import BaseModel, Field

#: `urgent`: happening or threatened. `caution`: told as past, to be asked about before going on.
Level = Literal["urgent", "caution"]


class Risk(BaseModel):
    """One risk in a text, with the words that show it and what to do."""

    kind: str = Field(description="stable key", examples=["home_violence"])
    label: str = Field(description="name shown to people", examples=["家庭暴力"])
    level: Level = "urgent"
    evidence: str = Field(description="the clauses that show it, verbatim")
    phones: list[str] = Field(description="numbers to call, most urgent first", examples=[["110", "12338"]])
    phone_labels: dict[str, str] = Field(default_factory=dict, description="what each number is")
    advice: str = Field(description="what to do, in plain Chinese")
    mediable: bool = Field(description="whether people's mediation may go on while this stands")
    basis: list[str] = Field(default_factory=list, description="addresses of the provisions relied on")
