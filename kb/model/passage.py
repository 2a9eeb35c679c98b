"""The unit that is embedded, indexed and found."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

Kind = Literal["provision", "rule", "case", "qa"]
KINDS: tuple[Kind, ...] = ("provision", "rule", "case", "qa")
KIND_LABELS: dict[Kind, str] = {"provision": "法条", "rule": "村规民约", "case": "调解案例", "qa": "普法问答"}


class Passage(BaseModel):
    """A text to index, with what search filters by.

    `parent_id` is the id of the provision, rule, case or Q&A that the passage shows; several passages
    of a long article share one. `embed_text` is what the model reads (title and path included), `text`
    what a person is shown, `asked` what laypeople ask that it answers: found by its words, never shown.
    """

    id: str
    parent_id: str
    kind: Kind
    address: str
    title: str
    text: str
    embed_text: str
    asked: str = ""
    part: str = Field("", description="which part of the parent: 第二款, 基本案情, …")
    law: str = ""
    village: str = ""
    dispute_type: str = ""
    scope: str = "public"
    effective_from: date | None = None
    effective_until: date | None = None
    sample: bool = Field(False, description="a written sample, not a real record")
    source: str = Field("", description="id of the source document, for replacing it")
