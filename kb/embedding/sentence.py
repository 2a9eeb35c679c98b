"""Embedders: our lean BERT for the shipped model and its like, sentence-transformers for any other."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kb.embedding.base import Progress, Vectors
from kb.embedding.folder import fingerprint, prefixes

if TYPE_CHECKING:
    from kb.embedding.bert import Bert

# Padded tokens in one forward pass: the best of 256 to 4096 on 2 cores.
BATCH_TOKENS = 2048
_TOKENIZE = 512


class BertEmbedder:
    """The lean path, for folders that `folder.plain_bert` accepts."""

    def __init__(self, folder: Path, model: "Bert") -> None:
        self.name = folder.name
        self.key = fingerprint(folder)
        self.dim = model.dim
        self.precision = model.precision
        self._query, self._passage = prefixes(folder)
        self._model = model

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dim) unit vectors of questions."""
        return self._embed(self._query, texts, None)

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return (n, dim) unit vectors of passages."""
        return self._embed(self._passage, texts, progress)

    def _embed(self, prefix: str, texts: Sequence[str], progress: Progress | None) -> Vectors:
        out = np.empty((len(texts), self.dim), np.float32)
        tokens: list[list[int]] = []
        for at in range(0, len(texts), _TOKENIZE):
            tokens += self._model.tokenize([prefix + text for text in texts[at : at + _TOKENIZE]])
        done = 0
        for rows in batches([len(t) for t in tokens]):
            out[rows] = self._model.encode([tokens[row] for row in rows])
            done += len(rows)
            if progress is not None:
                progress(done)
        return out


class SentenceEmbedder:
    """Any sentence-transformers model, at full or half precision."""

    def __init__(self, folder: Path, precision: str) -> None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # nothing is fetched at run time
        from sentence_transformers import SentenceTransformer

        self.name = folder.resolve().name
        self.key = fingerprint(folder)
        self.precision = precision
        self._query, self._passage = prefixes(folder)
        self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        if precision == "bf16":
            self._model = self._model.bfloat16()
        self.dim = int(self._model.encode("").shape[0])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dim) unit vectors of questions."""
        return self._embed(self._query, texts, None)

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return (n, dim) unit vectors of passages."""
        return self._embed(self._passage, texts, progress)

    def _embed(self, prefix: str, texts: Sequence[str], progress: Progress | None) -> Vectors:
        out = np.empty((len(texts), self.dim), np.float32)
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        for at in range(0, len(order), 32):
            rows = order[at : at + 32]
            out[rows] = self._model.encode(
                [texts[row] for row in rows],
                prompt=prefix,
                normalize_embeddings=True,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
            if progress is not None:
                progress(at + len(rows))
        return out


def batches(lengths: Sequence[int], budget: int = BATCH_TOKENS) -> Iterator[list[int]]:
    """Yield row numbers in groups of similar length, each at most `budget` tokens when padded."""
    group: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if group and (len(group) + 1) * lengths[row] > budget:
            yield group
            group = []
        group.append(row)
    if group:
        yield group
