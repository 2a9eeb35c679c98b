"""What is known of each character of a text, as numbers that the network (network.py) reads.

Two kinds: what the lower half of the shipped encoder makes of the piece of text that the character belongs to (it
knows language), and what lists, jieba's dictionary and the tagger LAC say of the character (they know names).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.embedding.lower import lower_half
from kb.redaction import names
from kb.redaction.analysis import Analysis, characters, tagger
from kb.redaction.lac import GROUPS

#: Characters that the encoder reads at a time, cut at ends of sentences where there are any.
WINDOW = 300
_SENTENCE = re.compile(r"[^\n。！？；]*(?:[\n。！？；]|$)")
_TAGS = ("nr", "ns", "nt", "n", "v", "a", "d", "p", "c", "u", "r", "m", "q", "t", "x")
_LAC, _LISTS, _CUTS = 2 * len(GROUPS), 8, 4
#: Numbers that lists, dictionary and LAC give a character.
KNOWN = _LAC + _LISTS + _CUTS + len(_TAGS)
#: Ways in which a character stands in its piece: first to fourth, or alone.
PLACES = 5


class Features(NamedTuple):
    """The numbers of a text of n characters.

    Attributes:
        states: (pieces, dim), of the encoder.
        piece: (n,) each character's row of `states`.
        place: (n,) where it stands in its piece, below PLACES.
        known: (n, KNOWN).
    """

    states: NDArray[np.float32]
    piece: NDArray[np.int64]
    place: NDArray[np.int64]
    known: NDArray[np.float32]


def features(analysis: Analysis) -> Features:
    """Return the numbers of the folded text, which must not be empty."""
    text, encoder = analysis.text, lower_half()
    states, piece = [], np.zeros(len(text), np.int64)
    place, rows = np.zeros(len(text), np.int64), 0
    for start, end in _windows(text):
        encoding = encoder.tokenizer.encode(text[start:end])
        for n, (a, b) in enumerate(encoding.offsets):
            if b > a:
                piece[start + a : start + b] = rows + n
                place[start + a : start + b] = PLACES - 1 if b - a == 1 else np.minimum(np.arange(b - a), 3)
        states.append(encoder.states(encoding.ids))
        rows += len(encoding.ids)
    return Features(np.concatenate(states), piece, place, _known(analysis))


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Yield stretches of whole sentences, at most WINDOW characters long; longer sentences are cut."""
    start = end = 0
    for match in _SENTENCE.finditer(text):
        if match.end() - start > WINDOW and end > start:
            yield start, end
            start = end
        while match.end() - start > WINDOW:
            yield start, start + WINDOW
            start += WINDOW
        end = match.end()
    if end > start:
        yield start, end


def _known(analysis: Analysis) -> NDArray[np.float32]:
    """Return (n, KNOWN): LAC's marks, surname, given name, dictionary's cut and tag."""
    text, marks = analysis.text, analysis.marks
    good, poor, never = characters("given"), characters("poor-given"), characters("not-given")
    in_names = tagger().in_names
    known = np.zeros((len(text), KNOWN), np.float32)
    known[:, : len(GROUPS)], known[:, len(GROUPS) : _LAC] = (
        marks.begin[: len(text)],
        marks.inside[: len(text)],
    )
    for n, char in enumerate(text):
        size, weight = names.surname(text, n)
        known[n, _LAC : _LAC + _LISTS] = (
            size == 1, size >= 2, weight, char in good, char in poor, char in never,
            min(6.0, np.log1p(in_names[char])) / 6, "\u4e00" <= char <= "\u9fff",
        )  # fmt: skip
    cuts = _LAC + _LISTS
    for token in analysis.tokens:
        tag = next((n for n, name in enumerate(_TAGS) if token.tag.startswith(name)), len(_TAGS) - 1)
        known[token.start : token.end, cuts + _CUTS + tag] = 1
        if token.end - token.start == 1:
            known[token.start, cuts + 3] = 1
        else:
            known[token.start, cuts], known[token.end - 1, cuts + 2] = 1, 1
            known[token.start + 1 : token.end - 1, cuts + 1] = 1
    return known
