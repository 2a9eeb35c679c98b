"""The database goes away and comes back while the service runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assistant.robustness.conftest import Serve, Site, refused
from tests.postgres import postgres_or_skip, stopped


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """URL of a server of our own, which may be stopped."""
    with postgres_or_skip() as url:
        yield url


def require_away(site: Site) -> None:
    for answer in (
        site.write(),
        site.client.get("/api/v1/drafts", headers=site.headers),
        site.client.post("/api/v1/auth/login", json={"login": "wf", "password": "x"}),
    ):
        refused(answer, "数据库", "账号")
    assert site.client.get("/healthz").status_code == 200
    assert site.client.get("/readyz").status_code == 503


def test_a_server_that_is_stopped_and_started(serve: Serve, server: str) -> None:
    with serve(server) as site:
        assert site.write().status_code == 201
        for written in (1, 2):
            with stopped(server):
                require_away(site)
            # the same session: nobody is logged out by that, nobody has to restart the service
            assert site.drafts() == written
            assert site.write().status_code == 201
        site.require_whole()


def move(source: Path, target: Path) -> None:
    for path in source.glob("records.db*"):
        path.rename(target / path.name)


def test_a_file_that_is_moved_away_and_back(serve: Serve, tmp_path: Path) -> None:
    here, away = tmp_path / "here", tmp_path / "away"
    here.mkdir()
    away.mkdir()
    with serve(f"sqlite:///{here / 'records.db'}") as site:
        assert site.write().status_code == 201
        move(here, away)
        require_away(site)
        assert not list(here.iterdir())  # no empty one was made in its place
        move(away, here)
        assert site.drafts() == 1
        assert site.write().status_code == 201
        assert site.drafts() == 2
        site.require_whole()


def test_a_file_put_in_the_place_of_another_is_the_one_written(serve: Serve, tmp_path: Path) -> None:
    """A restore while the service runs: what is saved afterwards mustn't go into the file that is gone."""
    here, away = tmp_path / "here", tmp_path / "away"
    here.mkdir()
    away.mkdir()
    with serve(f"sqlite:///{here / 'records.db'}") as site:
        assert site.write().status_code == 201
        site.engine.dispose()  # leaves one whole file, without a log beside it
        saved = (here / "records.db").read_bytes()
        assert site.write().status_code == 201
        assert site.drafts() == 2
        move(here, away)
        (here / "records.db").write_bytes(saved)
        assert site.drafts() == 1
        assert site.write().status_code == 201
        assert site.drafts() == 2
        site.require_whole()
