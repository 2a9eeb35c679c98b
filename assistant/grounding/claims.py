"""Cut a text into claims, each with its place in the text."""

import re
from dataclasses import dataclass

_CLOSING = {"“": "”", "「": "」", "『": "』", "《": "》", "（": "）", "(": ")", "【": "】"}
_QUOTES = "“「『"
#: A bracket or quotation mark that is not closed within so many characters encloses nothing.
MAX_ENCLOSED = 2000
_STOPS = "。！？!?\n"
_ARTICLE = re.compile(r"第?\s*[零〇一二三四五六七八九十百千\d０-９]+\s*条")


@dataclass(frozen=True)
class Span:
    """A piece of the text at [start, end)."""

    text: str
    start: int
    end: int


def split_claims(text: str) -> list[Span]:
    r"""Return the sentences; a sentence is cut at ； where both sides carry their own citation.

    Stops inside quotation marks, book-title marks and brackets do not end a sentence.

    >>> [s.text for s in split_claims("甲说：“好。走。”乙。\n丙")]
    ['甲说：“好。走。”乙。', '丙']
    """
    spans: list[Span] = []
    for start, end in _cut(text, 0, len(text), _STOPS):
        parts = list(_cut(text, start, end, "；;"))
        cited = [bool(_ARTICLE.search(text[a:b])) for a, b in parts]
        at = start
        for i, (_, stop) in enumerate(parts):
            if i == len(parts) - 1 or (cited[i] and cited[i + 1]):
                spans.append(_trim(text, at, stop))
                at = stop
    return [span for span in spans if re.search(r"[一-龥A-Za-z0-9]", span.text)]


def _cut(text: str, start: int, end: int, stops: str) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    at, expected = start, ""  # expected: the mark that closes what is open; only quotations hide brackets
    for i in range(start, end):
        char = text[i]
        if char == expected:
            expected = ""
        elif char in _CLOSING and (not expected or (char in _QUOTES and expected not in "”」』")):
            expected = _CLOSING[char] if text.find(_CLOSING[char], i, min(end, i + MAX_ENCLOSED)) >= 0 else ""
        if char in stops and (not expected or (char == "\n" and not _closes_later(text, i, end))):
            expected = ""
            pieces.append((at, i + 1))
            at = i + 1
    if at < end:
        pieces.append((at, end))
    return pieces


def _closes_later(text: str, i: int, end: int) -> bool:
    """Return whether a quotation that is open at line end `i` is closed before the next one opens."""
    closing = re.search(r"[”」』]", text[i:end])
    opening = re.search(r"[“「『]", text[i:end])
    return bool(closing and (not opening or closing.start() < opening.start()))


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    return Span(piece.strip(), start + left, start + max(left, right))
