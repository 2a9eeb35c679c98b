"""Records are found by their own village, survive rebuilding and dying processes, and go for good."""

from datetime import date
from pathlib import Path

import pytest

from assistant.accounts.permissions import village_scope
from assistant.records.models import CaseRecordRow
from assistant.records.seal import KEY_FILE
from assistant.records.types import RecordChange
from ingest.pipeline import Pipeline
from kb.embedding.cache import content_hash
from kb.errors import BadRequest, Conflict, NotReady
from kb.index.units import case_unit
from kb.model import MediationCase
from kb.search.types import SearchRequest
from kb.store.base import Filter
from tests.assistant.records.conftest import NEW, PRIVATE, VILLAGE, Office

OWN = ("public", village_scope(VILLAGE))


class PowerCut(BaseException):
    """What no handler catches."""


def found(office: Office, record_id: str, scopes: tuple[str, ...] = OWN) -> bool:
    request = SearchRequest(query="临河磨坊被锁", kinds=["case"], limit=50)
    return record_id in [hit.id for hit in office.desk.kb.search(request, scopes).hits]


def points(office: Office, record_id: str) -> int:
    return office.desk.kb.store.count(Filter(parent_id=record_id, scopes=()))


def made(office: Office) -> CaseRecordRow:
    return office.desk.create(NEW, office.place, office.author)


def test_its_village_finds_it_and_nobody_else_does(office: Office) -> None:
    row = made(office)
    assert found(office, row.id)
    assert not found(office, row.id, ("public", "village:elsewhere"))
    case = office.desk.kb.catalog.case(row.id)
    assert case is not None
    assert not [word for word in PRIVATE if word in case.model_dump_json()]
    assert office.desk.reveal(row).texts.facts == NEW.facts


def test_erasing_leaves_nothing(office: Office) -> None:
    row = made(office)
    kb, cache = office.desk.kb, office.desk.kb.indexer.cache
    assert cache is not None
    hashes = [content_hash(p.embed_text) for p in case_unit(MediationCase(**row.body)).passages]
    assert len(cache.get(kb.embedder.key, hashes)) == points(office, row.id) == 2
    office.desk.erase(row.id)
    assert not found(office, row.id)
    assert points(office, row.id) == 0
    assert cache.get(kb.embedder.key, hashes) == {}
    assert kb.catalog.case(row.id) is None
    assert office.desk.rows.find(row.id) is None
    assert kb.sync(force=True).added == 0
    office.desk.erase(row.id)  # twice does nothing


def test_changing_keeps_letters_and_forgets_the_old_text(office: Office) -> None:
    row = made(office)
    before = office.desk.reveal(row)
    old = [content_hash(p.embed_text) for p in case_unit(MediationCase(**row.body)).passages]
    change = RecordChange(version=1, facts="司徒国栋拆了那座磨坊。", kept="未履行", claim=300)
    after = office.desk.change(row, change)
    letter = next(w for w, o in before.replaced.items() if o == "司徒国栋")
    case = office.desk.kb.catalog.case(row.id)
    assert case is not None
    assert (case.facts, case.kept, case.claim) == (f"{letter}拆了那座磨坊。", "未履行", 300)
    assert after.version == 2
    assert office.desk.reveal(after).texts.name == NEW.name
    assert "13987650123" not in office.desk.reveal(after).replaced.values()
    cache = office.desk.kb.indexer.cache
    assert cache is not None
    assert cache.get(office.desk.kb.embedder.key, old) == {}
    with pytest.raises(Conflict, match="第2版"):
        office.desk.change(after, change)
    with pytest.raises(BadRequest, match="不能空着"):
        office.desk.change(after, RecordChange(version=2, facts=" "))
    with pytest.raises(BadRequest, match="早于"):
        office.desk.change(after, RecordChange(version=2, opened=date(2026, 6, 2), closed=date(2026, 6, 1)))


@pytest.mark.long
def test_a_rebuilt_index_and_a_new_ingest_keep_it(office: Office) -> None:
    row = made(office)
    kb = office.desk.kb
    kb.indexer.remove(row.id)
    assert not found(office, row.id)
    kb.sync(force=True)
    assert found(office, row.id)
    folder = Path(kb.settings.home) / "extra"
    folder.mkdir(exist_ok=True)
    (folder / "村规.txt").write_text("小河村村规民约\n第一条 爱护水渠。\n第二条 邻里和睦。", "utf-8")
    Pipeline(kb).run([folder / "村规.txt"])
    assert found(office, row.id)


