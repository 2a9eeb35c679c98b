"""Which of the fifteen dispute types a story is: written words and causes, and the votes of the nearest cases."""

import math
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from assistant.desks.causes import CauseMatch
from assistant.desks.types import DisputeTypeGuess, TypeScore
from kb.model import MediationCase

#: Share of words and causes in the decision; the rest is the votes.
WRITTEN = 0.65
#: How many of the nearest cases vote.
VOTERS = 7
_DECAY = 0.75
#: The power that sharpens the written score before it becomes a share.
_SHARPEN = 3.0
_SURE, _WORD = 2.0, 1.0


@lru_cache
def _lexicon() -> dict[str, tuple[tuple[str, float], ...]]:
    data = tomllib.loads(files("assistant.desks").joinpath("types.toml").read_text("utf-8"))
    return {
        entry["label"]: (
            *((word, _SURE) for word in entry["sure"].split()),
            *((word, _WORD) for word in entry["words"].split()),
        )
        for entry in data["type"]
    }


def classify(
    narrative: str, causes: Sequence[CauseMatch], nearest: Sequence[tuple[MediationCase, float]]
) -> DisputeTypeGuess:
    """Return the type with its share of the evidence and up to three alternatives.

    Args:
        narrative: the story.
        causes: what the written patterns found, best first.
        nearest: similar cases with a score, best first.
    """
    written = _word_scores(narrative)
    for match in causes:
        if match.strong:
            written[match.cause.type] += match.score * (0.5 if match.cause.general else 1.0)
    votes: dict[str, float] = defaultdict(float)
    for rank, (case, _) in enumerate(nearest[:VOTERS]):
        votes[case.dispute_type] += _DECAY**rank
    shares = _mixed(_shares({k: v**_SHARPEN for k, v in written.items()}), _shares(votes))
    ranked = sorted(shares.items(), key=lambda pair: -pair[1])
    if not ranked:
        return DisputeTypeGuess(label="其他")
    label, score = ranked[0]
    own = [m for m in causes if m.cause.type == label]
    words = [word for m in own[:2] for word in m.words]
    words += [word for word, _ in _lexicon()[label] if word in narrative]
    return DisputeTypeGuess(
        label=label,
        score=round(score, 3),
        alternatives=[TypeScore(label=k, score=round(v, 3)) for k, v in ranked[1:4] if v >= 0.1],
        causes=[m.cause.label for m in own[:3]],
        words=list(dict.fromkeys(words))[:8],
    )


def _word_scores(narrative: str) -> defaultdict[str, float]:
    """Return the points of each type; long stories are damped so that a cause still counts beside words."""
    scores: defaultdict[str, float] = defaultdict(float)
    for label, entries in _lexicon().items():
        for word, weight in entries:
            count = narrative.count(word)
            if count:
                scores[label] += weight * (1 + math.log2(count))
    return scores


def _shares(scores: dict[str, float]) -> dict[str, float]:
    total = sum(scores.values())
    return {k: v / total for k, v in scores.items()} if total else {}


def _mixed(written: dict[str, float], votes: dict[str, float]) -> dict[str, float]:
    if not written or not votes:
        return written or votes
    keys = {**written, **votes}
    return {k: WRITTEN * written.get(k, 0.0) + (1 - WRITTEN) * votes.get(k, 0.0) for k in keys}
