"""The publicity desk: drafts composed from verbatim law, edited, reviewed by a second person, published.

draft → in_review → approved / returned → (edit) draft. Citations are checked at every save, at
submission and at approval; what is approved goes onto the Q&A shelf, what is edited again leaves it.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel
from sqlalchemy import Engine

from assistant.db.models import DraftRow
from assistant.db.session import open_records
from assistant.grounding.types import Claim
from assistant.publicity.citations import Checker, problems_of, shorten
from assistant.publicity.claims import claims_of, failing
from assistant.publicity.compose import compose, inspect
from assistant.publicity.export import to_docx, to_markdown
from assistant.publicity.material import Material, from_address, from_case, from_topic, with_story
from assistant.publicity.records import DraftRecords, Step, to_draft
from assistant.publicity.types import (
    DRAFT_STATUS_LABELS,
    Draft,
    DraftCitation,
    DraftRequest,
    DraftsResponse,
    DraftStatus,
    EditRequest,
    ReviewRequest,
)
from kb.clock import today
from kb.errors import BadRequest, Conflict, Forbidden
from kb.model import ReviewedQA

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

Drafts = list[Draft]
Claims = list[Claim]
Inspected = tuple[list[DraftCitation], list[str]]
#: Who the trail names for what no person did.
SYSTEM = "系统"


class PublicityDesk:
    """Drafts over a knowledge base and the records of one database. Safe to use from several threads.

    Args:
        kb: the open knowledge base.
        engine: where the records are; the tables are made when absent.
    """

    def __init__(self, kb: "KnowledgeBase", engine: Engine) -> None:
        self.kb = kb
        self.records = DraftRecords(open_records(engine))

    def create(
        self, request: DraftRequest, author: str, scopes: tuple[str, ...] = ("public",)
    ) -> DraftsResponse:
        """Compose and store up to `count` drafts on one topic, provision or case.

        Raises:
            BadRequest: when not exactly one of the three is given, or it can't be quoted.
            NotFound: when nothing is found to write from.
            Forbidden: when the case is not visible in `scopes`.
        """
        author = _person(author)
        on = request.on or today()
        materials = self._materials(request, on, scopes)
        if request.format == "article":
            materials = (with_story(self.kb, m) for m in materials)
        made = compose(self.kb, materials, request.format, request.count, on)
        if not made:
            raise BadRequest(
                "按这个体裁没有写成一份引文全部核对无误的稿件。", "换一条条文，或者换一种体裁再试。"
            )
        ids = [
            self.records.add(
                {
                    "format": request.format,
                    "title": draft.title,
                    "question": draft.question,
                    "answer": draft.answer,
                    "citations": _dump(draft.citations),
                    "problems": [],
                    "claims": _dump(draft.claims),
                    "topic": request.topic.strip(),
                    "address": request.address.strip(),
                    "case_id": request.case_id.strip(),
                    "on": request.on,
                },
                author,
            )
            for draft in made
        ]
        notes = list(dict.fromkeys(n for draft in made for n in draft.notes))
        if len(made) < request.count:
            notes.append(f"要{request.count}份，依据现有条文只写成{len(made)}份，没有硬凑。")
        return DraftsResponse(
            drafts=[to_draft(self.records.row(i)) for i in ids], total=len(ids), notes=notes
        )

    def list(self, status: DraftStatus | None = None, offset: int = 0, limit: int = 20) -> DraftsResponse:
        """Return one page of drafts, newest first; `total` counts all of that status."""
        rows, total = self.records.page(status, offset, limit)
        drafts = [to_draft(r).model_copy(update={"claims": []}) for r in rows]
        return DraftsResponse(drafts=drafts, total=total)

    def get(self, draft_id: str) -> Draft:
        """Return a draft with its history and revisions."""
        draft = to_draft(self.records.row(draft_id))
        draft.history, draft.revisions = self.records.history(draft_id)
        return draft

    def edit(self, draft_id: str, request: EditRequest, editor: str) -> Draft:
        """Save a changed text as a new revision, its citations and claims checked again; back to `draft`.

        A draft that was approved leaves the Q&A shelf.

        Raises:
            Conflict: when someone saved since the version the editor had open.
        """
        editor = _person(editor)
        row = self.records.row(draft_id)
        _same_version(row, request.version)
        title = row.title if request.title is None else request.title.strip()
        question = row.question if request.question is None else request.question.strip()
        answer = row.answer if request.answer is None else request.answer.strip()
        citations, problems = inspect(
            self.kb,
            row.format,  # type: ignore[arg-type]
            title,
            question,
            answer,
            row.on or today(),
        )
        claims = claims_of(self.kb, answer, row.on or today(), suggest=True)
        values = {
            "title": title, "question": question, "answer": answer, "citations": _dump(citations),
            "problems": problems, "claims": _dump(claims), "status": "draft", "last_editor": editor,
        }  # fmt: skip
        step = Step("edited", editor, values, request.note.strip(), revision=True)
        self.records.change(draft_id, row.version, step)
        if row.published:
            self._retract(draft_id, editor)
        return self.get(draft_id)

    def submit(self, draft_id: str, by: str) -> Draft:
        """Hand a draft to review.

        Raises:
            Conflict: when it isn't a draft, is empty, or any citation fails the check made now.
        """
        by = _person(by)
        row = self.records.row(draft_id)
        if row.status == "returned":
            raise Conflict("这份稿件已被退回，还没有修改。", "请按退回意见修改保存后再提交。")
        _in_state(row, "draft", "提交审核")
        citations, problems = self._inspect(row)
        if problems:
            raise Conflict("稿件还不能提交审核：" + "；".join(problems) + "。", "请改正后保存，再提交。")
        claims = self._claims(row)
        values = {
            "status": "in_review",
            "citations": _dump(citations),
            "problems": [],
            "claims": _dump(claims),
        }
        self.records.change(draft_id, row.version, Step("submitted", by, values))
        return self.get(draft_id)

    def review(self, draft_id: str, request: ReviewRequest, reviewer: str) -> Draft:
        """Approve a draft, which publishes it to the Q&A shelf, or return it with a reason.

        Raises:
            Forbidden: when the reviewer wrote it or edited it last.
            Conflict: when it isn't in review, changed since it was read, a citation fails now, or a claim does
                and the reviewer doesn't overrule that.
            BadRequest: when it is returned, or a failed claim overruled, without a reason.
        """
        reviewer = _person(reviewer)
        row = self.records.row(draft_id)
        _in_state(row, "in_review", "审核")
        if _key(reviewer) in (_key(row.author), _key(row.last_editor)):
            raise Forbidden("不能审核自己起草或最后修改的稿件。", "请换一位同事审核。")
        if request.version is not None:
            _same_version(row, request.version)
        note = request.note.strip()
        decided = {"reviewer": reviewer, "review_note": note, "reviewed_at": datetime.now(UTC)}
        if request.decision == "return":
            if not note:
                raise BadRequest("退回稿件要写明理由。", "请写清哪里需要改。")
            step = Step("returned", reviewer, {**decided, "status": "returned"}, note)
            self.records.change(draft_id, row.version, step)
            return self.get(draft_id)
        citations, problems = self._inspect(row)
        if problems:
            raise Conflict("现在还不能通过：" + "；".join(problems) + "。", "请退回修改。")
        claims = self._claims(row)
        note = _overruled(failing(claims), request.overrule, note)
        values = {
            **decided, "status": "approved", "citations": _dump(citations), "problems": [], "claims": _dump(claims)
        }  # fmt: skip
        self.records.change(draft_id, row.version, Step("approved", reviewer, values, note))
        self._publish(draft_id, reviewer)
        return self.get(draft_id)

    def export(self, draft_id: str, kind: Literal["docx", "md"] = "docx") -> bytes:
        """Return the draft as a file.

        Raises:
            BadRequest: for another kind of file.
        """
        writers: dict[str, Callable[[Draft], bytes]] = {"docx": to_docx, "md": to_markdown}
        if kind not in writers:
            raise BadRequest(f"不支持导出{kind}格式。", "可以导出 docx 或 md。")
        return writers[kind](self.get(draft_id))

    def recheck_all(self, on: date | None = None) -> Drafts:
        """Check every approved draft against the law of a day; put back to review those that fail.

        Run after laws were ingested and once a day: a law may end on any day. A draft written for a
        later day is checked on that day. Each failing citation says why. Returns the drafts put back.
        """
        day = on or today()
        self.settle()
        stale: list[str] = []
        for row in self.records.approved():
            checker = Checker(self.kb, max(day, row.on or day))
            citations = [checker.again(DraftCitation(**c)) for c in row.citations]
            problems = problems_of(citations)
            if not problems:
                continue
            values = {"status": "in_review", "citations": _dump(citations), "problems": problems}
            step = Step("rechecked", SYSTEM, values, "；".join(problems))
            try:
                self.records.change(row.id, row.version, step)
            except Conflict:  # edited at this moment: its citations were checked by that save
                continue
            self._retract(row.id, SYSTEM)
            stale.append(row.id)
        return [self.get(i) for i in stale]

    def settle(self) -> None:
        """Bring the Q&A shelf in step with the records, after a crash between the two."""
        for row in self.records.out_of_step():
            if row.status == "approved":
                self._publish(row.id, row.reviewer)
            else:
                self._retract(row.id, SYSTEM)

    def _materials(self, request: DraftRequest, on: date, scopes: tuple[str, ...]) -> Iterator[Material]:
        topic, address, case_id = request.topic.strip(), request.address.strip(), request.case_id.strip()
        if sum(map(bool, (topic, address, case_id))) != 1:
            raise BadRequest(
                "请在主题、法条、案例三项中填一项，且只填一项。",
                "例如主题：邻居家树枝伸到我家院子；法条：民法典第二百八十八条。",
            )
        if address:
            return from_address(self.kb, address, on)
        if topic:
            return from_topic(self.kb, topic, on)
        return from_case(self.kb, case_id, on, scopes)

    def _inspect(self, row: DraftRow) -> Inspected:
        """Check a text that is about to go out: as of today, or the later day that it was written for."""
        on = max(row.on or today(), today())
        return inspect(self.kb, row.format, row.title, row.question, row.answer, on)  # type: ignore[arg-type]

    def _claims(self, row: DraftRow) -> Claims:
        return claims_of(self.kb, row.answer, max(row.on or today(), today()), suggest=True)

    def _publish(self, draft_id: str, who: str) -> None:
        row = self.records.row(draft_id)
        addresses = list(dict.fromkeys(c["address"] for c in row.citations))
        qa = ReviewedQA(
            id=row.id, question=row.question, answer=row.answer, addresses=addresses, author=row.author,
            approved_on=(row.reviewed_at or datetime.now(UTC)).date(), reviewer=row.reviewer,
        )  # fmt: skip
        try:
            self.kb.publish_qa(qa)
        except Exception as error:
            what = f"{type(error).__name__}：{getattr(error, 'message', error)}"
            values = {"status": "in_review"}
            self.records.change(row.id, row.version, Step("publish_failed", SYSTEM, values, what))
            raise
        self.records.mark_published(draft_id, True, who)

    def _retract(self, draft_id: str, who: str) -> None:
        self.kb.retract_qa(draft_id)
        self.records.mark_published(draft_id, False, who)


def _dump(models: Sequence[BaseModel]) -> list[dict[str, object]]:
    return [m.model_dump(mode="json") for m in models]


def _overruled(failed: Sequence[Claim], overrule: bool, note: str) -> str:
    """Return the note for the trail, with what was approved against the check.

    Raises:
        Conflict: claims fail, and the reviewer doesn't overrule that.
        BadRequest: the reviewer does, without saying why.
    """
    if not failed:
        return note
    first = "；".join(f"“{shorten(c.text)}”{c.verdict_label}" for c in failed[:3])
    if not overrule:
        raise Conflict(
            f"有{len(failed)}句没有通过核查：{first}。",
            "请退回修改；您查过原文、确认这几句没错的，勾选“确认无误”，写明理由再通过。",
        )
    if not note:
        raise BadRequest("这几句没有通过核查，要通过得写明理由。", "请写清您查了什么、为什么没错。")
    return f"{note}（{len(failed)}句没有通过核查，审核人确认无误：{first}）"


def _key(name: str) -> str:
    """Return a name for comparison: 王 芳 and 王芳 are one person."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _person(name: str) -> str:
    name = name.strip()
    if not name or len(name) > 64:
        raise BadRequest("请写明经办人姓名。", "姓名不能为空，最长64个字。")
    return name


def _same_version(row: DraftRow, version: int) -> None:
    if row.version != version:
        raise Conflict(
            f"这份稿件已经改到第{row.version}版，您打开的是第{version}版。",
            "请先复制您的文字，重新打开稿件再操作。",
        )


def _in_state(row: DraftRow, wanted: DraftStatus, doing: str) -> None:
    if row.status != wanted:
        now, need = DRAFT_STATUS_LABELS[row.status], DRAFT_STATUS_LABELS[wanted]  # type: ignore[index]
        raise Conflict(f"稿件现在是“{now}”，不能{doing}。", f"“{need}”状态的稿件才可以。")