def test_a_process_that_dies_before_the_index_is_written(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(case: MediationCase) -> None:
        raise PowerCut

    with monkeypatch.context() as patch, pytest.raises(PowerCut):
        patch.setattr(office.desk.kb, "put_case", cut)
        made(office)
    row = office.desk.rows.all()[0]
    assert not found(office, row.id)
    office.restarted().settle()
    assert found(office, row.id)


def test_a_record_that_cannot_be_indexed_is_not_kept(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(case: MediationCase) -> None:
        raise NotReady("磁盘满了", "")

    with monkeypatch.context() as patch, pytest.raises(NotReady):
        patch.setattr(office.desk.kb, "put_case", full)
        made(office)
    assert office.desk.rows.all() == []
    assert not office.desk.kb.cases_put()


@pytest.mark.parametrize("step", ["indexer.remove", "indexer.forget"])
def test_an_erasure_that_breaks_off_is_finished(
    office: Office, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    row = made(office)

    def cut(_: object) -> None:
        raise PowerCut

    with monkeypatch.context() as patch, pytest.raises(PowerCut):
        patch.setattr(office.desk.kb.indexer, step.split(".")[1], cut)
        office.desk.erase(row.id)
    left = office.desk.rows.find(row.id)
    assert left is not None
    assert (left.erasing, left.sealed) == (True, b"")
    with pytest.raises(Conflict, match="正在删除"):
        office.desk.reveal(left)
    with pytest.raises(Conflict):
        office.desk.rows.change(row.id, 1, {})
    office.restarted().settle()
    assert office.desk.rows.find(row.id) is None
    assert not found(office, row.id)
    assert points(office, row.id) == 0
    assert not office.desk.kb.cases_put()


def test_a_case_without_a_row_does_not_come_back(office: Office) -> None:
    row = made(office)
    case = MediationCase(**row.body)
    office.desk.erase(row.id)
    office.desk.kb.put_case(case)  # an old catalog was put back
    office.restarted().settle()
    assert not found(office, row.id)
    assert office.desk.kb.catalog.case(row.id) is None


def test_a_lost_key_is_said_to_be_lost(office: Office) -> None:
    row = made(office)
    (office.desk.settings.home / KEY_FILE).unlink()
    desk = office.restarted()
    with pytest.raises(NotReady, match="不见了"):
        desk.reveal(row)
    with pytest.raises(NotReady, match="不见了"):
        desk.create(NEW, office.place, office.author)
    assert [r.id for r in desk.rows.all()] == [row.id]
    desk.erase(row.id)  # erasing needs no key
    assert desk.rows.all() == []


def test_originals_of_one_record_do_not_open_as_anothers(office: Office) -> None:
    first, second = made(office), made(office)
    office.desk.rows.change(first.id, 1, {"sealed": second.sealed})
    swapped = office.desk.rows.find(first.id)
    assert swapped is not None
    with pytest.raises(NotReady, match="打不开"):
        office.desk.reveal(swapped)


def test_for_how_long_it_is_kept(office: Office) -> None:
    days = office.desk.settings.record_retention_days
    closed = office.desk.create(
        NEW.model_copy(update={"closed": date(2010, 1, 1)}), office.place, office.author
    )
    made(office)
    assert closed.retain_until is not None
    assert (closed.retain_until - date(2010, 1, 1)).days == days
    assert office.desk.past(closed.retain_until) == []
    assert [r.id for r in office.desk.past(date(2026, 11, 21))] == [closed.id]
    office.desk.settings = office.desk.settings.model_copy(update={"record_retention_days": 0})
    assert made(office).retain_until is None


def test_a_record_says_something(office: Office) -> None:
    with pytest.raises(BadRequest, match="不能空着"):
        office.desk.create(NEW.model_copy(update={"facts": " \n"}), office.place, office.author)
    assert office.desk.rows.all() == []


def test_a_township_has_no_records_of_its_own(office: Office) -> None:
    township = office.place.model_copy(update={"kind": "township"})
    with pytest.raises(BadRequest, match="不是村"):
        office.desk.create(NEW, township, office.author)
