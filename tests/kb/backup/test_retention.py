"""Seven days, four weeks, twelve months."""

from datetime import datetime, timedelta
from pathlib import Path

from kb.backup.create import archive_name
from kb.backup.retention import kept, prune

START = datetime(2025, 11, 22, 3, 30)


def test_a_year_of_daily_backups() -> None:
    moments = [START + timedelta(days=n) for n in range(366)]  # to Sunday 2026-11-22
    days = {m.date().isoformat() for m in kept(moments)}
    daily = {f"2026-11-{day}" for day in range(16, 23)}
    weekly = {"2026-11-22", "2026-11-15", "2026-11-08", "2026-11-01"}
    monthly = {
        "2025-12-31", "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30",
        "2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31", "2026-11-22",
    }  # fmt: skip
    assert days == daily | weekly | monthly


def test_run_daily_it_settles_at_what_it_would_keep_of_all() -> None:
    """What is deleted today must not be missed as a weekly or monthly one later."""
    have: set[datetime] = set()
    for n in range(500):
        have = kept([*have, START + timedelta(days=n)])
    assert have == kept([START + timedelta(days=n) for n in range(500)])


def test_several_a_day_leave_the_last() -> None:
    day = datetime(2026, 11, 22)
    assert kept([day.replace(hour=h) for h in (3, 9, 21)]) == {day.replace(hour=21)}


def test_standing_still_loses_nothing() -> None:
    old = [datetime(2024, 1, 1) + timedelta(days=n) for n in range(5)]
    assert kept(old) == set(old)
    assert kept([]) == set()


def test_only_archives_by_their_exact_name_are_deleted(tmp_path: Path) -> None:
    for n in range(40):
        (tmp_path / archive_name(START + timedelta(days=n), encrypted=n % 2 == 0)).touch()
    others = [
        "fengqiao-20200101-000000.tar.gz.bak",
        "before-upgrade.tar.gz",
        "fengqiao-99999999-000000.tar.gz",
        "x",
    ]
    for name in others:
        (tmp_path / name).touch()
    (tmp_path / "fengqiao-20200101-000000.tar.gz").symlink_to(tmp_path / "x")
    (tmp_path / "fengqiao-20200102-000000.tar.gz").mkdir()
    gone = prune(tmp_path)
    left = {p.name for p in tmp_path.iterdir()}
    assert {*others, "fengqiao-20200101-000000.tar.gz", "fengqiao-20200102-000000.tar.gz"} <= left
    assert len(gone) == 40 - len(kept([START + timedelta(days=n) for n in range(40)]))
    assert archive_name(START + timedelta(days=39), encrypted=False) in left
    assert gone == sorted(gone)
