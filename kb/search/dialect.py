"""What people say, and what statutes call it: dialect, everyday words and common slips of writing (dialect.toml)."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

_FILE = Path(__file__).with_name("dialect.toml")
Region = Literal["通用", "东北", "华北", "中原", "西北", "西南", "湘赣", "江浙", "闽台", "粤语"]


@dataclass(frozen=True)
class Saying:
    """One expression.

    Attributes:
        say: as people say or write it.
        law: terms of statutes, parted by a blank.
        where: the region where it is most at home.
        reason: why it means that, in Chinese.
        kind: 词 for a word, 错 for a slip of writing.
    """

    say: str
    law: str
    where: Region
    reason: str
    kind: Literal["词", "错"]


@lru_cache
def sayings() -> dict[str, Saying]:
    """Return all expressions by what is said."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {row["say"]: Saying(**row) for row in data["pair"]}


@lru_cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(sayings(), key=len, reverse=True))))


def said(text: str) -> list[Saying]:
    """Return the expressions in a text, in order, each once; of two that overlap the longer.

    >>> [s.law for s in said("对象把我打了，想扯证")]
    ['结婚登记']
    """
    found = (sayings()[m.group()] for m in _pattern().finditer(text))
    return list(dict.fromkeys(found))


def spelled(text: str) -> str:
    """Return the text with common slips of writing put right.

    >>> spelled("他不给抚养废")
    '他不给抚养费'
    """

    def put(match: re.Match[str]) -> str:
        saying = sayings()[match.group()]
        return saying.law if saying.kind == "错" else match.group()

    return _pattern().sub(put, text)


def regional(text: str) -> list[str]:
    """Return the statutory terms of what is said in one region only: a model of standard Chinese has to be told.

    >>> regional("佢唔还钱")
    ['返还借款']
    """
    return [s.law for s in said(text) if s.kind == "词" and s.where != "通用"]


def terms_said(text: str, limit: int = 4) -> list[str]:
    """Return the statutory terms of the expressions in a text, at most `limit`."""
    return [s.law for s in said(text)][:limit]
