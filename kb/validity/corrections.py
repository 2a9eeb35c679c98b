"""corpora/corrections.toml: what the sources get wrong or don't say, each with its source."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import corpora
from kb.citation.names import short_title

Key = tuple[str, date]


@dataclass(frozen=True)
class AmendedArticle:
    """An article that a later amendment changed, while the catalog holds only the old wording."""

    article: str
    since: date
    by: str


@dataclass(frozen=True)
class Corrections:
    """Corrections by (law, version)."""

    effective: dict[Key, tuple[date, str]]
    repealed: dict[Key, tuple[date, str, str]]
    amended: dict[Key, list[AmendedArticle]]
    notes: dict[Key, str]


@lru_cache
def load(path: Path | None = None) -> Corrections:
    """Read the corrections; several amendments of one article keep the earliest."""
    data = tomllib.loads((path or corpora.path("corrections.toml")).read_text(encoding="utf-8"))
    amended: dict[Key, dict[str, AmendedArticle]] = {}
    for entry in data.get("amended_article", []):
        found = AmendedArticle(entry["article"], entry["from"], entry["by"])
        articles = amended.setdefault(_key(entry), {})
        if found.article not in articles or found.since < articles[found.article].since:
            articles[found.article] = found
    return Corrections(
        effective={_key(e): (e["effective_from"], e["source"]) for e in data.get("effective", [])},
        repealed={_key(e): (e["until"], e["by"], e["source"]) for e in data.get("repealed", [])},
        amended={key: list(articles.values()) for key, articles in amended.items()},
        notes={_key(e): e["text"] for e in data.get("note", [])},
    )


def _key(entry: dict[str, object]) -> Key:
    version = entry["version"]
    assert isinstance(version, date)
    return short_title(str(entry["law"])), version
