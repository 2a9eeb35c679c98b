"""Lay the shelves side by side in one list: what the law says leads, rules, cases and Q&A stand between.

Ranks of different shelves can't be compared by lexical score, whose IDF differs, but by cosine they can:
a shelf whose best passage is further from the question than the best of all steps back.
"""

import math
from collections.abc import Mapping

from kb.model import Kind
from kb.search.recall import Candidate

#: How strongly a shelf is placed when it is as close to the question as any.
PRIORS: dict[Kind, float] = {"provision": 1.0, "case": 0.7, "rule": 0.55, "qa": 0.95}
#: The rules of the village asked for weigh more than those of all villages.
OWN_RULE = 0.9
_K = 10
#: Cosine by which a passage must fall behind the best of all to lose a factor e. e5's cosines lie close together.
_FADE = 0.04


def merge(shelves: Mapping[Kind, list[Candidate]], village: str = "") -> list[tuple[Candidate, float]]:
    """Return (candidate, score in [0, 1]) of all shelves, best first."""
    if len(shelves) == 1:
        return [(c, c.score) for found in shelves.values() for c in found]
    cosines = [c.cosine for found in shelves.values() for c in found if c.cosine is not None]
    best = max(cosines, default=None)
    merged: list[tuple[Candidate, float]] = []
    for kind, found in shelves.items():
        prior = OWN_RULE if kind == "rule" and village else PRIORS[kind]
        for rank, candidate in enumerate(found, 1):
            score = prior * (_K + 1) / (_K + rank)
            if kind != "provision" and best is not None:
                score *= math.exp(min(0.0, ((candidate.cosine or 0.0) - best) / _FADE))
            merged.append((candidate, score))
    return sorted(merged, key=lambda entry: -entry[1])
