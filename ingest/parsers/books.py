"""The books (编) of the codes whose data carries none: corpora/books.toml."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache

import corpora


@dataclass(frozen=True)
class Book:
    """One book of a code. `chapters` is False when it has none and the data shows those of the book before."""

    law: str
    title: str
    first: int
    last: int
    chapters: bool = True


@lru_cache
def books_of(law: str) -> tuple[Book, ...]:
    """Return the books of a law by its short title, in order; empty when it has none."""
    data = tomllib.loads(corpora.path("books.toml").read_text(encoding="utf-8"))
    return tuple(Book(**entry) for entry in data["book"] if entry["law"] == law)


def book_at(law: str, number: int) -> Book | None:
    """Return the book that holds an article, or None."""
    return next((book for book in books_of(law) if book.first <= number <= book.last), None)


def book_named(law: str, part: str) -> Book | None:
    """Return the book that a file of a split code holds: 人格权编 → 第四编 人格权."""
    name = part.removesuffix("编")
    return next((b for b in books_of(law) if name and b.title.split(" ")[-1] == name), None)
