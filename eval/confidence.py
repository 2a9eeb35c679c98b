"""How far the probabilities of what is found can be trusted: to refuse by, and as probabilities."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval.asking import Reply, ask, load_sets, opened
from eval.systems.base import Progress
from kb.clock import today
from kb.settings import Settings

BINS = 10
#: Shares of the unanswerable questions that may be answered.
WRONGLY_ANSWERED = (0.01, 0.02, 0.05)


@dataclass(frozen=True)
class Threshold:
    """Where to refuse so that at most `allowed` of the unanswerable questions are answered.

    Attributes:
        threshold: the confidence from which on an answer is given; None where every question is refused.
        wrongly_answered: share of the unanswerable questions from it on.
        answered: share of the answerable questions from it on; the rest are refused, wrongly.
    """

    allowed: float
    threshold: float | None
    wrongly_answered: float
    answered: float

    @property
    def refused(self) -> float:
        """Share of the answerable questions below the threshold."""
        return 1 - self.answered


@dataclass(frozen=True)
class Bin:
    """First hits whose probability lies in [low, high), the last bin's high included.

    Attributes:
        predicted: mean of their probabilities; None where there are none.
        observed: share of them that are gold; None where there are none.
    """

    low: float
    high: float
    count: int
    predicted: float | None
    observed: float | None


@dataclass(frozen=True)
class Reliability:
    """Bins, and two figures over all their first hits.

    Attributes:
        ece: expected calibration error, the mean distance of predicted from observed, by count.
        brier: mean squared distance of probability from outcome (Brier, 1950).
    """

    bins: list[Bin]
    ece: float
    brier: float


def run_confidence(
    settings: Settings,
    progress: Progress = lambda *_: None,
    answerable: Path | None = None,
    unanswerable: Path | None = None,
) -> dict[str, Any]:
    """Return the figures of both sets over the settings' knowledge base, JSON-ready.

    Raises:
        BadRequest: a set can't be read.
        NotReady: there is no index yet, or no ranker for the embedding model.
        kb.store.lock.IndexHeld: a running service has the index.
    """
    right, wrong = load_sets(answerable, unanswerable)
    on = today()
    with opened(settings) as kb:
        can = ask(kb, right, on, progress, "能回答的问题")
        cannot = ask(kb, wrong, on, progress, "不能回答的问题")
        model = {"model": kb.embedder.name, "precision": kb.embedder.precision}
    return {
        **model,
        "on": on.isoformat(),
        "answerable": len(can),
        "unanswerable": len(cannot),
        "auroc": auroc(can, cannot),
        "thresholds": [asdict(t) | {"refused": t.refused} for t in thresholds(can, cannot)],
        "reliability": {
            "answerable": asdict(reliability(can)),
            "all": asdict(reliability([*can, *cannot])),
        },
        "questions": [
            {"id": r.id, "confidence": r.confidence, "first": r.first, "gold": r.first_is_gold}
            for r in (*can, *cannot)
        ],
    }


def auroc(answerable: Sequence[Reply], unanswerable: Sequence[Reply]) -> float:
    """Return the chance that an answerable question has more confidence than an unanswerable one, ties half."""
    from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

    return float(roc_auc_score(*_labelled(answerable, unanswerable)))


def thresholds(
    answerable: Sequence[Reply],
    unanswerable: Sequence[Reply],
    allowed: Sequence[float] = WRONGLY_ANSWERED,
) -> list[Threshold]:
    """Return, for each allowed share, the lowest threshold that keeps to it."""
    from sklearn.metrics import roc_curve

    wrongly, answered, at = roc_curve(*_labelled(answerable, unanswerable), drop_intermediate=False)
    found = []
    for share in allowed:
        place = int(np.searchsorted(wrongly, share, "right")) - 1
        value = float(at[place]) if place else None  # the curve begins where nothing is answered
        found.append(Threshold(share, value, float(wrongly[place]), float(answered[place])))
    return found


def reliability(replies: Sequence[Reply]) -> Reliability:
    """Compare the probability of first hits with how often they are gold; those without one are left out."""
    known = [(r.first, r.first_is_gold) for r in replies if r.first is not None]
    chance = np.array([p for p, _ in known], np.float64)
    gold = np.array([g for _, g in known], np.float64)
    edges = np.round(np.linspace(0, 1, BINS + 1), 2)  # .3 itself, not a little more
    place = np.clip(np.digitize(chance, edges) - 1, 0, BINS - 1)
    bins = []
    for n in range(BINS):
        inside = place == n
        count = int(inside.sum())
        predicted = float(chance[inside].mean()) if count else None
        observed = float(gold[inside].mean()) if count else None
        bins.append(Bin(float(edges[n]), float(edges[n + 1]), count, predicted, observed))
    off = sum(b.count * abs((b.predicted or 0) - (b.observed or 0)) for b in bins)
    total = max(len(known), 1)
    return Reliability(bins, off / total, float(((chance - gold) ** 2).sum() / total))


def _labelled(answerable: Sequence[Reply], unanswerable: Sequence[Reply]) -> tuple[list[int], list[float]]:
    labels = [1] * len(answerable) + [0] * len(unanswerable)
    return labels, [r.confidence for r in (*answerable, *unanswerable)]
