"""Each kind of difference is found, and said by its place and number."""

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from kb.backup.compare import compare_files, compare_points, compare_prints, compare_records
from kb.backup.points import PointPrint
from kb.backup.records import prints


def database(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE drafts (id INTEGER PRIMARY KEY, text TEXT, body JSON, pay REAL, raw BLOB)")
        db.execute("INSERT INTO drafts VALUES (1, '甲', '{\"a\": 1, \"b\": \"乙\"}', 1.5, x'00ff')")
        db.execute("INSERT INTO drafts VALUES (2, NULL, 'null', NULL, NULL)")
        db.execute("CREATE TABLE index_state (unit_id TEXT, digest TEXT)")
        for statement in statements:
            db.execute(statement)
        db.commit()
    return path


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE drafts SET text = '甲 ' WHERE id = 1", ["表 drafts：少 1 行，多 1 行"]),
        ("UPDATE drafts SET text = '' WHERE id = 2", ["表 drafts：少 1 行，多 1 行"]),
        ("UPDATE drafts SET pay = 1.5000001 WHERE id = 1", ["表 drafts：少 1 行，多 1 行"]),
        ("UPDATE drafts SET raw = x'00fe' WHERE id = 1", ["表 drafts：少 1 行，多 1 行"]),
        ("UPDATE drafts SET body = '{}' WHERE id = 1", ["表 drafts：少 1 行，多 1 行"]),
        ("DELETE FROM drafts WHERE id = 2", ["表 drafts：少 1 行，多 0 行"]),
        ("INSERT INTO drafts (id) VALUES (3)", ["表 drafts：少 0 行，多 1 行"]),
        ("CREATE TABLE later AS SELECT 1 AS id", ["表 later：少 0 行，多 1 行"]),
        ("DROP TABLE drafts", ["表 drafts：少 2 行，多 0 行"]),
        ("CREATE TABLE later (id INTEGER)", []),  # a newer program makes tables before anything is in them
        ("INSERT INTO index_state VALUES ('a', 'b')", []),
        ('UPDATE drafts SET body = \'{"b":"\\u4e59","a":1}\' WHERE id = 1', []),  # says the same
    ],
)
def test_records(tmp_path: Path, change: str, said: list[str]) -> None:
    one, other = database(tmp_path / "1.db"), database(tmp_path / "2.db", change)
    assert compare_records(one, other) == said
    assert bool(compare_prints(other, prints(one))) == bool(said)


def test_points() -> None:
    def point(payload: bytes = b"p", sparse: bytes = b"s", shift: float = 0.0) -> PointPrint:
        return PointPrint(payload, sparse, np.array([0.6, 0.8 + shift], np.float32))

    one = {"a": point(), "b": point(), "c": point(), "d": point(), "e": PointPrint(b"p", b"s", None)}
    assert compare_points(one, dict(one)) == []
    close = one | {"a": point(shift=0.05), "e": point()}
    assert compare_points(one, close) == []
    other = {
        "a": point(payload=b"q"),
        "b": point(sparse=b"t"),
        "c": point(shift=0.2),
        "e": point(),
        "x": point(),
    }
    assert compare_points(one, other) == [
        "索引：少 1 段", "索引：多 1 段", "索引：内容不同 1 段", "索引：词面不同 1 段", "索引：向量不同 1 段",
    ]  # fmt: skip
    shorter = {"a": PointPrint(b"p", b"s", np.array([1.0], np.float32))}
    assert compare_points({"a": point()}, shorter) == ["索引：向量不同 1 段"]


def test_files(tmp_path: Path) -> None:
    for home in ("one", "other"):
        (tmp_path / home / "index").mkdir(parents=True)
        (tmp_path / home / "same").write_text("x")
        (tmp_path / home / "changed").write_text(home)
        (tmp_path / home / "index" / "derived").write_text(home)
    (tmp_path / "one" / "gone").touch()
    assert compare_files(tmp_path / "one", tmp_path / "other") == [
        "文件 changed 不同或缺少",
        "文件 gone 不同或缺少",
    ]
