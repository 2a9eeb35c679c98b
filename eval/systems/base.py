"""What a compared system is, and what all of them are given."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from kb.base import KnowledgeBase
from kb.catalog.catalog import Catalog
from kb.passages.provisions import provision_passages

if TYPE_CHECKING:
    from jieba import Tokenizer

Progress = Callable[[str, int, int], None]
"""Called with a stage's name (Chinese), what is done of it and its total."""


class System(Protocol):
    """A search over provisions, ready to be asked.

    Attributes:
        note: what a reader of its figures must know, in Chinese; may change while it is asked.
    """

    note: str

    def search(self, question: str, limit: int) -> list[str]:
        """Return the addresses of at most `limit` whole articles, best first, none twice."""
        ...


class Article(NamedTuple):
    """A provision: its id and address, its text, and the texts of our passages of it."""

    id: str
    address: str
    text: str
    passages: tuple[str, ...]


@dataclass(frozen=True)
class Shelf:
    """What every system may use: the opened knowledge base, the day, the provisions in force on it."""

    kb: KnowledgeBase
    on: date
    articles: list[Article]


class Entry(NamedTuple):
    """A system in the list of systems: its name for people and what opens it, ready to be asked.

    Opening is the preparation that is timed; it raises a `FengqiaoError` where the system can't be had here.
    """

    name: str
    open: Callable[[Shelf, Progress], AbstractContextManager[System]]


def in_force(catalog: Catalog, on: date) -> list[Article]:
    """Return the provisions of all law versions in force on the day, by law and order."""
    laws = [law for law in catalog.laws(limit=1_000_000) if law.in_force(on)]
    return [
        Article(p.id, p.address, p.text, tuple(x.embed_text for x in provision_passages(p, law)))
        for law in laws
        for p in catalog.provisions(law.id)
    ]


def plain_jieba(cache_dir: Path) -> "Tokenizer":
    """Return jieba with its own dictionary and nothing of ours, compiled into `cache_dir`."""
    import jieba

    jieba.setLogLevel("ERROR")
    tokenizer: Any = jieba.Tokenizer()
    tokenizer.tmp_dir, tokenizer.cache_file = str(cache_dir.resolve()), "jieba.cache"
    tokenizer.initialize()
    return tokenizer


def distinct(addresses: list[str], limit: int) -> list[str]:
    """Return the first `limit` different addresses in their order."""
    return list(dict.fromkeys(addresses))[:limit]
