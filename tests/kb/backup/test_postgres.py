"""Records on a PostgreSQL server: there and back again, the same row by row."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, select, text

from assistant.db.models import DraftRow
from assistant.db.session import open_records
from assistant.publicity.records import DraftRecords
from kb.backup.compare import compare_records
from kb.backup.create import back_up
from kb.backup.restore import restore, verify
from kb.errors import BadRequest, Conflict
from kb.settings import Settings
from tests.kb.backup.conftest import Make, draft
from tests.postgres import NoPostgres, running_postgres


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """URL of a PostgreSQL server; skipped with the reason where none can be started."""
    try:
        with running_postgres() as url:
            yield url
    except NoPostgres as why:
        pytest.skip(f"no PostgreSQL here: {why}")


@pytest.fixture
def database(server: str) -> str:
    """URL of a new, empty database."""
    name = f"t{uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def test_there_and_back_again(settings: Settings, make_archive: Make, tmp_path: Path, database: str) -> None:
    first = make_archive()
    restore(first, tmp_path / "pg", settings, database=database, prepare=[open_records])
    assert not (tmp_path / "pg" / "fengqiao.db").exists()
    served = Settings(home=tmp_path / "pg", database_url=database)
    made = back_up(served, tmp_path / "pg.tar.gz")
    assert made.manifest.database == "postgresql"
    assert made.manifest.index.clean
    restore(tmp_path / "pg.tar.gz", tmp_path / "back", settings)
    assert compare_records(settings.home / "fengqiao.db", tmp_path / "back" / "fengqiao.db") == []
    assert verify(tmp_path / "pg.tar.gz", settings).index.points == made.manifest.index.points


def test_the_restored_server_is_worked_on(
    settings: Settings, make_archive: Make, tmp_path: Path, database: str
) -> None:
    """Numbering goes on behind what was carried over, and times are the same moments."""
    restore(make_archive(), tmp_path / "pg", settings, database=database, prepare=[open_records])
    engine, file = create_engine(database), create_engine(f"sqlite:///{settings.home / 'fengqiao.db'}")
    try:
        there = DraftRecords(open_records(engine))
        key = there.add(draft(7), "李强")
        assert there.row(key).version == 1
        query = select(DraftRow.id, DraftRow.created_at, DraftRow.citations).where(DraftRow.id != key)
        with engine.connect() as one, file.connect() as other:
            assert sorted(one.execute(query.order_by(DraftRow.id))) == sorted(
                other.execute(query.order_by(DraftRow.id))
            )
    finally:
        engine.dispose()
        file.dispose()


def test_a_backup_is_one_moment_of_the_server(
    settings: Settings, make_archive: Make, tmp_path: Path, database: str
) -> None:
    """What is committed after the first table was read isn't in the archive, nor half of it."""
    from kb.backup import tables

    restore(make_archive(), tmp_path / "pg", settings, database=database, prepare=[open_records])
    engine = create_engine(database)
    records = DraftRecords(open_records(engine))
    copy = tables._copy
    added: list[str] = []

    def copy_and_write(*arguments: object) -> None:
        copy(*arguments)  # type: ignore[arg-type]
        added.append(records.add(draft(50), "writer"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "_copy", copy_and_write)
        made = back_up(Settings(home=tmp_path / "pg", database_url=database), tmp_path / "pg.tar.gz")
    engine.dispose()
    assert len(added) > 5
    counts = {made.manifest.tables[t].rows for t in ("drafts", "draft_revisions", "reviews")}
    assert counts == {3}


def test_a_server_with_records_is_not_restored_over(
    settings: Settings, make_archive: Make, tmp_path: Path, database: str
) -> None:
    engine = create_engine(database)
    DraftRecords(open_records(engine)).add(draft(1), "王芳")
    archive = make_archive()
    for force in (False, True):
        with pytest.raises(Conflict, match="已有记录"):
            restore(
                archive, tmp_path / "pg", settings, database=database, prepare=[open_records], force=force
            )
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM drafts")).scalar() == 1
    engine.dispose()
    assert not (tmp_path / "pg").exists()


def test_an_address_that_is_none_is_said(settings: Settings, make_archive: Make, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="数据库地址"):
        restore(make_archive(), tmp_path / "pg", settings, database="postgres//nonsense")
