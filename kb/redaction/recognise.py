"""All recognisers over one text."""

from collections.abc import Collection

from kb.redaction.addresses import addresses
from kb.redaction.again import again, parts
from kb.redaction.analysis import Analysis
from kb.redaction.called import called
from kb.redaction.contacts import contacts
from kb.redaction.keep import kept, zones
from kb.redaction.lac import Read
from kb.redaction.merge import merge
from kb.redaction.numbers import numbers
from kb.redaction.persons import persons
from kb.redaction.titled import titled
from kb.redaction.types import Kind, Span


def recognise(text: str, known: Collection[str] = (), read: Read | None = None) -> list[Span]:
    """Return the personal data in a text, in order, without overlaps.

    Args:
        known: names and places that earlier texts of the case held; hidden wherever they stand.
        read: sentences that were looked through before (lac.py); added to.
    """
    analysis = Analysis(text, read)
    places = zones(analysis)
    found = numbers(analysis.folded) + contacts(analysis.folded)
    found += [s for s in _named(analysis) if not kept(s, places)]
    found = merge(found)
    full = {analysis.text[s.start : s.end] for s in found if s.kind is Kind.NAME} | set(known)
    full = {name for name in full if parts(name)[0] and len(name) >= 2}
    later = [s for s in again(analysis, full, found) if not kept(s, places)]
    later += [s for s in _places_again(analysis, found, known) if not kept(s, places)]
    original = analysis.folded.original
    return [
        s._replace(start=a, end=b) for s in merge([*found, *later]) for a, b in [original(s.start, s.end)]
    ]


def _named(analysis: Analysis) -> list[Span]:
    return persons(analysis) + called(analysis) + titled(analysis) + addresses(analysis)


def _places_again(analysis: Analysis, found: list[Span], known: Collection[str]) -> list[Span]:
    """Return every further place where a village or community that was found is named."""
    text, kinds = analysis.text, {}
    for span in found:
        if span.kind in (Kind.VILLAGE, Kind.COMMUNITY) and span.end - span.start >= 3:
            kinds[text[span.start : span.end]] = span.kind
    kinds |= {name: Kind.VILLAGE for name in known if name.endswith("村") and len(name) >= 3}
    spans = []
    for name, kind in kinds.items():
        at = text.find(name)
        while at >= 0:
            spans.append(Span(at, at + len(name), kind, 2.4))
            at = text.find(name, at + 1)
    return spans
