"""Requests, records and responses of the publicity desk."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.grounding.types import Claim
from kb.text.visible import VisibleText

DraftFormat = Literal["qa", "article", "led", "video", "radio"]
FORMAT_LABELS: dict[DraftFormat, str] = {
    "qa": "普法问答",
    "article": "公众号推文",
    "led": "LED标语",
    "video": "短视频脚本",
    "radio": "村广播稿",
}
DraftStatus = Literal["draft", "in_review", "approved", "returned"]
DRAFT_STATUS_LABELS: dict[DraftStatus, str] = {
    "draft": "草稿",
    "in_review": "待审核",
    "approved": "内部审核通过",
    "returned": "已退回",
}
Action = Literal[
    "created", "edited", "submitted", "approved", "returned",
    "retracted", "published", "publish_failed", "rechecked",
]  # fmt: skip
ACTION_LABELS: dict[Action, str] = {
    "created": "起草",
    "edited": "修改",
    "submitted": "提交审核",
    "approved": "审核通过",
    "returned": "退回修改",
    "retracted": "从问答库撤下",
    "published": "收入问答库",
    "publish_failed": "收入问答库失败",
    "rechecked": "法律变动复核",
}


class DraftRequest(BaseModel):
    """What to write about: exactly one of topic, address and case_id."""

    model_config = ConfigDict(extra="forbid")

    topic: VisibleText = Field(default="", max_length=200, examples=["邻居家树枝伸到我家院子"])
    address: VisibleText = Field(default="", max_length=200, examples=["民法典第二百八十八条"])
    case_id: str = Field(default="", max_length=64, description="id of a mediation case")
    count: int = Field(
        3, ge=1, le=20, description="how many drafts; fewer come back when the sources run out"
    )
    format: DraftFormat = "qa"
    on: date | None = Field(default=None, description="day whose law is quoted; default today")


class EditRequest(BaseModel):
    """A changed text. Fields left out stay as they are; `version` is the one that was read."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, description="version that the editor had open")
    title: VisibleText | None = Field(default=None, max_length=200)
    question: VisibleText | None = Field(default=None, max_length=500)
    answer: VisibleText | None = Field(default=None, max_length=20_000)
    note: VisibleText = Field(default="", max_length=500, description="what was changed and why")


class ReviewRequest(BaseModel):
    """The reviewer's decision; a return needs a reason."""

    model_config = ConfigDict(extra="forbid")

    decision: Literal["approve", "return"]
    note: VisibleText = Field(default="", max_length=1000, description="remark; the reason when returned")
    version: int | None = Field(default=None, ge=1, description="version that the reviewer read")
    overrule: bool = Field(
        default=False,
        description="approve although claims fail the check; `note` says why, and goes on record",
    )


class DraftCitation(BaseModel):
    """A provision that the text rests on, checked at the last save.

    `quote` is what the text quotes; for a provision named without a quotation it is the whole
    provision, so that a later change of the law is noticed.
    """

    address: str
    quote: str = ""
    verified: bool
    in_text: bool = Field(default=True, description="the quote stands in the draft word for word")
    problem: str = Field(default="", description="why it isn't verified, in Chinese")
    note: str = Field(default="", description="what to heed, in Chinese: disputed, not yet in force")
    effective_from: date | None = None
    effective_until: date | None = None


class DraftEvent(BaseModel):
    """One step in the life of a draft."""

    action: Action
    label: str
    who: str
    at: datetime
    version: int
    what: str = ""


class DraftRevision(BaseModel):
    """The text of a draft as one editor left it."""

    version: int
    title: str
    question: str
    answer: str
    citations: list[DraftCitation]
    editor: str
    note: str = ""
    at: datetime


class Draft(BaseModel):
    """A draft. `history` and `revisions` are filled when one draft is asked for."""

    id: str
    format: DraftFormat
    format_label: str
    title: str
    question: str
    answer: str
    citations: list[DraftCitation]
    problems: list[str] = Field(
        default_factory=list, description="what keeps it from being submitted, Chinese"
    )
    claims: list[Claim] = Field(
        default_factory=list,
        description="each sentence as it was last checked, with a suggested repair; empty in lists",
    )
    status: DraftStatus
    status_label: str
    version: int
    topic: str = ""
    address: str = ""
    case_id: str = ""
    on: date | None = None
    author: str
    last_editor: str
    reviewer: str = ""
    review_note: str = ""
    reviewed_at: datetime | None = None
    published: bool = Field(default=False, description="stands on the Q&A shelf and can be found")
    created_at: datetime
    updated_at: datetime
    history: list[DraftEvent] = Field(default_factory=list)
    revisions: list[DraftRevision] = Field(default_factory=list)


class DraftsResponse(BaseModel):
    """Drafts just made, or one page of the list."""

    drafts: list[Draft]
    total: int = 0
    notes: list[str] = Field(default_factory=list, description="Chinese remarks, e.g. fewer than asked for")
