"""Which files of a home belong into an archive."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

#: Name of an archive made by `fengqiao backup --dir`: its moment, local time.
ARCHIVE = re.compile(r"fengqiao-(\d{8}-\d{6})\.tar\.gz(\.enc)?")

#: What `restore --force` puts aside begins with this.
ASIDE = "before-restore-"
WORK = ".restoring-"

# Made again from the rest: index, caches, built and trained models. The database and the vectors go by themselves.
_DERIVED = {"index", "cache", "models", "training", "fengqiao.db", "index.owner.json", "lost+found"}
_PASSING = (".lock", ".tmp", ".new", ".part")
_LOGS = ("-wal", "-shm", "-journal")


def storable(name: PurePosixPath) -> bool:
    """Return whether a file of this name, relative to the home, is archived with the other files.

    Everything is that isn't known to be derivable: what a later version keeps there isn't forgotten.
    """
    top = name.parts[0]
    if top in _DERIVED or top.startswith((ASIDE, WORK, "fengqiao.db-")):
        return False
    return not (name.name.endswith((*_PASSING, *_LOGS)) or ARCHIVE.fullmatch(name.name))


def files_of(home: Path) -> Iterator[tuple[str, Path]]:
    """Yield (relative name with slashes, path) of every such file, by name; links aren't followed."""
    for path in sorted(home.rglob("*")):
        name = PurePosixPath(path.relative_to(home).as_posix())
        if storable(name) and path.is_file() and not path.is_symlink():
            yield str(name), path


def links_of(home: Path) -> list[str]:
    """Return the links in a home that would be archived were they files or folders: their targets are not."""
    names = (PurePosixPath(p.relative_to(home).as_posix()) for p in home.rglob("*") if p.is_symlink())
    return sorted(str(name) for name in names if storable(name))
