"""Evidence on the sentences written for training, each weighed by networks that haven't read one about its provision.

The shipped networks know these sentences: what they say of them would be too good to learn from. So there is one set
of networks for each third of the provisions, trained on the other two.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.grounding.entailment import LABELS, Entailment, entailment
from assistant.grounding.evidence import NAMES, evidence
from eval.systems.base import Progress
from eval.training.entailment import fit, read
from eval.training.sentences import Pair
from kb.base import KnowledgeBase
from kb.clock import today
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


def fold(about: str) -> int:
    """Return to which third the sentences about a provision belong."""
    return int(hashlib.sha256(about.encode()).hexdigest(), 16) % FOLDS


def train(learnt: Sequence[Pair], folder: Path) -> None:
    """Train the networks of each third that aren't in the folder yet."""
    for left_out in range(FOLDS):
        file = folder / f"networks-{left_out}.safetensors"
        if file.is_file():
            continue
        material = read([pair for pair in learnt if fold(pair.about) != left_out])
        networks = [fit(material, seed) for seed in SEEDS]
        store(networks, file, dim=material.said[0].shape[1])


def _shard(kb: KnowledgeBase, pairs: Sequence[Pair], networks: Sequence[Entailment], file: Path) -> None:
    """Write the evidence on some pairs, unless it is there; whole or not at all."""
    if file.is_file():
        return
    on = today()
    rows = [
        evidence(kb, p.statement, [kb.resolve(p.address, on)], on, networks[fold(p.about)]) for p in pairs
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
    trained = [entailment(folder / f"networks-{n}.safetensors") for n in range(FOLDS)]
    networks = [one for one in trained if one is not None]
    if len(networks) < FOLDS:
        raise ValueError(f"no networks in {folder}")
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
