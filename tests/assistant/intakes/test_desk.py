"""Intakes on both databases: one taker of many, for how long they are kept, a key that is lost."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.accounts.accounts import Accounts
from assistant.accounts.types import Membership, Person, Place
from assistant.intakes.desk import IntakeDesk, Told, past_intakes
from assistant.records.desk import RecordDesk
from assistant.records.seal import KEY_FILE, RECORD, Sealer
from assistant.records.types import NewRecord
from kb.base import KnowledgeBase
from kb.errors import BadRequest, Conflict, NotReady
from kb.settings import Settings

VILLAGE = "zj-fengshuwan"
TOLD = Told("司徒国栋占了欧阳雪梅家的晒场，要赔八百元。", "欧阳雪梅 13987650123", date(2026, 11, 20))


@dataclass
class Office:
    desk: IntakeDesk
    engine: Engine
    settings: Settings
    place: Place
    author: Person


@pytest.fixture
def office(kb: KnowledgeBase, records_engine: Engine, tmp_path: Path) -> Iterator[Office]:
    settings = kb.settings.model_copy(update={"home": tmp_path / "intakes-home"})
    accounts = Accounts(records_engine, settings)
    accounts.places.take_over(kb.catalog.villages())
    person = accounts.people.add("wangfang", "王芳", [Membership(role="volunteer", place_id=VILLAGE)])
    desk = IntakeDesk(kb, records_engine, settings)
    yield Office(desk, records_engine, settings, accounts.places.get(VILLAGE), person)


def test_what_was_told_comes_back_to_the_letter(office: Office) -> None:
    row = office.desk.create(TOLD, office.place, office.author)
    found = office.desk.find(row.id)
    assert found is not None
    assert office.desk.reveal(found) == TOLD
    assert not [word for word in ("司徒", "欧阳", "13987650123") if word in found.narrative]
    assert "欧阳雪梅".encode() not in found.sealed
    assert found.narrative.endswith("家的晒场，要赔八百元。")


def test_of_several_who_take_it_at_once_one_has_it(office: Office) -> None:
    row = office.desk.create(TOLD, office.place, office.author)
    start, took, refused = threading.Barrier(4), [], []

    def take(who: str) -> None:
        start.wait()
        try:
            took.append(office.desk.take(row.id, who).taken_by)
        except Conflict as why:
            refused.append(why.message)

    threads = [threading.Thread(target=take, args=(f"调解员{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(took) == 1
    assert len(refused) == 3
    assert all(took[0] in message for message in refused)


def test_for_how_long_it_is_kept(office: Office) -> None:
    row = office.desk.create(TOLD, office.place, office.author)
    days = timedelta(days=office.settings.record_retention_days)
    assert row.retain_until == datetime.now(UTC).date() + days
    closed = office.desk.close(row.id, "李强")
    assert closed.closed_at is not None
    assert closed.retain_until == closed.closed_at.date() + days
    assert past_intakes(office.desk.sessions, closed.retain_until) == []
    later = closed.retain_until + timedelta(days=1)
    assert [r.id for r in past_intakes(office.desk.sessions, later)] == [row.id]
    office.desk.settings = office.settings.model_copy(update={"record_retention_days": 0})
    assert office.desk.create(TOLD, office.place, office.author).retain_until is None


def test_erasing_twice_does_nothing(office: Office) -> None:
    row = office.desk.create(TOLD, office.place, office.author)
    office.desk.erase(row.id)
    assert office.desk.find(row.id) is None
    office.desk.erase(row.id)


def test_a_lost_key_is_not_made_anew_for_either(office: Office) -> None:
    row = office.desk.create(TOLD, office.place, office.author)
    (office.settings.home / KEY_FILE).unlink()
    again = IntakeDesk(office.desk.kb, office.engine, office.settings)
    with pytest.raises(NotReady, match="不见了"):
        again.reveal(row)
    records = RecordDesk(office.desk.kb, office.engine, office.settings)
    with pytest.raises(NotReady, match="不见了"):
        records.create(
            NewRecord(village=VILLAGE, name="水渠", facts="争水渠"), office.place, office.author.id
        )
    assert not (office.settings.home / KEY_FILE).exists()
    again.erase(row.id)
    fresh = IntakeDesk(office.desk.kb, office.engine, office.settings)
    assert fresh.create(TOLD, office.place, office.author).sealed


def test_an_intakes_original_opens_as_no_record_and_as_no_other_intake(office: Office) -> None:
    one, other = (office.desk.create(TOLD, office.place, office.author) for _ in range(2))
    key = (office.settings.home / KEY_FILE).read_bytes()
    with pytest.raises(NotReady, match="打不开"):
        Sealer(key, RECORD).open(one.id, one.sealed)
    one.sealed = other.sealed
    with pytest.raises(NotReady, match="打不开"):
        office.desk.reveal(one)


def test_it_belongs_to_a_village_and_says_something(office: Office) -> None:
    township = office.place.model_copy(update={"kind": "township"})
    with pytest.raises(BadRequest, match="不是村"):
        office.desk.create(TOLD, township, office.author)
    with pytest.raises(BadRequest, match="什么事"):
        office.desk.create(Told(" \n"), office.place, office.author)
