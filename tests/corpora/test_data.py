"""Corrections, abbreviations, books and the manifest speak of things that are in the data."""

import itertools
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import corpora
from corpora.manifest import shipped_files
from kb.catalog.catalog import Catalog
from kb.citation.names import LawNames
from kb.citation.parser import parse
from kb.citation.resolver import Resolver
from kb.validity.corrections import load
from tests.law_catalog import parsed_laws

ROOT = Path(__file__).parent.parent.parent


def table(name: str) -> dict[str, Any]:
    return tomllib.loads(corpora.path(name).read_text(encoding="utf-8"))


def test_every_correction_meets_a_law_version(laws: Catalog) -> None:
    known = {(v.law, v.version) for v in laws.laws(limit=1000)}
    corrections = load()
    for part in (corrections.effective, corrections.repealed, corrections.amended, corrections.notes):
        assert set(part) <= known, set(part) - known


def test_every_note_reaches_its_law(laws: Catalog) -> None:
    notes = load().notes
    assert notes
    for (law, version), text in notes.items():
        found = next(v for v in laws.versions(law) if v.version == version)
        assert text in found.note


def test_an_amended_article_and_what_amends_it_exist(
    laws: Catalog, names: LawNames, resolver: Resolver
) -> None:
    for (law, version), articles in load().amended.items():
        found = next(v for v in laws.versions(law) if v.version == version)
        held = {p.article for p in laws.provisions(found.id)}
        for amended in articles:
            assert amended.article in held
            assert amended.since > version
            (citation,) = parse(amended.by, names)
            assert resolver.resolve(citation, amended.since).ok, amended


def test_a_corrected_date_is_never_before_the_text(laws: Catalog) -> None:
    for (law, version), (day, source) in load().effective.items():
        assert day >= version, law
        assert source


def test_every_correction_has_a_source() -> None:
    data = table("corrections.toml")
    for entry in data["effective"]:
        assert len(entry["source"]) > 10, entry
    for entry in data["amended_article"]:
        assert entry["by"], entry


def test_abbreviations_lead_to_laws_and_hide_none(names: LawNames) -> None:
    for short, title in table("aliases.toml")["aliases"].items():
        assert names.known(title), short
        assert not names.known(short), short
        assert short not in names.repealed, short


def test_books_cover_their_codes_without_gaps(laws: Catalog) -> None:
    by_law: dict[str, list[dict[str, Any]]] = {}
    for book in table("books.toml")["book"]:
        by_law.setdefault(book["law"], []).append(book)
    for law, books in by_law.items():
        version = laws.version_on(law, date(2026, 11, 21))
        assert version is not None
        assert books[0]["first"] == 1
        assert books[-1]["last"] == max(p.number for p in laws.provisions(version.id))
        for before, after in itertools.pairwise(books):
            assert after["first"] == before["last"] + 1, law


@pytest.mark.parametrize(
    ("number", "book"),
    [
        (204, "总则"),
        (205, "物权"),
        (463, "合同"),
        (989, "人格权"),
        (1040, "婚姻家庭"),
        (1119, "继承"),
        (1164, "侵权责任"),
    ],
)
def test_books_of_the_civil_code(laws: Catalog, number: int, book: str) -> None:
    article = laws.article(laws.versions("民法典")[0].id, number)
    assert article is not None
    assert book in article.book


def test_the_manifest_names_files_that_are_there() -> None:
    files = shipped_files()
    assert len(files) == 1 + 14 + 3
    assert all(f.stat().st_size for f in files)
    assert len({f.name for f in files}) == len(files)


def _shingles(text: str, length: int) -> set[str]:
    plain = "".join(c for c in text if "一" <= c <= "龥")
    return {plain[i : i + length] for i in range(max(0, len(plain) - length + 1))}


def test_no_statute_is_copied_into_code_or_pages() -> None:
    """The law comes from the data package alone; a run of 30 characters of it anywhere else is a copy."""
    length = 30
    places = {"kb", "ingest", "assistant", "eval", "cli", "corpora", "tests", "docs"}
    files = [
        path
        for path in ROOT.rglob("*")
        if path.suffix in (".py", ".toml", ".md", ".js", ".html", ".css", ".txt")
        and (path.relative_to(ROOT).parts[0] in places or path.parent == ROOT)
        and "village_rules" not in path.parts
        and path.is_file()
    ]
    assert len(files) > 100
    ours: dict[str, str] = {}
    for path in files:
        for line in path.read_text(encoding="utf-8").splitlines():
            for piece in _shingles(line, length):
                ours[piece] = f"{path.relative_to(ROOT)}: {piece}"
    titles = {t.title for t in parsed_laws().laws}
    copied = set()
    for law in parsed_laws().laws:
        for article in law.articles:
            copied |= _shingles(article.text, length) & ours.keys()
    copied -= {p for title in titles for p in _shingles(title, length)}
    found = sorted(ours[piece] for piece in copied)
    assert not found, found[:5]
