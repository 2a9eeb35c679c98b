"""Back a home up into one archive."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from kb.backup.archive import write_archive
from kb.backup.disk import disk_errors
from kb.backup.home import links_of
from kb.backup.manifest import Manifest, Progress
from kb.backup.snapshot import take_snapshot
from kb.settings import Settings


@dataclass(frozen=True)
class Made:
    """The archive that was made, its size in bytes, and links in the home, whose targets are not in it."""

    path: Path
    bytes: int
    manifest: Manifest
    links: list[str]


def archive_name(moment: datetime, encrypted: bool) -> str:
    """Return the name of an archive made at a moment, local time; `kb.backup.retention` reads it.

    >>> archive_name(datetime(2026, 11, 22, 3, 30), encrypted=True)
    'fengqiao-20261122-033000.tar.gz.enc'
    """
    return f"fengqiao-{moment:%Y%m%d-%H%M%S}.tar.gz{'.enc' if encrypted else ''}"


def back_up(
    settings: Settings,
    target: Path,
    passphrase: str | None = None,
    progress: Progress | None = None,
) -> Made:
    """Write an archive of records, vectors and files to `target`, consistent while others work on them.

    The copies that it is made from lie meanwhile in a folder of the system's temporary folder that only
    their owner can read.

    Raises:
        NotFound: there is no knowledge base here.
        Conflict: there is a file of that name.
        NotReady: a disk is full, read-only or not permitted; a database is damaged or can't be reached.
    """
    with disk_errors(Path(gettempdir())), TemporaryDirectory(prefix="fengqiao-backup-") as folder:
        manifest = take_snapshot(settings, Path(folder), progress)
        write_archive(target, manifest, Path(folder), passphrase, progress)
    return Made(target, target.stat().st_size, manifest, links_of(settings.home))
