"""Filters, pages and the CSV file."""

import csv
import io
from datetime import date

import pytest
from sqlalchemy import insert

from assistant.audit.entry import ACTIONS, GENESIS, OUTCOMES, Entry, columns
from assistant.audit.log import AuditLog
from assistant.audit.models import table
from assistant.audit.query import (
    ACTION_LABELS,
    OUTCOME_LABELS,
    AuditFilter,
    csv_lines,
    find,
    safe_cell,
)


def put(audit: AuditLog, seq: int, at: str, **fields: str) -> None:
    row = columns(Entry(**{"action": "view", **fields}), seq, at, GENESIS)
    with audit.engine.begin() as connection:
        connection.execute(insert(table()), row)


@pytest.fixture
def filled(audit: AuditLog) -> AuditLog:
    put(
        audit, 1, "2026-11-20T15:59:59.999999Z", who="person:a", kind="case", object_id="c1"
    )  # 23:59 in China
    put(audit, 2, "2026-11-20T16:00:00.000000Z", who="person:b", kind="case")  # the 21st begins
    put(audit, 3, "2026-11-21T02:00:00.000000Z", who="person:a", action="export", kind="draft")
    put(audit, 4, "2026-11-21T15:59:59.999999Z", who="person:a", action="approve", kind="draft")
    put(audit, 5, "2026-11-21T16:00:00.000000Z", who="key:k1", action="search", kind="shelves")
    return audit


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({}, [5, 4, 3, 2, 1]),
        ({"who": "person:a"}, [4, 3, 1]),
        ({"action": "export"}, [3]),
        ({"kind": "case"}, [2, 1]),
        ({"object_id": "c1"}, [1]),
        ({"day": date(2026, 11, 21)}, [4, 3, 2]),
        ({"day": date(2026, 11, 20)}, [1]),
        ({"day": date(2026, 11, 21), "who": "person:a", "kind": "draft"}, [4, 3]),
        ({"who": "person:"}, []),
        ({"who": "' OR 1=1 --"}, []),
    ],
)
def test_filters(filled: AuditLog, wanted: dict, numbers: list[int]) -> None:
    assert [r.seq for r in find(filled.engine, AuditFilter(**wanted))] == numbers


def test_pages_go_on_where_the_last_ended_though_the_log_grows(filled: AuditLog) -> None:
    first = find(filled.engine, AuditFilter(), limit=2)
    put(filled, 6, "2026-11-22T00:00:00.000000Z")
    second = find(filled.engine, AuditFilter(), before=first[-1].seq, limit=2)
    assert [r.seq for r in first + second] == [5, 4, 3, 2]


def test_times_are_shown_as_in_china(filled: AuditLog) -> None:
    assert find(filled.engine, AuditFilter())[0].at.strftime("%Y-%m-%d %H:%M") == "2026-11-22 00:00"


def test_everything_has_a_chinese_name() -> None:
    assert set(ACTION_LABELS) == set(ACTIONS)
    assert set(OUTCOME_LABELS) == set(OUTCOMES)


def test_the_csv_file_holds_what_was_asked_oldest_first(filled: AuditLog) -> None:
    written = "".join(csv_lines(filled.engine, AuditFilter(who="person:a")))
    assert written.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(written.removeprefix("\ufeff"))))
    assert [r["序号"] for r in rows] == ["1", "3", "4"]
    assert [r["动作"] for r in rows] == ["查看", "导出", "审核通过"]
    assert rows[0]["时间（北京时间）"] == "2026-11-20 23:59:59"


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "＋1", "－1", "＠a", "\n=1"]
)
def test_a_formula_becomes_text(cell: str) -> None:
    assert safe_cell(cell) == "'" + cell


def test_a_formula_that_got_into_the_table_comes_out_as_text(filled: AuditLog) -> None:
    """Whatever way it got there: the entry itself would have refused it."""
    row = columns(Entry("view"), 6, "2026-11-22T00:00:00.000000Z", GENESIS) | {
        "who": '=HYPERLINK("http://x")', "details": '{"=cmd":"x"}', "object_id": "-2+3",
    }  # fmt: skip
    with filled.engine.begin() as connection:
        connection.execute(insert(table()), row)
    cells = list(csv.reader(io.StringIO("".join(csv_lines(filled.engine, AuditFilter())))))[-1]
    assert '\'=HYPERLINK("http://x")' in cells
    assert "'-2+3" in cells
    assert not [c for c in cells if c.startswith(("=", "+", "-", "@"))]


def test_a_long_csv_file_is_whole(audit: AuditLog) -> None:
    rows = [columns(Entry("view"), n, "2026-11-21T02:00:00.000000Z", GENESIS) for n in range(1, 1002)]
    with audit.engine.begin() as connection:
        connection.execute(insert(table()), rows)
    lines = "".join(csv_lines(audit.engine, AuditFilter())).splitlines()
    assert [line.split(",")[0].strip('"') for line in lines[1:]] == [str(n) for n in range(1, 1002)]
