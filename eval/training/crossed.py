"""Networks for each third of the provisions, trained on the other two, and evidence on that third by them alone.

What networks say of sentences that they know by heart is too good to learn from. All of them together are what ships
(assistant/grounding/entailment.py): new sentences are new to each.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.grounding.entailment import LABELS, Entailment, InferenceNetwork, entailment
from assistant.grounding.evidence import NAMES, evidence
from eval.systems.base import Progress
from eval.training.entailment import fit, read
from eval.training.sentences import Pair
from kb.base import KnowledgeBase
from kb.embedding.base import Embedder, Vectors
from kb.embedding.base import Progress as Embedded
from kb.embedding.cache import EmbeddingCache, embed_passages_cached
from kb.embedding.once import EmbedOnce
from kb.embedding.weights import store

FOLDS, SEEDS = 3, (0, 1)
#: Pairs whose evidence is written at once.
SHARD = 250
Floats = NDArray[np.float64]


class Remembering(EmbedOnce):
    """An embedder that keeps the vectors of passages in a file: a provision is read beside many sentences."""

    def __init__(self, inner: Embedder, cache: EmbeddingCache) -> None:
        super().__init__(inner)
        self._cache = cache

    def embed_passages(self, texts: Sequence[str], progress: Embedded | None = None) -> Vectors:
        """Return (n, dim) unit vectors of passages."""
        return embed_passages_cached(self._inner, texts, self._cache, progress=progress)


def fold(about: str, folds: int = FOLDS) -> int:
    """Return to which third, or other part, the sentences about a provision belong."""
    return int(hashlib.sha256(about.encode()).hexdigest(), 16) % folds


def train(learnt: Sequence[Pair], folder: Path) -> list[InferenceNetwork]:
    """Return the networks of all thirds; those that are in the folder already aren't trained again."""
    networks = []
    for left_out in range(FOLDS):
        file = folder / f"networks-{left_out}.safetensors"
        if not file.is_file():
            material = read([pair for pair in learnt if fold(pair.about) != left_out])
            store([fit(material, seed) for seed in SEEDS], file, dim=material.said[0].shape[1])
        networks += _trained(file).networks
    return networks


def _trained(file: Path) -> Entailment:
    found = entailment(file)
    if found is None:
        raise ValueError(f"no networks in {file.parent}")
    return found


def _shard(kb: KnowledgeBase, pairs: Sequence[Pair], networks: Sequence[Entailment], file: Path) -> None:
    """Write the evidence on some pairs, unless it is there; whole or not at all."""
    if file.is_file():
        return
    rows = [
        evidence(kb, p.statement, [kb.resolve(at, p.on) for at in p.addresses], p.on, networks[fold(p.about)])
        for p in pairs
    ]
    part = file.with_suffix(".part")
    with part.open("wb") as out:
        np.savez(out, x=np.array(rows), y=np.array([p.label == LABELS[0] for p in pairs]))
    part.replace(file)


def crossed(
    kb: KnowledgeBase, pairs: Sequence[Pair], folder: Path, progress: Progress = lambda *_: None
) -> tuple[Floats, NDArray[np.int64]]:
    """Return (n, len(NAMES)) evidence and (n,) whether the provision bears the sentence out.

    Args:
        kb: the knowledge base.
        pairs: sentences beside provisions.
        folder: where the networks are; evidence is kept there, so that a run that was cut off goes on.
        progress: told of pairs.

    Raises:
        ValueError: the networks aren't trained.
    """
    networks = [_trained(folder / f"networks-{n}.safetensors") for n in range(FOLDS)]
    kb.embedder = Remembering(kb.embedder, EmbeddingCache(folder / "vectors.sqlite3"))
    found = []
    for number, at in enumerate(range(0, len(pairs), SHARD)):
        file = folder / f"evidence-{number:03}.npz"
        _shard(kb, pairs[at : at + SHARD], networks, file)
        with np.load(file) as saved:
            found.append((saved["x"], saved["y"]))
        progress("依据", min(len(pairs), at + SHARD), len(pairs))
    x = np.concatenate([one for one, _ in found])
    if x.shape != (len(pairs), len(NAMES)):
        raise ValueError(f"{folder} holds evidence of something else")
    return x, np.concatenate([one for _, one in found]).astype(np.int64)
