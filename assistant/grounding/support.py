"""How likely a provision bears out a sentence that says it in other words: evidence, weighed by a fitted regression.

Plain rules (compare.py) decide what they can. For free paraphrases this looks at words shared, at meaning (the
search's own vectors, clause by clause), at whether the search finds the provision cited or another one for the
sentence, at numbers, modality and negation, and at what networks say that read both side by side (entailment.py). The length of a sentence is left out on purpose: in what was
written for training it gives the label away, in life it doesn't. `python -m eval.training.support` fits the weights.
"""

import math
import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from assistant.grounding import compare as rules
from assistant.grounding.entailment import entailment
from assistant.grounding.numbers import quantities
from kb.base import KnowledgeBase
from kb.citation.resolution import Resolution
from kb.search.types import SearchRequest

#: A claim stands from this likelihood on (chosen by cross-validation, see eval/training/support.py).
STANDS = 0.78
NAMES = (
    "shared", "shared back", "conflicts", "meaning", "meaning alike", "least clause", "mean clause", "best clause", "found",
    "another found", "nearer than another", "shared with another", "modality", "negation", "new modality", "negated",
    "provision negated", "numbers wrong", "numbers right", "entailed", "another entailed",
)  # fmt: skip
_SENTENCE = re.compile(r"[^。；\n]+")
_FOUND, _OTHERS, _FAR = 30, 3, 8.0
Floats = NDArray[np.float64]


class Weights(BaseModel):
    """The fitted regression over standardised evidence; `model` is the key of the embedding model."""

    model: str
    features: list[str]
    mean: list[float]
    scale: list[float]
    weights: list[float]
    bias: float


@lru_cache
def weights() -> Weights | None:
    """Return the shipped weights, None where there are none."""
    file = files("assistant.grounding").joinpath("support.json")
    return Weights.model_validate_json(file.read_text("utf-8")) if file.is_file() else None


def likelihood(kb: KnowledgeBase, statement: str, cited: Sequence[Resolution], on: date) -> float | None:
    """Return how likely the provisions cited, together, bear out a statement, 0 to 1.

    None where there are no weights for the embedding model, no ranker or no networks.

    Args:
        statement: the claim's own words, without citations and quotations.
        cited: provisions with a text, at least one.
    """
    fitted = weights()
    if fitted is None or entailment() is None or kb.ranking is None:
        return None
    if fitted.model != kb.embedder.key or fitted.features != list(NAMES):
        return None
    row = (evidence(kb, statement, cited, on) - np.array(fitted.mean)) / np.array(fitted.scale)
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, float(row @ np.array(fitted.weights)) + fitted.bias))))


def evidence(kb: KnowledgeBase, statement: str, cited: Sequence[Resolution], on: date) -> Floats:
    """Return (len(NAMES),) numbers that speak for or against support."""
    unit = "\n".join(dict.fromkeys(r.text for r in cited))
    article = "\n".join(dict.fromkeys(r.provision.text if r.provision else r.text for r in cited))
    against = rules.compare(statement, article)
    theirs = [s for s in _SENTENCE.findall(unit) if len(s) > 3] + (_clauses(unit) or [unit])
    mine = _clauses(statement) or [statement]
    asked = kb.embedder.embed_queries([statement])[0]
    passages = kb.embedder.embed_passages([statement, unit, article, *theirs, *mine])
    said, whole, around = passages[0], passages[1], passages[2]
    likeness = passages[3 + len(theirs) :] @ passages[3 : 3 + len(theirs)].T
    best = likeness.max(axis=1)
    search = _searched(kb, statement, cited, on)
    near, shared = _nearest(kb, statement, asked, search.others)
    said_of, *said_of_others = _entailed(statement, unit, search.others)
    modality, negation = _polarity(mine, [theirs[int(n)] for n in likeness.argmax(axis=1)], best)
    numbers, known = quantities(statement), quantities(article)
    wrong = sum(not any(q.same(o) for o in known) for q in numbers)
    return np.array(
        [
            against.coverage, rules.coverage(unit, statement), len(against.conflicts), float(asked @ whole),
            float(said @ whole), float(best.min()), float(best.mean()), float(likeness.max()), _log_odds(search.own),
            _log_odds(search.other), float(asked @ around) - near if near else 0.0, shared, modality, negation,
            float(bool(rules.modes(statement) - rules.modes(unit))), float(bool(rules.negations(statement))),
            float(bool(rules.negations(unit))), wrong, len(numbers) - wrong, said_of, max(said_of_others, default=-_FAR),
        ]
    )  # fmt: skip


class _Searched(NamedTuple):
    """Probabilities of the articles cited and of the best other one, and the first others' texts."""

    own: float
    other: float
    others: list[str]


def _searched(kb: KnowledgeBase, statement: str, cited: Sequence[Resolution], on: date) -> _Searched:
    request = SearchRequest(query=statement, kinds=["provision"], on=on, limit=_FOUND)
    hits = kb.search(request).hits
    own = {r.provision.address for r in cited if r.provision}
    return _Searched(
        max((h.probability or 0.0 for h in hits if h.address in own), default=0.0),
        max((h.probability or 0.0 for h in hits if h.address not in own), default=0.0),
        [h.text for h in hits[:5] if h.address not in own][:_OTHERS],
    )


def _nearest(
    kb: KnowledgeBase, statement: str, asked: NDArray[np.float32], others: Sequence[str]
) -> tuple[float, float]:
    """Return the cosine of the nearest other provision, and the words shared with the one that shares most."""
    if not others:
        return 0.0, 0.0
    near = float((kb.embedder.embed_passages(list(others)) @ asked).max())
    return near, max(rules.coverage(statement, text) for text in others)


def _entailed(statement: str, unit: str, others: Sequence[str]) -> list[float]:
    """Return what the networks say of the text cited, then of others: log odds, none beyond _FAR."""
    networks = entailment()
    assert networks is not None
    odds: list[float] = np.clip(networks.odds(statement, [unit, *others]), -_FAR, _FAR).tolist()
    return odds


def _polarity(mine: Sequence[str], theirs: Sequence[str], weight: NDArray[np.float32]) -> tuple[float, float]:
    """Return how much of the statement differs in modality, and in negation, from its nearest clauses."""
    modality = negation = 0.0
    for own, other, share in zip(mine, theirs, weight.tolist(), strict=True):
        said, written = rules.modes(own), rules.modes(other)
        modality += share * bool(said and written and not said & written)
        negation += share * ((rules.negations(own) - rules.negations(other)) % 2)
    return modality, negation


def _clauses(text: str) -> list[str]:
    return [c for c in rules.clauses(text) if len(c) >= 3]


def _log_odds(p: float) -> float:
    return math.log((p + 1e-3) / (1 - p + 1e-3))
