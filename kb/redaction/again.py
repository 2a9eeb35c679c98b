"""Names said again in a shorter way: the given name alone, or the surname with 某."""

import re

from kb.redaction.analysis import Analysis, words
from kb.redaction.names import surname
from kb.redaction.types import Kind, Span

_LONE = re.compile(r"[\u4e00-\u9fff]")
_SHORT = re.compile(r"([\u4e00-\u9fff])某([某甲乙丙丁\d]?)")


def parts(name: str) -> tuple[str, str]:
    """Return surname and given name; the surname is '' where the name doesn't begin with one.

    >>> parts("欧阳文静"), parts("王建国"), parts("老张")
    (('欧阳', '文静'), ('王', '建国'), ('', '老张'))
    """
    size = surname(name, 0)[0] if name else 0
    return (name[:size], name[size:]) if size and len(name) > size else ("", name)


def again(analysis: Analysis, full: set[str], taken: list[Span]) -> list[Span]:
    """Return further places of people whose full names are known.

    A given name that is also an everyday word (和平, 建设) counts only where a person's word stands beside it.
    """
    text, found = analysis.text, []
    surnames: dict[str, int] = {}
    for name in full:
        family, given = parts(name)
        surnames[family] = surnames.get(family, 0) + 1
        if name in text:
            found += [Span(*m.span(), Kind.NAME, 2.4) for m in re.finditer(re.escape(name), text)]
        if family and len(given) == 2:
            found += _given(analysis, given, taken)
    short = [m for m in _SHORT.finditer(text) if surname(m[1], 0)[0]]
    # another 某 among them that nobody's name explains: the people are anonymised, not named again
    if all(surnames.get(m[1]) == 1 for m in short):
        found += [Span(*m.span(1), Kind.NAME, 2.0)._replace(end=m.end(1) + 1) for m in short if not m[2]]
    return found


def _given(analysis: Analysis, given: str, taken: list[Span]) -> list[Span]:
    text, found = analysis.text, []
    for match in re.finditer(re.escape(given), text):
        start, end = match.span()
        if any(s.start < end and start < s.end for s in taken):
            continue
        token = analysis.starting.get(start)
        whole = token is not None and token.end == end and not token.tag.startswith("nr")
        beside = any(text[end : end + n] in words("human-words") for n in (1, 2, 3)) or any(
            text[max(0, start - n) : start] in words(w) for n in (1, 2, 3) for w in ("before-words", "roles")
        )
        inside = analysis.covering(start), analysis.covering(end - 1)
        if any(t and (t.start < start or t.end > end) for t in inside) and not beside:
            continue
        right = text[end : end + 1]
        if not whole or (beside and (not right or not _LONE.match(right) or right in "和与说家的在找把被")):
            found.append(Span(start, end, Kind.NAME, 1.9))
    return found
