"""Fit how a paraphrase is judged: the networks and what their word weighs. `python -m eval.training.support`, about two hours on two cores.

Both learn from the sentences written for training and from the pairs for development (sentences.py); what networks say
of those that they haven't read is weighed, with other evidence, by small ones (crossed.py, weigh.py). Pairs for development, nearer to
life, count as often as DEVELOPMENT_WEIGHT of the others there. The pairs held out are not read here.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import corpora
from assistant.grounding.entailment import FILE
from assistant.grounding.evidence import NAMES
from assistant.grounding.support import FILE as WEIGHTS
from assistant.grounding.support import Weigher, Weights
from eval.claims import Pair
from eval.training.crossed import crossed, fold, train
from eval.training.sentences import development, written
from eval.training.weigh import Rows, fit, together
from kb.base import KnowledgeBase
from kb.embedding.weights import store
from kb.settings import get_settings

FOLDS, DEVELOPMENT_WEIGHT = 10, 4.0
WORK = Path("var/training/support")
Floats = NDArray[np.float64]


def cross_validated(ours: Rows, theirs: Rows, folds: Sequence[int]) -> Floats:
    """Return (n,) likelihoods of the pairs for development, each by networks that haven't seen its fold."""
    found, fold_of = np.zeros(len(theirs.y)), np.asarray(folds)
    for held_out in sorted(set(folds)):
        held = fold_of == held_out
        seen = Rows(*(part[~held] for part in theirs))
        found[held] = _weights(fit(together(ours, seen))).chance(theirs.x[held])
    return found


def _weights(networks: list[Weigher], model: str = "") -> Weights:
    return Weights(model, list(NAMES), networks)


def report(pairs: Sequence[Pair], chance: Floats) -> None:
    """Print what each threshold lets pass, by label."""
    labels = np.array([p.label for p in pairs])
    for threshold in np.arange(0.2, 0.95, 0.05):
        passed = {
            label: float((chance[labels == label] >= threshold).mean()) for label in sorted(set(labels))
        }
        print(f"{threshold:.2f}", *(f"{label} {share:.3f}" for label, share in passed.items()))  # noqa: T201


def main() -> None:
    """Fit and write the shipped weights; print cross-validated figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=WORK, help="where networks and evidence are kept")
    folder: Path = parser.parse_args().work
    folder.mkdir(parents=True, exist_ok=True)
    with KnowledgeBase.open(get_settings()) as kb:
        learnt, known = written(kb), development(kb)
        pairs = [*learnt, *(pair for _, pair in known)]
        networks = train(pairs, folder)
        x, y = crossed(kb, pairs, folder)
        key = kb.embedder.key
    ours = Rows(x[: len(learnt)], y[: len(learnt)], np.ones(len(learnt)))
    theirs = Rows(x[len(learnt) :], y[len(learnt) :], np.full(len(known), DEVELOPMENT_WEIGHT))
    # pairs about one article stand in one fold
    folds = [fold(pair.about, FOLDS) for _, pair in known]
    report([claim for claim, _ in known], cross_validated(ours, theirs, folds))
    store(networks, corpora.path("ranker", FILE), dim=networks[0].state.in_features)
    weighers = fit(together(ours, theirs))
    store(weighers, corpora.path("ranker", WEIGHTS), model=key, features=list(NAMES))


if __name__ == "__main__":
    main()
