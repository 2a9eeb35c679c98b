"""What an archive says of itself: its first member, `manifest.json`."""

from collections.abc import Callable
from pathlib import PurePosixPath

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from kb.errors import UnreadableFile

#: Raise it when an older program could no longer restore the archive rightly: it then refuses.
FORMAT = 1

MANIFEST = "manifest.json"
RECORDS = "records.db"  # catalog and records, one SQLite file whatever the database was
VECTORS = "cache/embeddings.db"
FILES = "files/"  # everything else of the home that can't be made again

#: progress(phase, done, total): bytes, but passages in the phase 建立索引.
Progress = Callable[[str, int, int], None]


class Member(BaseModel):
    """One file in the archive: its name there, its size in bytes, its SHA-256 in hex."""

    name: str
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class TablePrint(BaseModel):
    """Number of rows of a table, and a hex digest over all of them in any order."""

    rows: int
    digest: str


class IndexPrint(BaseModel):
    """What the index was known to hold: model, dimension, units and points; `clean` when nothing was pending."""

    model: str = ""
    dim: int = 0
    units: int = 0
    points: int = 0
    clean: bool = False


class Manifest(BaseModel):
    """Format, program and moment of an archive, and everything in it."""

    model_config = ConfigDict(extra="ignore")

    format: int = FORMAT
    program: str
    created: AwareDatetime
    database: str
    index: IndexPrint
    tables: dict[str, TablePrint]
    members: list[Member]

    @property
    def bytes(self) -> int:
        """Return the size of all members unpacked."""
        return sum(m.bytes for m in self.members)


def checked_name(name: str) -> str:
    """Return the name of a member; raise UnreadableFile when it could lead out of the folder unpacked into.

    >>> checked_name("files/来文/a.docx")
    'files/来文/a.docx'
    """
    path = PurePosixPath(name)
    odd = not name or name.startswith("/") or "\\" in name or "\0" in name or ":" in path.parts[0]
    if odd or ".." in path.parts or str(path) != name:
        raise UnreadableFile(
            f"备份里有不该有的文件名：{name!r}，没有恢复。", "这个文件可能被人改过，请换一份来历清楚的备份。"
        )
    return name
