"""Train the learnt ranker on rankings that the encoder made of questions it had not seen.

The loss has two parts. Listwise (ListNet's top-one form, Cao et al. 2007): the right articles should take the
mass of a softmax over a question's candidates. Pointwise: each candidate's own probability, over all
questions, those that no provision answers among them; this puts the scores of different questions on one
scale, so that a search can say that it found nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from eval.training.config import RankerConfig
from kb.ranking.features import NAMES
from kb.ranking.model import Content, Layer, Logistic, Ranker

Floats = NDArray[np.float32]
_KNOTS = 40  # points kept of the calibration curve
_BATCH = 64  # questions in a step


@dataclass(frozen=True)
class Query:
    """The candidates of one question.

    Attributes:
        features: (n, len(NAMES)).
        relevant: (n,) true where the candidate answers.
        answers: how many articles answer it in all, found or not; 0 for an unanswerable one.
        fold: which encoder ranked it.
        answerable: the probability that any provision answers it, by a regression that hasn't seen it.
    """

    id: str
    features: Floats
    relevant: NDArray[np.bool_]
    answers: int
    fold: int
    answerable: float = 1.0


def fit(
    queries: Sequence[Query],
    config: RankerConfig,
    seed: int,
    model_key: str = "",
    answerable: Logistic | None = None,
    held_out: Sequence[Floats] | None = None,
) -> Content:
    """Return a ranker trained on all of these, calibrated on its own cross-validated scores.

    With queries of one fold only there is nothing to calibrate on; the curve is then as `network` leaves it.

    Args:
        answerable: shipped with it, as it is.
        held_out: what `held_out_scores` gives, where that is known already.

    Raises:
        ValueError: there are no queries.
    """
    if not queries:
        raise ValueError("no queries to train on")
    content = network(queries, config, seed).model_dump() | {"model_key": model_key, "answerable": answerable}
    if len({q.fold for q in queries}) > 1:
        scores = held_out if held_out is not None else held_out_scores(queries, config, seed)
        content |= {"calibration": curve(queries, scores)}
    return Content.model_validate(content)


def held_out_scores(queries: Sequence[Query], config: RankerConfig, seed: int) -> list[Floats]:
    """Return the scores of each question's candidates, by a ranker trained on the other folds."""
    rankers = {
        fold: Ranker(network([q for q in queries if q.fold != fold], config, seed))
        for fold in sorted({q.fold for q in queries})
    }
    return [rankers[q.fold].scores(q.features) for q in queries]


def curve(queries: Sequence[Query], scores: Sequence[Floats]) -> dict[str, list[float]]:
    """Return the calibration of scores on the questions that something answers.

    Whether anything does is the other factor of a probability; it is learnt apart.
    """
    kept = [(s, q.relevant) for q, s in zip(queries, scores, strict=True) if q.answers]
    return calibrate(np.concatenate([s for s, _ in kept]), np.concatenate([r for _, r in kept]))


def calibrate(scores: Floats, relevant: NDArray[np.bool_]) -> dict[str, list[float]]:
    """Return the curve from score to probability: isotonic regression, thinned to a few knots."""
    from sklearn.isotonic import IsotonicRegression  # type: ignore[import-untyped]

    model = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(scores, relevant)
    x, y = np.asarray(model.X_thresholds_), np.asarray(model.y_thresholds_)
    keep = np.unique(np.linspace(0, len(x) - 1, _KNOTS).round().astype(int))
    return {"score": [float(v) for v in x[keep]], "probability": [float(v) for v in y[keep]]}


def network(queries: Sequence[Query], config: RankerConfig, seed: int) -> Content:
    """Return a ranker trained on all of these, without calibration: good for an order, not for probabilities.

    It is the mean of `config.networks` networks from different starts, written as one wide network.
    """
    parts = [_one(queries, config, seed + n) for n in range(config.networks)]
    stacks = [
        [(np.array(layer.weight, np.float32), np.array(layer.bias, np.float32)) for layer in part.layers]
        for part in parts
    ]
    *hidden, last = [list(level) for level in zip(*stacks, strict=True)]
    wide = [
        (np.concatenate([w for w, _ in level]), np.concatenate([b for _, b in level])) for level in hidden
    ]
    # What reads a hidden layer stands side by side; what reads the features, which all share, is added up.
    weights = [w for w, _ in last]
    out = np.concatenate(weights, axis=1) if hidden else np.sum(weights, axis=0)
    ends = [*wide, (out / len(parts), np.mean([b for _, b in last], axis=0))]
    layers = [Layer(weight=w.tolist(), bias=b.tolist()) for w, b in ends]
    return parts[0].model_copy(update={"layers": layers})


def _one(queries: Sequence[Query], config: RankerConfig, seed: int) -> Content:
    torch.manual_seed(seed)
    stacked = np.concatenate([q.features for q in queries])
    mean, scale = stacked.mean(0), stacked.std(0)
    # A feature that never varied teaches nothing; a tiny scale would blow it up where it does vary.
    scale = np.where(scale > 1e-6, scale, np.float32(1))
    features, relevant, real = _padded(queries, mean, scale)
    sizes = [len(NAMES), *([config.hidden] if config.hidden else []), 1]
    layers = [nn.Linear(a, b) for a, b in pairwise(sizes)]
    parameters = [p for layer in layers for p in layer.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=config.learning_rate, weight_decay=config.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, config.learning_rate, total_steps=config.epochs * math.ceil(len(queries) / _BATCH)
    )
    generator = torch.Generator().manual_seed(seed)
    for _ in range(config.epochs):
        for rows in torch.randperm(len(queries), generator=generator).split(_BATCH):  # type: ignore[no-untyped-call]
            loss = _loss(_forward(layers, features[rows]), relevant[rows], real[rows])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
    return Content.model_validate(
        {
            "features": list(NAMES),
            "mean": mean.tolist(),
            "scale": scale.tolist(),
            "layers": [{"weight": a.weight.tolist(), "bias": a.bias.tolist()} for a in layers],
            "calibration": {"score": [0.0, 1.0], "probability": [0.0, 1.0]},
            "model_key": "",
        }
    )


def _padded(queries: Sequence[Query], mean: Floats, scale: Floats) -> tuple[Tensor, Tensor, Tensor]:
    width = max(len(q.features) for q in queries)
    features = torch.zeros(len(queries), width, len(NAMES))
    relevant = torch.zeros(len(queries), width, dtype=torch.bool)
    real = torch.zeros(len(queries), width, dtype=torch.bool)
    for row, query in enumerate(queries):
        n = len(query.features)
        features[row, :n] = torch.from_numpy((query.features - mean) / scale)
        relevant[row, :n] = torch.from_numpy(query.relevant)
        real[row, :n] = True
    return features, relevant, real


def _forward(layers: Sequence[nn.Linear], x: Tensor) -> Tensor:
    for n, layer in enumerate(layers):
        x = layer(torch.tanh(x) if n else x)
    return x[..., 0]


def _loss(scores: Tensor, relevant: Tensor, real: Tensor) -> Tensor:
    masked = scores.masked_fill(~real, -1e9)
    log_share = masked - torch.logsumexp(masked, 1, keepdim=True)
    answered = relevant.any(1)
    listwise = -(log_share * relevant).sum(1)[answered] / relevant.sum(1)[answered]
    pointwise = nn.functional.binary_cross_entropy_with_logits(scores, relevant.float(), reduction="none")
    per_question = (pointwise * real).sum(1) / 3
    return listwise.sum() / len(scores) + per_question.mean()
