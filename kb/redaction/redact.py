"""Take personal data out of the texts of a case before they are embedded, indexed, logged or sent to a model.

De-identification in the sense of 个人信息保护法第七十三条; the mapping back is personal data and is sealed by
whoever stores it. Everything here is pure: nothing is read, written or logged.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import zip_longest

from kb.redaction.again import parts
from kb.redaction.fold import fold
from kb.redaction.lac import Read
from kb.redaction.placeholders import free, restore
from kb.redaction.recognise import recognise
from kb.redaction.types import Kind, Redacted, Span

#: A replacement can bring words together that read as a name; looked through again until nothing is found.
_ROUNDS = 6
_BLANK = re.compile(r"[\s\-‐–—.·_/()（）]+")


def redact(text: str, mapping: Mapping[str, str] | None = None) -> Redacted:
    """Return a text without personal data.

    Args:
        text: anything people write.
        mapping: of earlier texts of the same case, so that a person keeps the letter.

    A redacted text comes back unchanged.
    """
    return redact_all([text], mapping)[0]


def redact_all(texts: Sequence[str], mapping: Mapping[str, str] | None = None) -> list[Redacted]:
    """Return the texts of one case without personal data, in order; all have the same mapping.

    Args:
        texts: say all that are at hand: a placeholder is chosen that none of them has as a word of its own.
        mapping: of earlier texts of the same case.
    """
    names = _Book(dict(mapping or {}), "\n".join(texts))
    done = [_redact(text, names) for text in texts]
    found = dict(names.mapping)
    return [Redacted(text, found, tuple(spans)) for text, spans in done]


def _redact(text: str, book: "_Book") -> tuple[str, list[Span]]:
    first: list[Span] = []
    read: Read = {}
    for n in range(_ROUNDS):
        spans = recognise(text, book.known(), read)
        if not spans:
            break
        if n == 0:
            first = spans
        text = book.replace(text, spans)
    return text, first


class _Book:
    """Who and what has which placeholder in a case."""

    def __init__(self, mapping: dict[str, str], texts: str) -> None:
        self.mapping = mapping
        self._texts = texts
        self._placeholders = {_key(original): word for word, original in mapping.items()}

    def known(self) -> set[str]:
        """Return the originals that are names of people or places."""
        return {o for o in self.mapping.values() if not any(c.isascii() for c in o)}

    def replace(self, text: str, spans: list[Span]) -> str:
        """Return the text with placeholders in the place of the spans."""
        # full names first, so that a given name finds its person
        originals = {s: restore(text[s.start : s.end], self.mapping) for s in spans}
        for span in (
            sorted(spans, key=lambda s: (-_fullness(s, originals[s]), s.start)) if _mixed(spans) else spans
        ):
            self._placeholder(span.kind, originals[span])
        out, at = [], 0
        for span, following in zip_longest(spans, spans[1:]):
            word = self._placeholder(span.kind, originals[span])
            # a digit right behind would read as the placeholder's number
            behind = text[span.end : following.start if following else len(text)]
            out += [text[at : span.start], word, " " if re.match(r" *\d", behind) else ""]
            at = span.end
        return "".join([*out, text[at:]])

    def _placeholder(self, kind: Kind, original: str) -> str:
        key = _key(original)
        if key not in self._placeholders and kind is Kind.NAME:
            person = self._person(key)
            if person:
                self._placeholders[key] = person
        if key not in self._placeholders:
            word = free(kind, self.mapping.keys(), self._texts, original)
            self._placeholders[key] = word
            self.mapping[word] = original
        return self._placeholders[key]

    def _person(self, name: str) -> str | None:
        """Return the placeholder of the one person whose given name this is, or whose surname with 某."""
        family = name[:-1] if name.endswith("某") else ""
        of = [
            word
            for word, original in self.mapping.items()
            if parts(_key(original))[0]
            and (parts(_key(original))[1] == name or (family and parts(_key(original))[0] == family))
        ]
        return of[0] if len(of) == 1 else None


def _key(original: str) -> str:
    """Return what two ways of writing the same have in common."""
    folded = fold(original)
    return _BLANK.sub("", folded.digits).upper()


def _mixed(spans: list[Span]) -> bool:
    return any(s.kind is Kind.NAME for s in spans)


def _fullness(span: Span, original: str) -> int:
    if span.kind is not Kind.NAME:
        return 0
    return 2 if parts(original)[0] and not original.endswith("某") else 1
