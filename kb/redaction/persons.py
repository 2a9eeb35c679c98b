"""Names and places that nothing announces: what the trained network sees of them, as spans."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from kb.redaction import network as trained
from kb.redaction.analysis import Analysis
from kb.redaction.features import features
from kb.redaction.placeholders import LETTERS, PLACEHOLDER
from kb.redaction.types import Kind, Span

#: A character belongs to a name from this probability on (chosen on hand y with a network that hadn't seen it), one
#: that stands alone from ALONE on: 单双日. A new name begins where its first character is at least BEGIN likely.
ENOUGH, ALONE, BEGIN = 0.3, 0.5, 0.5
#: Scores of the merge: a sure span outweighs rules, a doubtful one doesn't.
_LEAST, _MOST = 1.0, 4.0


def persons(analysis: Analysis) -> list[Span]:
    """Return names, villages, communities and addresses that the network sees; placeholders are none."""
    text = analysis.text
    if not text.strip():
        return []
    chances = trained.network().tags(text, features(analysis))
    hidden = [m.span() for m in PLACEHOLDER.finditer(text)]
    return [
        span
        for n, kind in enumerate(trained.KINDS)
        for span in _spans(chances[:, 2 * n + 1], chances[:, 2 * n + 2], kind)
        if "某" not in text[span.start : span.end]
        and text[span.end : span.end + 1] != "某"
        and text[span.start : span.end] not in LETTERS  # 庚组长
        and not any(a < span.end and span.start < b for a, b in hidden)
    ]


def _spans(begin: NDArray[np.float32], inside: NDArray[np.float32], kind: Kind) -> Iterator[Span]:
    chance = begin + inside
    at, size = 0, len(chance)
    while at < size:
        if chance[at] < ENOUGH:
            at += 1
            continue
        end = at + 1
        while end < size and chance[end] >= ENOUGH and begin[end] < BEGIN:
            end += 1
        mean = float(chance[at:end].mean())
        if end - at > 1 or mean >= ALONE:
            yield Span(at, end, kind, _LEAST + (_MOST - _LEAST) * mean)
        at = end
