"""What cross-validation found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from eval.metrics import evaluate
from eval.training.measures import auroc
from eval.training.ranker import Query

Run = dict[str, dict[str, float]]
Qrels = dict[str, dict[str, int]]


@dataclass
class Result:
    """Rankings and the ranker's training data, by question: a judged one by its id, others by their text.

    Attributes:
        qrels: what answers the questions that something answers.
        runs: by system, each question's documents with scores.
        queries: candidates found by the encoder of another fold.
        documents: by question, the documents of its candidates, in the order of their features.
        confidence: by question, the probability of its first candidate.
        scores: of each query's candidates, by a ranker of the other folds.
    """

    qrels: Qrels
    runs: dict[str, Run] = field(default_factory=lambda: {"dense": {}, "ranked": {}})
    queries: list[Query] = field(default_factory=list)
    documents: dict[str, list[str]] = field(default_factory=dict)
    confidence: dict[str, float] = field(default_factory=dict)
    scores: list[NDArray[np.float32]] = field(default_factory=list)

    def measures(self, judged: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, float]]:
        """Return measures by system: over the judged questions, and where there are any over narratives."""
        stories = {q: gold for q, gold in self.qrels.items() if q not in judged and q in self.runs["dense"]}
        table = {name: evaluate(judged, run) for name, run in self.runs.items()}
        if stories:
            table |= {f"narratives, {name}": evaluate(stories, run) for name, run in self.runs.items()}
        return table

    def auroc(self, answerable: Sequence[str]) -> float | None:
        """Return the chance that one of these questions has more confidence than one that nothing answers."""
        nothing = [self.confidence[q.id] for q in self.queries if not q.answers]
        something = [self.confidence[q] for q in answerable if q in self.confidence]
        return auroc(something, nothing) if something and nothing else None
