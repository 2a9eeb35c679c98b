"""The network that judges whether the library answers a question: its words in their context, and what the search found.

A bidirectional GRU over what the lower half of the shipped encoder makes of the question, pooled, beside the numbers
of confidence.py; two networks, trained from different beginnings, vote. Weights: corpora/ranker/answering.safetensors
(0.5 MB); `python -m eval.training.refusal` fits them on questions written for it alone.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (torch's own convention)

import corpora
from kb.embedding.base import Vectors
from kb.embedding.lower import lower_half
from kb.embedding.weights import loaded

FILE = "answering.safetensors"
Floats = NDArray[np.float64]


class Judge(nn.Module):
    """One network.

    Args:
        dim: of the encoder's states.
        count: of the numbers beside them.
    """

    def __init__(self, dim: int, count: int) -> None:
        super().__init__()
        self.state = nn.Linear(dim, 96)
        self.gru = nn.GRU(96, 64, bidirectional=True, batch_first=True)
        self.mix = nn.Linear(256 + count, 64)
        self.out = nn.Linear(64, 1)
        self.drop = nn.Dropout(0.3)

    def forward(self, states: Tensor, lengths: Tensor, numbers: Tensor) -> Tensor:
        """Return (questions,) log odds for (questions, width, dim) states of which `lengths` are real."""
        real = (torch.arange(states.shape[1])[None] < lengths[:, None])[:, :, None]
        x = self.drop(F.gelu(self.state(self.drop(states))))
        packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        x, _ = nn.utils.rnn.pad_packed_sequence(
            self.gru(packed)[0], batch_first=True, total_length=states.shape[1]
        )
        largest = x.masked_fill(~real, -9.0).max(dim=1).values
        mean = (x * real).sum(dim=1) / lengths[:, None]
        mixed = torch.cat([largest, mean, numbers], dim=1)
        scores: Tensor = self.out(self.drop(F.gelu(self.mix(self.drop(mixed)))))
        return scores[:, 0]


class Panel:
    """Networks that vote.

    Args:
        judges: trained networks.
        mean: (count,) of the numbers in training.
        scale: (count,) their deviations.
        model: key of the embedding model that the numbers come from.
        features: names of the numbers, in order.
    """

    def __init__(
        self, judges: Sequence[Judge], mean: Floats, scale: Floats, model: str, features: Sequence[str]
    ) -> None:
        self.judges, self.model, self.features = list(judges), model, list(features)
        self.mean, self.scale = mean, scale

    @torch.inference_mode()
    def chance(self, question: str, numbers: Floats) -> float:
        """Return the probability that the library answers a question, 0 to 1."""
        states = torch.from_numpy(question_states(question))[None]
        row = torch.from_numpy((numbers - self.mean) / self.scale).float()[None]
        lengths = torch.tensor([states.shape[1]])
        votes = [torch.sigmoid(judge(states, lengths, row)) for judge in self.judges]
        return float(torch.stack(votes).mean())


def question_states(question: str) -> Vectors:
    """Return (pieces, dim): what the lower half of the encoder makes of a question."""
    encoder = lower_half()
    return encoder.states(encoder.tokenize([f"query: {question}"])[0])


@lru_cache
def panel(path: Path | None = None) -> Panel | None:
    """Return the shipped networks, None where there are none.

    Raises:
        NotReady: the file is damaged or doesn't fit this program.
    """
    return loaded(
        path or corpora.path("ranker", FILE),
        "拒答模型",
        lambda said: Judge(said["dim"], len(said["features"])),
        lambda judges, said: Panel(
            judges, np.array(said["mean"]), np.array(said["scale"]), said["model"], said["features"]
        ),
    )
