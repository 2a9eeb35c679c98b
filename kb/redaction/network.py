"""The trained network that sees names and places: a bidirectional GRU over characters, BIO tags out.

Weights: corpora/redaction/network.safetensors (1 MB), learnt on generated records of the hands for development, on
statutes, predicted questions and published cases; `python -m eval.redaction_training` trains it anew.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (torch's own convention)

import corpora
from kb.errors import NotReady
from kb.redaction.features import KNOWN, PLACES, Features
from kb.redaction.types import Kind

#: What is told apart; of each kind one column for its first character, one for the others. Column 0: neither.
KINDS = (Kind.NAME, Kind.VILLAGE, Kind.COMMUNITY, Kind.ADDRESS)
TAGS = 1 + 2 * len(KINDS)
FILE = "network.safetensors"
_UNKNOWN = 1


class Network(nn.Module):
    """Tags of characters.

    Args:
        characters: those that it knows by themselves; all others are alike to it.
        dim: of the encoder's states.
    """

    def __init__(self, characters: str, dim: int) -> None:
        super().__init__()
        self.characters, self.dim = characters, dim
        self._number = {char: n for n, char in enumerate(characters, 2)}
        self.char = nn.Embedding(len(characters) + 2, 32)
        self.place = nn.Embedding(PLACES, 8)
        self.state = nn.Linear(dim, 96)
        self.mix = nn.Linear(96 + 32 + 8 + KNOWN, 128)
        self.gru = nn.GRU(128, 96, bidirectional=True, batch_first=True)
        self.out = nn.Linear(192, TAGS)
        self.drop = nn.Dropout(0.2)

    def numbers(self, text: str) -> NDArray[np.int64]:
        """Return (n,) the numbers of characters."""
        return np.array([self._number.get(char, _UNKNOWN) for char in text], np.int64)

    def forward(self, states: Tensor, chars: Tensor, place: Tensor, known: Tensor, lengths: Tensor) -> Tensor:
        """Return (texts, n, TAGS) scores; `states` is (texts, n, dim), one row a character."""
        x = torch.cat(
            [F.gelu(self.state(self.drop(states))), self.char(chars), self.place(place), known], dim=-1
        )
        x = self.drop(F.gelu(self.mix(x)))
        packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        x, _ = nn.utils.rnn.pad_packed_sequence(self.gru(packed)[0], batch_first=True)
        scores: Tensor = self.out(self.drop(x))
        return scores

    @torch.inference_mode()
    def tags(self, text: str, found: Features) -> NDArray[np.float32]:
        """Return (n, TAGS) probabilities for the characters of one text."""
        scores = self(
            torch.from_numpy(found.states[found.piece]).float()[None],
            torch.from_numpy(self.numbers(text))[None],
            torch.from_numpy(found.place)[None],
            torch.from_numpy(found.known)[None],
            torch.tensor([len(text)]),
        )
        chances: NDArray[np.float32] = torch.softmax(scores[0], dim=-1).numpy()
        return chances


@lru_cache
def network(path: Path | None = None) -> Network:
    """Return the shipped network.

    Raises:
        NotReady: the file is missing, damaged or doesn't fit this program.
    """
    path = path or corpora.path("redaction", FILE)
    try:
        with safe_open(path, framework="pt") as file:
            about = file.metadata() or {}
            net = Network(about["characters"], int(about["dim"]))
            net.load_state_dict({name: file.get_tensor(name).float() for name in file.keys()})  # noqa: SIM118
    except (OSError, SafetensorError, KeyError, ValueError, RuntimeError) as error:
        raise NotReady(
            f"姓名识别模型读不出来：{path.name}", "请恢复随软件提供的 corpora/redaction 文件夹。"
        ) from error
    return net.eval()
