"""One door for all kinds: Document → Parsed."""

from collections.abc import Callable

from ingest.parsers.cases import parse_cases
from ingest.parsers.detect import detect
from ingest.parsers.hints import DocumentKind, Hints
from ingest.parsers.laws_db import parse_laws
from ingest.parsers.statute import parse_statute
from ingest.parsers.village_rules import parse_village_rules
from ingest.readers.base import Document
from kb.catalog.incoming import Parsed

Parser = Callable[[Document, Hints], Parsed]


def _skip(document: Document, hints: Hints) -> Parsed:
    return Parsed(warnings=["跳过：不是法律、村规民约或案例的正文（目录页、说明或模板）。"])


#: Parsers by kind. Adding a kind means adding it to DocumentKind, here, and to `detect`.
PARSERS: dict[DocumentKind, Parser] = {
    "laws": lambda document, hints: parse_laws(document),
    "statute": lambda document, hints: parse_statute(document),
    "rules": parse_village_rules,
    "cases": parse_cases,
    "skip": _skip,
}


def parse(document: Document, hints: Hints | None = None) -> Parsed:
    """Return what a document holds. `Parsed.empty` with a warning means that it was skipped on purpose.

    Raises:
        UnreadableFile: and nothing else; its message and hint are for the person who sent the file.
    """
    hints = hints or Hints()
    parsed = PARSERS[hints.kind or detect(document)](document, hints)
    parsed.warnings[:0] = document.warnings
    return parsed
