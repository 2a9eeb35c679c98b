"""Contrastive training of the bi-encoder (InfoNCE: van den Oord et al. 2018; in-batch negatives, Karpukhin 2020)."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 (torch's own convention)

from eval.training.batches import Batch, Item, batches
from eval.training.encoder import Encoder

Report = Callable[[int, int, float], None]
"""Called after a step with the steps done, their total and the running loss."""


@dataclass(frozen=True)
class Recipe:
    """How long and how boldly to train.

    Attributes:
        temperature: what cosines are divided by before the softmax.
        negatives: mined negatives for each question of a batch, on average.
    """

    epochs: int
    batch: int
    run: int
    learning_rate: float
    temperature: float = 0.03
    negatives: float = 1.0
    warm_up: float = 0.1
    weight_decay: float = 0.01
    seed: int = 1


def train(
    encoder: Encoder,
    items: Sequence[Item],
    questions: dict[str, list[int]],
    passages: Sequence[list[int]],
    recipe: Recipe,
    report: Report | None = None,
) -> None:
    """Train in place.

    Args:
        questions: token ids by question.
        passages: token ids by row.
    """
    torch.manual_seed(recipe.seed)
    rng = random.Random(recipe.seed)  # noqa: S311 (no secret)
    learning = [p for p in encoder.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
    total = recipe.epochs * math.ceil(len(items) / recipe.batch)
    done, running = 0, 0.0
    encoder.train()
    for _ in range(recipe.epochs):
        for batch in batches(items, recipe.batch, recipe.run, recipe.negatives, rng):
            rate = _rate(done / total, recipe.warm_up)
            for group in optimizer.param_groups:
                group["lr"] = recipe.learning_rate * rate
            loss = _loss(encoder, batch, questions, passages, recipe.temperature)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(learning, 1.0)
            optimizer.step()
            done += 1
            now = loss.item()
            running = now if done == 1 else 0.95 * running + 0.05 * now
            if report is not None:
                report(done, total, running)
    encoder.eval()


def _rate(progress: float, warm_up: float) -> float:
    """Return the share of the full learning rate: linear up, then linear down to a twentieth."""
    if progress < warm_up:
        return progress / warm_up + 0.01
    return max(0.05, (1 - progress) / (1 - warm_up))


def _loss(
    encoder: Encoder,
    batch: Batch,
    questions: dict[str, list[int]],
    passages: Sequence[list[int]],
    temperature: float,
) -> Tensor:
    asked = encoder.encode([questions[q] for q in batch.questions])
    read = encoder.encode([passages[row] for row in batch.passages])
    return contrastive_loss(asked @ read.T / temperature, torch.tensor(batch.positive))


def contrastive_loss(scores: Tensor, positive: Tensor) -> Tensor:
    """Return the mean, over pairs of a question and an answer, of -log softmax of the answer.

    A question's other answers are left out of the sum below the line, so that they don't compete; each
    question weighs the same, however many answers it has.

    Args:
        scores: (n, m) cosines divided by the temperature.
        positive: (n, m), true where passage j answers question i; at least one a row.
    """
    others = torch.logsumexp(scores.masked_fill(positive, float("-inf")), dim=1, keepdim=True)
    pair = F.softplus(others - scores)  # -log(e^s / (e^s + sum of the wrong ones))
    return ((pair * positive).sum(1) / positive.sum(1)).mean()
