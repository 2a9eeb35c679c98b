"""One list of spans out of those of all recognisers."""

from collections.abc import Iterable

from kb.redaction.types import Span


def merge(spans: Iterable[Span]) -> list[Span]:
    """Return spans that don't overlap, in order: of two that do, the surer, then the longer one stays.

    >>> from kb.redaction.types import Kind
    >>> merge([Span(0, 2, Kind.NAME, 2), Span(1, 3, Kind.NAME, 3), Span(5, 6, Kind.NAME)])
    [Span(start=1, end=3, kind=<Kind.NAME: 'name'>, score=3), Span(start=5, end=6, kind=<Kind.NAME: 'name'>, score=1.0)]
    """
    taken: list[Span] = []
    for span in sorted(spans, key=lambda s: (-s.score, s.start - s.end, s.start)):
        if all(span.end <= t.start or t.end <= span.start for t in taken):
            taken.append(span)
    return sorted(taken)
