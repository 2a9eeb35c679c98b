"""Whether a provision bears out a sentence in other words, as trained networks read the two side by side.

Each is an inference network after Chen et al. 2017 (ESIM, arXiv:1609.06038): both texts through one bidirectional GRU
over what the lower half of the shipped encoder makes of them, each word held against what it attends to in the other,
compared and pooled. Six, each trained on two thirds of what was written for it, are averaged. Weights:
corpora/ranker/entailment.safetensors (2 MB); `python -m eval.training.support` trains them.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (torch's own convention)

import corpora
from kb.embedding.base import Vectors
from kb.embedding.lower import lower_half
from kb.embedding.weights import loaded

FILE = "entailment.safetensors"
#: What a sentence can be to a provision; the first bears it out.
LABELS = ("supported", "contradicted", "flipped", "number", "unsupported", "wrong_article")
#: Pieces of a text that are read; a provision longer than WINDOW characters is read in parts.
PIECES, WINDOW = 256, 240
#: Passages whose states are kept, some 0.15 MB each.
_KEPT = 64
_WIDTH, _HIDDEN, _MIXED = 96, 64, 64
_SHARPNESS = 4.0
_SENTENCE = re.compile(r"[^。；\n]+[。；\n]*")
Floats = NDArray[np.float64]


class InferenceNetwork(nn.Module):
    """One network.

    Args:
        dim: of the encoder's states.
    """

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.state = nn.Linear(dim, _WIDTH)
        self.gru = nn.GRU(_WIDTH, _HIDDEN, bidirectional=True, batch_first=True)
        self.compare = nn.Linear(8 * _HIDDEN, _WIDTH)
        self.mix = nn.Linear(4 * _WIDTH, _MIXED)
        self.out = nn.Linear(_MIXED, len(LABELS))
        self.drop = nn.Dropout(0.3)

    def forward(self, said: Tensor, said_sizes: Tensor, text: Tensor, text_sizes: Tensor) -> Tensor:
        """Return (pairs, LABELS) scores for states (pairs, width, dim) of which the first `sizes` are real."""
        said_real, text_real = _real(said, said_sizes), _real(text, text_sizes)
        a, b = self._read(said, said_sizes), self._read(text, text_sizes)
        likeness = a @ b.transpose(1, 2) * (_SHARPNESS / a.shape[-1] ** 0.5)
        meant = torch.softmax(likeness.masked_fill(~text_real[:, None, :], -1e4), dim=2) @ b
        spoken = torch.softmax(likeness.masked_fill(~said_real[:, :, None], -1e4), dim=1).transpose(1, 2) @ a
        pooled = [*self._pooled(a, meant, said_real), *self._pooled(b, spoken, text_real)]
        scores: Tensor = self.out(self.drop(F.gelu(self.mix(self.drop(torch.cat(pooled, dim=1))))))
        return scores

    def _read(self, states: Tensor, sizes: Tensor) -> Tensor:
        x = self.drop(F.gelu(self.state(self.drop(states))))
        packed = nn.utils.rnn.pack_padded_sequence(x, sizes, batch_first=True, enforce_sorted=False)
        width = states.shape[1]
        return nn.utils.rnn.pad_packed_sequence(self.gru(packed)[0], batch_first=True, total_length=width)[0]

    def _pooled(self, own: Tensor, other: Tensor, real: Tensor) -> tuple[Tensor, Tensor]:
        sides = torch.cat([own, other, own - other, own * other], dim=2)
        x, real = F.gelu(self.compare(self.drop(sides))), real[:, :, None]
        return x.masked_fill(~real, -9.0).max(dim=1).values, (x * real).sum(dim=1) / real.sum(dim=1)


class Reading(NamedTuple):
    """How texts are read: (texts,) log odds that each bears the statement out, (texts, LABELS) log shares of what it is to it."""

    odds: Floats
    shares: Floats


class Entailment:
    """Networks that are averaged.

    Args:
        networks: trained ones.
    """

    def __init__(self, networks: Sequence[InferenceNetwork]) -> None:
        self.networks = list(networks)

    @torch.inference_mode()
    def read(self, statement: str, texts: Sequence[str]) -> Reading:
        """Return how each text is read beside a statement; of a long text, its likeliest part."""
        inside = [windows(text) for text in texts]
        flat = [_of_passage(part) for some in inside for part in some]
        if not flat:
            return Reading(np.zeros(0), np.zeros((0, len(LABELS))))
        said = torch.from_numpy(states(statement))[None].expand(len(flat), -1, -1)
        sizes = torch.full((len(flat),), said.shape[1])
        padded, lengths = pad(flat)
        scores = torch.stack([net(said, sizes, padded, lengths) for net in self.networks])
        odds = torch.stack([log_odds(one) for one in scores]).mean(dim=0).numpy().astype(np.float64)
        shares = torch.log_softmax(scores, dim=2).mean(dim=0).numpy().astype(np.float64)
        ends = np.cumsum([len(some) for some in inside]).tolist()
        best = [
            end - len(some) + int(odds[end - len(some) : end].argmax())
            for end, some in zip(ends, inside, strict=True)
        ]
        return Reading(odds[best], shares[best])


def log_odds(scores: Tensor) -> Tensor:
    """Return (pairs,) log odds of being borne out for (pairs, LABELS) scores."""
    return scores[:, 0] - torch.logsumexp(scores[:, 1:], dim=1)


def states(text: str, passage: bool = False) -> Vectors:
    """Return (pieces, dim): what the lower half of the encoder makes of a statement, or of a provision's text."""
    encoder = lower_half()
    whole = f"passage: {text}" if passage else f"query: {text.rstrip('。')}"
    return encoder.states(encoder.tokenize([whole])[0][:PIECES])


@lru_cache(maxsize=_KEPT)
def _of_passage(text: str) -> Vectors:
    """Return `states` of a provision's text, not to be changed; a text is often read beside one sentence after another."""
    return states(text, passage=True)


def pad(rows: Sequence[NDArray[np.floating[Any]]]) -> tuple[Tensor, Tensor]:
    """Return (n, width, dim) states, padded, and (n,) how many of each are real."""
    tensors = [torch.from_numpy(row).float() for row in rows]
    return nn.utils.rnn.pad_sequence(tensors, batch_first=True), torch.tensor([len(row) for row in rows])


def windows(text: str) -> list[str]:
    """Return a provision's text in parts of whole sentences, each at most WINDOW characters where sentences allow."""
    parts = [""]
    for sentence in _SENTENCE.findall(text):
        if parts[-1] and len(parts[-1]) + len(sentence) > WINDOW:
            parts.append("")
        parts[-1] += sentence
    return [part for part in parts if part.strip()] or [text]


def _real(padded: Tensor, sizes: Tensor) -> Tensor:
    return torch.arange(padded.shape[1])[None] < sizes[:, None]


@lru_cache
def entailment(path: Path | None = None) -> Entailment | None:
    """Return the shipped networks, None where there are none.

    Raises:
        NotReady: the file is damaged or doesn't fit this program.
    """
    return loaded(
        path or corpora.path("ranker", FILE),
        "支持关系模型",
        lambda said: InferenceNetwork(int(said["dim"])),
        lambda networks, _: Entailment(networks),
    )
