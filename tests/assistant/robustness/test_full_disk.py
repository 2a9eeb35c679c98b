"""The disk of the records fills up while people work: nothing half-written, and it goes on once there is room."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from tests.assistant.robustness.conftest import Serve, Site, refused
from tests.kb.backup.test_disk import mounted


@contextmanager
def full_disk(site: Site, folder: Path) -> Iterator[None]:
    """Fill the file system to the last byte."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError as error:
                assert error.errno == errno.ENOSPC
        os.fsync(file.fileno())
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def full_database(site: Site, folder: Path) -> Iterator[None]:
    """Let SQLite itself say that it is full, where nothing can be mounted: no page more than there are."""

    def limit(connection: Any, *_: Any) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(site.engine, "connect", limit)
    site.engine.dispose()
    try:
        yield
    finally:
        event.remove(site.engine, "connect", limit)
        site.engine.dispose()


@pytest.fixture(params=["disk", "database"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, Any]]:
    if request.param == "database":
        yield tmp_path, full_database
        return
    with mounted(tmp_path / "disk", "8m") as disk:
        yield disk, full_disk


def test_the_records_disk_is_full_and_cleared(serve: Serve, place: tuple[Path, Any]) -> None:
    folder, full = place
    with serve(f"sqlite:///{folder / 'records.db'}") as site:
        assert site.write().status_code == 201
        with full(site, folder):
            answers = [site.write() for _ in range(6)]  # the first may still find a free page
            failed = [a for a in answers if a.status_code != 201]
            assert failed
            for answer in failed:
                refused(answer, "磁盘")
            assert answers[-1] is failed[-1]
            assert site.client.get("/healthz").status_code == 200
        assert site.write().status_code == 201
        with site.engine.connect() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            halves = connection.execute(
                text("SELECT count(*) FROM drafts WHERE id NOT IN (SELECT draft_id FROM draft_revisions)")
            ).scalar_one()
        assert halves == 0
        # where only the audit entry didn't fit any more the draft stays, as the message says
        withheld = sum(a.json()["error"]["code"] == "audit_unavailable" for a in failed)
        made = 2 + len(answers) - len(failed)
        assert made <= site.drafts() <= made + withheld
        site.require_whole()
