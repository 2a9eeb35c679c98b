"""Cross-validation of the model that tells names: `python -m eval.redaction_folds`, some minutes on one core.

Whole forms and whole hard cases are parted into four. Four times a model is trained on three parts, filled from
one of the pools for development and from wider given names, and measured on the fourth: its records are filled
from the one pool that its model has not seen, so that neither forms nor names were met before.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from eval.redaction import Score, load_hard, score
from eval.redaction_pools import pools
from eval.redaction_records import FOLDS, Record, generate
from eval.redaction_training import Rows, fit, plain, published, rows, statutes, wider
from kb.redaction import persons
from kb.redaction.types import NUMBERS, Kind

SEED = 90
THRESHOLDS = (0.05, 0.08, 0.1, 0.12, 0.16)


def _train_rows(fold: int, count: int) -> list[tuple[Rows, float]]:
    """Return what the model of one fold may see."""
    folds = [f for f in range(FOLDS) if f != fold]
    known = pools(held_out=False)[fold % 2]
    found = [
        (rows(generate(count, SEED + fold, held_out=False, names=(known,), folds=folds)), 1.0),
        (rows(generate(count, SEED + 10 + fold, held_out=False, names=(wider(known),), folds=folds)), 1.0),
    ]
    return [*found, (rows(_hard(folds)), 6.0)]


def _hard(folds: Sequence[int]) -> list[Record]:
    return [record for n, record in enumerate(load_hard()) if n % FOLDS in folds]


def measure(fold: int, count: int) -> tuple[Score, Score]:
    """Return the scores of the model in use on one fold: records with the pool it has not seen, hard cases."""
    unseen = pools(held_out=False)[1 - fold % 2]
    records = generate(count, SEED + 20 + fold, held_out=False, names=(unseen,), folds=[fold])
    return score(records, explain=True), score(_hard([fold]), explain=True)


def added(scores: Sequence[Score]) -> Score:
    """Return the counts of all."""
    total = Score()
    for one in scores:
        total.gold.update(one.gold)
        total.found.update(one.found)
        total.kept.update(one.kept)
        total.predicted, total.right = total.predicted + one.predicted, total.right + one.right
        total.changed += one.changed
        total.errors += one.errors
    return total


def main() -> None:
    """Train on three parts, measure on the fourth, for several thresholds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", type=int, default=350, help="records of each kind to train a fold on")
    parser.add_argument("--count", type=int, default=100, help="records to measure a fold on")
    parser.add_argument("--cases", type=Path, help="published cases (.jsonl); every second one is trained on")
    parser.add_argument("--errors", type=Path, help="where errors at the shipped threshold are written")
    asked = parser.parse_args()
    shared = [(rows(plain(statutes(300))), 1.0)]
    if asked.cases:
        shared.append((rows(plain(published(asked.cases, odd=True))), 1.0))
    shipped, shipped_model = persons.ENOUGH, persons.model
    results: dict[float, list[tuple[Score, Score]]] = {t: [] for t in {*THRESHOLDS, shipped}}
    try:
        for fold in range(FOLDS):
            model = persons.Model(fit([*_train_rows(fold, asked.train), *shared]))
            persons.model = lambda path=None, model=model: model  # type: ignore[assignment]
            for threshold, found in results.items():
                persons.ENOUGH = threshold
                found.append(measure(fold, asked.count))
    finally:
        persons.ENOUGH, persons.model = shipped, shipped_model
    for threshold, scores in sorted(results.items()):
        for n, name in enumerate(("records", "hard")):
            total = added([pair[n] for pair in scores])
            row = [total.recall(NUMBERS), total.recall([Kind.NAME]), total.precision]
            print(threshold, name, *(f"{x:.4f}" for x in row))  # noqa: T201
    if asked.errors:
        errors = [e for pair in results[shipped] for one in pair for e in one.errors]
        asked.errors.write_text(json.dumps(errors, ensure_ascii=False, indent=0), encoding="utf-8")


if __name__ == "__main__":
    main()
