"""How sure the retrieval is that the library answers a question.

Evidence: the probabilities that the ranker gives the likeliest provisions, its judgement of the question alone, the
share of the question's words that stand in the best provisions, how far both ways of searching agree, whether a
written cause recognises the question, and the question's own words. A network weighs them (judge.py). With another
embedding model, or without a ranker, the cosine of the nearest provision and four weights stand in for it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from assistant.chat import judge
from assistant.chat.judge import Floats
from assistant.desks.causes import CauseMatch
from kb.base import KnowledgeBase
from kb.search.plain import plain_words
from kb.search.types import SearchHit
from kb.store.base import Filter

#: Below this the chat refuses: rather no than yes (docs/evaluation.md says how both go with it).
THRESHOLD = 0.4
#: From here on it answers though words of another matter stand in the question (scope.py).
SURE = 0.9
#: Without the fitted weights: bias, cosine, coverage, agreement, cause. They hold for multilingual-e5-small.
_UNRANKED = (-57.0, 64.0, 0.34, 0.41, 2.85)
#: Probability, and without a ranker cosine, of the best provision below which a short topic is about something
#: else; with multilingual-e5-small everyday topics lie at 0.855 and above, nonsense at 0.846 and below.
NEAR, NEAR_COSINE = 0.1, 0.85
_TOP = 8
NAMES = (
    "first", "second", "mean of five", "question alone", "coverage", "agreement", "cause", "any cause", "length",
)  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """What speaks for an answer; shares from 0 to 1.

    Attributes:
        likely: probabilities of the provisions found, largest first; none without a ranker.
        alone: the ranker's judgement of the question alone.
        question: its words; '' where no network fits the model.
        length: characters of the question.
    """

    likely: tuple[float, ...]
    cosine: float
    coverage: float
    agreement: float
    cause: float
    alone: float = 0.0
    length: int = 1
    question: str = ""

    @cached_property
    def confidence(self) -> float:
        """Return the confidence, 0 to 1."""
        judges = judge.panel() if self.question else None
        if judges is None:
            parts = (1.0, self.cosine, self.coverage, self.agreement, self.cause)
            return _sigmoid(sum(w * x for w, x in zip(_UNRANKED, parts, strict=True)))
        return judges.chance(self.question, self.numbers)

    @property
    def numbers(self) -> Floats:
        """Return (len(NAMES),) numbers for the networks."""
        five = [*self.likely, *[0.0] * 5][:5]
        return np.array(
            [
                _log_odds(five[0]), _log_odds(five[1]), _log_odds(sum(five) / 5), _log_odds(self.alone), self.coverage,
                self.agreement, self.cause, float(self.cause > 0), math.log(max(1, self.length)),
            ]
        )  # fmt: skip

    @property
    def near(self) -> bool:
        """Say whether the nearest provision has anything to do with a short topic."""
        return self.likely[0] >= NEAR if self.likely else self.cosine >= NEAR_COSINE


def gather(
    kb: KnowledgeBase, question: str, on: date, hits: Sequence[SearchHit], causes: Sequence[CauseMatch]
) -> Evidence:
    """Return the evidence for a question.

    Args:
        hits: provisions found, best first.
        causes: causes recognised, best first.
    """
    likely = sorted((h.probability for h in hits if h.probability is not None), reverse=True)
    judges = judge.panel()
    ours = judges is not None and kb.ranking is not None and judges.model == kb.embedder.key and bool(likely)
    vector = kb.embedder.embed_queries([plain_words(question, kb.lexical.tokens)])[0]
    nearest = [] if ours else kb.store.search_dense(vector, Filter(kinds=("provision",), on=on), 1)
    terms = [t for t in kb.lexical.terms(question) if len(t) > 1]
    top = hits[:_TOP]
    texts = " ".join(f"{h.title} {h.text}" for h in top[:3])
    both = sum(h.matched.dense_rank is not None and h.matched.lexical_rank is not None for h in top)
    strong = causes[0].strong if causes else 0
    return Evidence(
        likely=tuple(likely),
        cosine=nearest[0].score if nearest else 0.0,
        coverage=sum(t in texts for t in terms) / len(terms) if terms else 0.0,
        agreement=both / len(top) if top else 0.0,
        cause=min(strong, 2) / 2 if strong else 0.25 if causes else 0.0,
        alone=float(kb.ranking.ranker.answerable(vector)) if likely and kb.ranking else 0.0,
        length=len(question),
        question=question if ours else "",
    )


def _log_odds(p: float) -> float:
    """Return log odds, cut off at one in a thousand."""
    p = min(max(p, 0.001), 0.999)
    return math.log(p / (1 - p))


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, x))))
