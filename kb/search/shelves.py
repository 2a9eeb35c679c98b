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
#: By how much a passage must fall behind the best of all to lose a factor e, in units of the distance from the best
#: cosine to the 20th: models differ in how close their cosines lie together.
_FADE, _REACH = 1.9, 20


def merge(shelves: Mapping[Kind, list[Candidate]], village: str = "") -> list[tuple[Candidate, float]]:
    """Return (candidate, score in [0, 1]) of all shelves, best first."""
    if len(shelves) == 1:
        return [(c, c.score) for found in shelves.values() for c in found]
    cosines = [c.cosine for found in shelves.values() for c in found if c.cosine is not None]
    cosines.sort(reverse=True)
    best = cosines[0] if cosines else None
    fade = _FADE * max(best - cosines[min(_REACH, len(cosines)) - 1], 1e-3) if best is not None else 1.0
    merged: list[tuple[Candidate, float]] = []
    for kind, found in shelves.items():
        prior = OWN_RULE if kind == "rule" and village else PRIORS[kind]
        for rank, candidate in enumerate(found, 1):
            score = prior * (_K + 1) / (_K + rank)
            if kind != "provision" and best is not None:
                score *= math.exp(min(0.0, ((candidate.cosine or 0.0) - best) / fade))
            merged.append((candidate, score))
    return sorted(merged, key=lambda entry: -entry[1])
