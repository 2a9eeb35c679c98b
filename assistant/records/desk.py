"""Case records of villages: taken in, changed, revealed to those entitled, erased.

The rows are the truth. Catalog and index follow them, and `settle` brings them in step after a process
died in between.
"""

import logging
import threading
from datetime import date, timedelta
from functools import cached_property
from uuid import uuid4

from sqlalchemy import Engine

from assistant.accounts.types import Place
from assistant.db.session import open_records
from assistant.records.intake import Originals, case_of, facts_of, hide
from assistant.records.models import CaseRecordRow
from assistant.records.rows import CaseRecords
from assistant.records.seal import Sealer, anything_sealed, open_sealer
from assistant.records.types import NewRecord, RecordChange, RecordFacts, RecordTexts
from kb.base import KnowledgeBase
from kb.clock import today
from kb.errors import BadRequest, Conflict, FengqiaoError
from kb.model import MediationCase
from kb.settings import Settings

log = logging.getLogger("fengqiao.records")


class RecordDesk:
    """Case records over a knowledge base and the records of one database. Safe to use from several threads.

    Args:
        kb: the open knowledge base.
        engine: where the records are; the tables are made when absent.
        settings: home folder, and for how long records are kept.
    """

    def __init__(self, kb: KnowledgeBase, engine: Engine, settings: Settings) -> None:
        self.kb = kb
        self.settings = settings
        self.rows = CaseRecords(open_records(engine))
        # what one change writes to row and index, no other may overtake
        self._turn = threading.Lock()

    @cached_property
    def _sealer(self) -> Sealer:
        return open_sealer(self.settings.home, lambda: anything_sealed(self.rows.sessions))

    def create(self, request: NewRecord, place: Place, author_id: str) -> CaseRecordRow:
        """Store a record of a village; its own people find it from now on.

        Raises:
            BadRequest: the place is no village, a text that must be there is blank, or the dates don't fit.
            NotReady: the key can't be had.
        """
        if place.kind != "village":
            raise BadRequest(f"“{place.name}”不是村", "案件记录要记在一个村名下")
        record_id = str(uuid4())
        texts = RecordTexts(**request.model_dump(include=set(RecordTexts.model_fields)))
        _require_words(texts)
        facts = RecordFacts(**request.model_dump(include=set(RecordFacts.model_fields)))
        hidden = hide(texts, request.also)
        case = self._case(record_id, place.id, hidden.texts, facts)
        originals = Originals(texts, request.also, hidden.replaced)
        with self._turn:
            row = self.rows.add(
                {
                    "id": record_id,
                    "place_id": place.id,
                    "author_id": author_id,
                    "retain_until": self._retain_until(case, today()),
                    "body": case.model_dump(mode="json"),
                    "sealed": self._sealer.seal(record_id, originals.as_dict()),
                }
            )
            try:
                self.kb.put_case(case)
            except Exception:
                # told to have failed, it must not be there twice after another try
                self._erase(record_id)
                raise
        return row

    def change(self, row: CaseRecordRow, request: RecordChange) -> CaseRecordRow:
        """Store a changed record; who had a letter keeps it.

        Raises:
            BadRequest: nothing is left in a text that must be there, or the dates don't fit.
            Conflict: it was changed meanwhile, or is being erased.
            NotReady: the originals can't be opened.
        """
        if row.version != request.version:
            raise Conflict(
                f"这份记录已经改到第{row.version}版，您打开的是第{request.version}版",
                "请先复制您的文字，重新打开再改",
            )
        before, given = self.reveal(row), request.model_dump(exclude_unset=True, exclude={"version"})
        new = {name: value for name, value in given.items() if name in RecordTexts.model_fields}
        texts = before.texts.model_copy(update={n: v for n, v in new.items() if v is not None})
        _require_words(texts)
        also = before.also if request.also is None else request.also
        old = MediationCase(**row.body)
        required = ("dispute_type", "outcome", "kept")
        changed = {
            n: v
            for n, v in given.items()
            if n in RecordFacts.model_fields and (v is not None or n not in required)
        }
        facts = facts_of(old).model_copy(update=changed)
        hidden = hide(texts, also, before.replaced)
        case = self._case(row.id, row.place_id, hidden.texts, facts)
        values = {
            "retain_until": self._retain_until(case, row.created_at.date()),
            "body": case.model_dump(mode="json"),
            "sealed": self._sealer.seal(row.id, Originals(texts, also, hidden.replaced).as_dict()),
        }
        with self._turn:
            self.rows.change(row.id, request.version, values)
            self.kb.put_case(case)
        found = self.rows.find(row.id)
        assert found is not None
        return found

    def reveal(self, row: CaseRecordRow) -> Originals:
        """Return a record's originals, to the byte.

        Raises:
            Conflict: it is being erased, and they are gone.
            NotReady: the key is missing, or what was sealed was changed.
        """
        if row.erasing:
            raise Conflict("这份记录正在删除，原文已经没有了", "请再删一次，把剩下的也删掉")
        return Originals.from_dict(self._sealer.open(row.id, row.sealed))

    def erase(self, record_id: str) -> None:
        """Erase a record for good: originals, vectors, what is cached, catalog and row, in this order.

        An erasure that breaks off is finished by the next one, or by `settle`.
        """
        with self._turn:
            self._erase(record_id)

    def past(self, on: date) -> list[CaseRecordRow]:
        """Return the records whose time is over on a day."""
        return self.rows.past(on)

    def settle(self) -> None:
        """Bring catalog and index in step with the rows; finish erasures that broke off.

        A record that can't be brought in step keeps no other from it; the log says which it is.
        """
        with self._turn:
            rows, shelf = self.rows.all(), self.kb.cases_put()
            for row in rows:
                case = MediationCase(**row.body)
                if row.erasing:
                    self._try(row.id, lambda id=row.id: self._erase(id))
                elif not _same(shelf.get(row.id), case):
                    self._try(row.id, lambda case=case: self.kb.put_case(case))
            known = {row.id for row in rows}
            for record_id in shelf.keys() - known:
                self._try(record_id, lambda id=record_id: self.kb.remove_case(id))

    def _try(self, record_id: str, work: object) -> None:
        try:
            work()  # type: ignore[operator]
        except FengqiaoError as failure:
            log.error("case record %s can't be brought in step: %s", record_id, failure.code)

    def _erase(self, record_id: str) -> None:
        self.rows.begin_erasing(record_id)
        self.kb.remove_case(record_id)
        self.rows.drop([record_id])

    def _case(self, record_id: str, place_id: str, texts: RecordTexts, facts: RecordFacts) -> MediationCase:
        if facts.opened and facts.closed and facts.closed < facts.opened:
            raise BadRequest("办结日期早于受理日期", "请核对两个日期")
        found = self.kb.cite(texts.basis, facts.closed or today())
        cited = dict.fromkeys(r.address for r in found if r.provision and r.text)
        return case_of(record_id, place_id, texts, facts, list(cited))

    def _retain_until(self, case: MediationCase, created: date) -> date | None:
        """Return the last day: counted from when the case was closed, else from when it was written down."""
        days = self.settings.record_retention_days
        try:
            return (case.closed or created) + timedelta(days=days) if days else None
        except OverflowError:
            return None


def _same(shown: MediationCase | None, case: MediationCase) -> bool:
    """Whether the shelf has this case; what it cites is resolved anew with each ingest of laws."""
    return shown is not None and shown.model_copy(update={"cited_addresses": case.cited_addresses}) == case


def _require_words(texts: RecordTexts) -> None:
    if not texts.name.strip() or not texts.facts.strip():
        raise BadRequest("标题和基本案情不能空着", "请补上再保存")
