"""How sure the retrieval is that the library answers a question.

Evidence: the probability that the ranker gives the likeliest provision, the share of the question's words that
stand in the best provisions, how far both ways of searching agree, and whether a written cause recognises the
question. Without a ranker (an embedding model of one's own) the cosine of the nearest provision stands in for the
probability. The weights were fitted by logistic regression on the even positions of
tests/assistant/chat/questions.toml and, with the ranker, on eval/training/sets/outside.jsonl, where refusing what
can be answered weighs three times as much; the odd positions test them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.desks.causes import CauseMatch
from kb.base import KnowledgeBase
from kb.search.types import SearchHit
from kb.store.base import Filter

#: Below this the chat refuses.
THRESHOLD = 0.5
#: With a ranker: bias, log odds of the probability, coverage, agreement, cause.
_RANKED = (2.366, 2.356, -0.306, 5.654, 10.873)
#: Without: the cosine in the second place. They hold for multilingual-e5-small.
_UNRANKED = (-57.0, 64.0, 0.34, 0.41, 2.85)
#: Probability, and without a ranker cosine, of the best provision below which a short topic is about something
#: else; with multilingual-e5-small everyday topics lie at 0.855 and above, nonsense at 0.846 and below.
NEAR, NEAR_COSINE = 0.1, 0.85
_TOP = 8


@dataclass(frozen=True)
class Evidence:
    """What speaks for an answer; each part from 0 to 1. `probability` is None without a ranker."""

    probability: float | None
    cosine: float
    coverage: float
    agreement: float
    cause: float

    @property
    def confidence(self) -> float:
        """Return the confidence, 0 to 1."""
        weights, first = (_UNRANKED, self.cosine) if self.probability is None else (_RANKED, self.log_odds)
        parts = (1.0, first, self.coverage, self.agreement, self.cause)
        return 1 / (1 + math.exp(-sum(w * x for w, x in zip(weights, parts, strict=True))))

    @property
    def log_odds(self) -> float:
        """Return the log odds of the probability, cut off at one in a thousand."""
        p = min(max(self.probability or 0.0, 0.001), 0.999)
        return math.log(p / (1 - p))

    @property
    def near(self) -> bool:
        """Say whether the nearest provision has anything to do with a short topic."""
        return self.cosine >= NEAR_COSINE if self.probability is None else self.probability >= NEAR


def gather(
    kb: KnowledgeBase, question: str, on: date, hits: Sequence[SearchHit], causes: Sequence[CauseMatch]
) -> Evidence:
    """Return the evidence for a question.

    Args:
        hits: provisions found, best first.
        causes: causes recognised, best first.
    """
    likely = [h.probability for h in hits if h.probability is not None]
    cosine = 0.0
    if not likely:
        vector = kb.embedder.embed_queries([question])[0]
        nearest = kb.store.search_dense(vector, Filter(kinds=("provision",), on=on), 1)
        cosine = nearest[0].score if nearest else 0.0
    terms = [t for t in kb.lexical.terms(question) if len(t) > 1]
    top = hits[:_TOP]
    texts = " ".join(f"{h.title} {h.text}" for h in top[:3])
    both = sum(h.matched.dense_rank is not None and h.matched.lexical_rank is not None for h in top)
    strong = causes[0].strong if causes else 0
    return Evidence(
        probability=max(likely, default=None),
        cosine=cosine,
        coverage=sum(t in texts for t in terms) / len(terms) if terms else 0.0,
        agreement=both / len(top) if top else 0.0,
        cause=min(strong, 2) / 2 if strong else 0.25 if causes else 0.0,
    )
