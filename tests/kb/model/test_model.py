"""Ids, days and states of the domain model."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.clock import today
from kb.model import DISPUTE_TYPES, LawVersion, Provision, VillageRule, stable_id


def version(first: str, last: str | None = None, reason: str = "", disputed: str = "") -> LawVersion:
    return LawVersion(
        id="v", law="甲法", full_title="中华人民共和国甲法", version=date(2020, 1, 1),
        effective_from=date.fromisoformat(first), effective_until=date.fromisoformat(last) if last else None,
        until_reason=reason, disputed=disputed,
    )  # fmt: skip


def test_ids_are_the_same_on_every_machine() -> None:
    # computed once by hand from uuid5 of the namespace; it must never change, or every index is void
    from uuid import uuid5

    expected = uuid5(UUID("6f0a2f5e-3c1b-5f0e-9d55-0f7e3a1c2b90"), "law\x1f民法典\x1f2020-05-28")
    assert stable_id("law", "民法典", "2020-05-28") == str(expected)


@given(st.lists(st.text(alphabet="ab一二", max_size=3), min_size=2, max_size=4))
def test_parts_are_not_run_together(parts: list[str]) -> None:
    joined = ["".join(parts)]
    assert stable_id("k", *parts) != stable_id("k", *joined)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2020-05-31", "not_yet"),
        ("2020-06-01", "in_force"),
        ("2021-06-01", "in_force"),
        ("2021-06-02", "superseded"),
    ],
)
def test_states_of_a_version(day: str, state: str) -> None:
    assert version("2020-06-01", "2021-06-01").status(date.fromisoformat(day)) == state


def test_a_repeal_is_not_a_new_version() -> None:
    assert version("2020-06-01", "2021-06-01", "由《乙法》废止").status(date(2022, 1, 1)) == "repealed"


def test_disputed_only_while_in_force() -> None:
    disputed = version("2020-06-01", None, disputed="来源不一")
    assert disputed.status(date(2020, 1, 1)) == "not_yet"
    assert disputed.status(date(2021, 1, 1)) == "disputed"
    assert disputed.in_force(date(9999, 12, 31))


def test_amended_only_from_the_day_of_the_amendment() -> None:
    provision = Provision(
        id="p", law_id="v", law="甲法", version=date(2020, 1, 1), position=0, article="第一条", number=1, text="文",
        effective_from=date(2020, 6, 1), amended_from=date(2022, 1, 1), amended_by="乙法第一条",
    )  # fmt: skip
    assert provision.status(date(2021, 12, 31)) == "in_force"
    assert provision.status(date(2022, 1, 1)) == "amended"
    assert provision.in_force(date(2022, 1, 1))
    assert provision.address == "甲法第一条"


def test_the_address_of_a_rule_is_a_clause_number() -> None:
    def address(label: str, index: int) -> str:
        return VillageRule(
            id="r", village="v", village_name="某村", index=index, label=label, text="文"
        ).address

    assert address("第十二条", 12) == "某村村规民约第十二条"
    assert address("（二）", 7) == "某村村规民约第7条"


def test_fifteen_kinds_of_disputes() -> None:
    assert len(DISPUTE_TYPES) == len(set(DISPUTE_TYPES)) == 15


def test_today_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FENGQIAO_TODAY", "2027-02-01")
    assert today() == date(2027, 2, 1)
    monkeypatch.setenv("FENGQIAO_TODAY", "明天")
    with pytest.raises(ValueError, match="明天"):
        today()
    monkeypatch.delenv("FENGQIAO_TODAY")
    assert today() == date.today()
