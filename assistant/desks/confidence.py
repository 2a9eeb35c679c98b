"""How sure the retrieval is that the library answers a question.

Evidence: the cosine of the nearest provision, the share of the question's words that stand in the best
provisions, how far both ways of searching agree, and whether a written cause recognises the question.
The weights were fitted by logistic regression on the even positions of tests/assistant/desks/questions.toml;
the odd positions test them. They hold for the default embedding model: fit again for another.
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
_BIAS = -57.0
_COSINE, _COVERAGE, _AGREEMENT, _CAUSE = 64.0, 0.34, 0.41, 2.85
_TOP = 8


@dataclass(frozen=True)
class Evidence:
    """What speaks for an answer; each part from 0 to 1."""

    cosine: float
    coverage: float
    agreement: float
    cause: float

    @property
    def confidence(self) -> float:
        """Return the confidence, 0 to 1."""
        z = (
            _BIAS
            + _COSINE * self.cosine
            + _COVERAGE * self.coverage
            + _AGREEMENT * self.agreement
            + _CAUSE * self.cause
        )
        return 1 / (1 + math.exp(-z))


def gather(
    kb: KnowledgeBase, question: str, on: date, hits: Sequence[SearchHit], causes: Sequence[CauseMatch]
) -> Evidence:
    """Return the evidence for a question.

    Args:
        hits: provisions found, best first.
        causes: causes recognised, best first.
    """
    vector = kb.embedder.embed_queries([question])[0]
    nearest = kb.store.search_dense(vector, Filter(kinds=("provision",), on=on), 1)
    terms = [t for t in kb.lexical.terms(question) if len(t) > 1]
    top = hits[:_TOP]
    texts = " ".join(f"{h.title} {h.text}" for h in top[:3])
    both = sum(h.matched.dense_rank is not None and h.matched.lexical_rank is not None for h in top)
    strong = causes[0].strong if causes else 0
    return Evidence(
        cosine=nearest[0].score if nearest else 0.0,
        coverage=sum(t in texts for t in terms) / len(terms) if terms else 0.0,
        agreement=both / len(top) if top else 0.0,
        cause=min(strong, 2) / 2 if strong else 0.25 if causes else 0.0,
    )
