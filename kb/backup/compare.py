"""Say in what two homes differ: records row by row, the index point by point, other files byte by byte."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from kb.backup.home import files_of
from kb.backup.manifest import RECORDS, TablePrint
from kb.backup.points import PointPrint, stored_points
from kb.backup.records import DERIVED, Rows, copy_sqlite, print_of, row_digests, table_names
from kb.settings import Settings

#: Largest distance (1 - cosine) of two vectors that count as the same. Vectors kept by the cache are rounded to
#: half precision, those that ship to a byte a component; and in bf16 or int8 the model gives a text another
#: vector beside other texts: measured up to 1e-3. Different texts are farther apart.
TOLERANCE = 2e-3


def compare_records(one: Path, other: Path) -> list[str]:
    """Return in Chinese how the tables of two SQLite files differ; a table without rows may be absent."""
    found = []
    there, here = set(table_names(one)) - DERIVED, set(table_names(other)) - DERIVED
    for table in sorted(there | here):
        first = row_digests(one, table) if table in there else Rows()
        second = row_digests(other, table) if table in here else Rows()
        missing, extra = (first - second).total(), (second - first).total()
        if missing or extra:
            found.append(f"表 {table}：少 {missing} 行，多 {extra} 行")
    return found


def compare_prints(path: Path, wanted: Mapping[str, TablePrint]) -> list[str]:
    """Return in Chinese which tables of a SQLite file aren't as a manifest says."""
    found = []
    present = set(table_names(path)) - DERIVED
    for table, expected in wanted.items():
        rows = row_digests(path, table) if table in present else None
        if rows is None:
            found.append(f"表 {table}：没有")
        elif print_of(rows) != expected:
            found.append(f"表 {table}：应有 {expected.rows} 行，实有 {rows.total()} 行，内容不同")
    extra = {table: row_digests(path, table).total() for table in sorted(present - wanted.keys())}
    return found + [f"表 {table}：多出 {rows} 行" for table, rows in extra.items() if rows]


def compare_points(wanted: Mapping[str, PointPrint], found: Mapping[str, PointPrint]) -> list[str]:
    """Return in Chinese how two sets of points differ: ids, payloads, both kinds of vectors.

    A dense vector that isn't known on one side isn't compared.
    """
    both = wanted.keys() & found.keys()
    counts = {
        "少": len(wanted.keys() - found.keys()),
        "多": len(found.keys() - wanted.keys()),
        "内容不同": sum(wanted[i].payload != found[i].payload for i in both),
        "词面不同": sum(wanted[i].sparse != found[i].sparse for i in both),
        "向量不同": sum(not _near(wanted[i], found[i]) for i in both),
    }
    return [f"索引：{what} {count} 段" for what, count in counts.items() if count]


def _near(one: PointPrint, other: PointPrint) -> bool:
    if one.dense is None or other.dense is None:
        return True
    if one.dense.shape != other.dense.shape:
        return False
    lengths = float(np.linalg.norm(one.dense) * np.linalg.norm(other.dense))
    return float(one.dense @ other.dense) >= (1 - TOLERANCE) * lengths


def compare_files(one: Path, other: Path) -> list[str]:
    """Return in Chinese which of the other files of two homes differ."""
    first, second = ({name: _digest(path) for name, path in files_of(home)} for home in (one, other))
    names = sorted(first.keys() | second.keys())
    return [f"文件 {name} 不同或缺少" for name in names if first.get(name) != second.get(name)]


def compare_homes(one: Settings, other: Settings) -> list[str]:
    """Return in Chinese every difference of two homes with SQLite and embedded index; [] when they are equal.

    Raises:
        kb.store.lock.IndexHeld: one of them is open.
    """
    with TemporaryDirectory(prefix="fengqiao-") as folder:
        copies = []
        for number, settings in enumerate((one, other)):
            copies.append(Path(folder) / f"{number}-{RECORDS}")
            copy_sqlite(settings.home / "fengqiao.db", copies[-1])
        return [
            *compare_records(*copies),
            *compare_points(stored_points(one.index_dir), stored_points(other.index_dir)),
            *compare_files(one.home, other.home),
        ]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
