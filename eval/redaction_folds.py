"""Cross-validation of the model that tells names: `python -m eval.redaction_folds`, some minutes on one core.

Forms and hard cases are parted by the hand that wrote them. A model is trained on all hands but one, filled from
all pools for development but one and from wider given names, and measured on that hand: its records are filled
from the pool that its model has not seen, so that neither way of writing nor names were met before.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from eval.redaction import Score, load_hard, score
from eval.redaction_pools import pools
from eval.redaction_records import HANDS, Record, generate
from eval.redaction_training import Rows, everyday, fit, plain, published, rows, wider
from kb.redaction import persons
from kb.redaction.types import NUMBERS, Kind

SEED = 90
THRESHOLDS = (0.05, 0.08, 0.1, 0.12, 0.16)


#: Whose hard cases are whose, by the first letter of their ids.
_HARD = {"h": "t", "n": "t", "k": "k", "p": "p", "m": "m", "z": "z"}


def _train_rows(fold: int, count: int) -> list[tuple[Rows, float]]:
    """Return what the model of one fold may see."""
    hands = [hand for n, hand in enumerate(HANDS) if n != fold]
    known = [pool for n, pool in enumerate(pools(held_out=False)) if n != fold]
    wide = [wider(pool) for pool in known]
    found = [
        (rows(generate(count, SEED + fold, held_out=False, names=known, hands=hands)), 1.0),
        (rows(generate(count, SEED + 10 + fold, held_out=False, names=wide, hands=hands)), 1.0),
    ]
    return [*found, (rows(_hard(hands)), 6.0)]


def _hard(hands: Sequence[str]) -> list[Record]:
    return [record for record in load_hard() if _HARD[record.id[0]] in hands]


def measure(fold: int, count: int) -> tuple[Score, Score]:
    """Return the scores of the model in use on one fold: records with the pool it has not seen, hard cases."""
    unseen, hand = pools(held_out=False)[fold], HANDS[fold]
    records = generate(count, SEED + 20 + fold, held_out=False, names=(unseen,), hands=[hand])
    return score(records, explain=True), score(_hard([hand]), explain=True)


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


def _show(what: str, name: str, total: Score) -> None:
    row = [total.recall(NUMBERS), total.recall([Kind.NAME]), total.precision]
    print(what, name, *(f"{x:.4f}" for x in row), flush=True)  # noqa: T201


def main() -> None:
    """Train on all hands but one, measure on that one, for several thresholds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", type=int, default=350, help="records of each kind to train a fold on")
    parser.add_argument("--count", type=int, default=100, help="records to measure a fold on")
    parser.add_argument("--cases", type=Path, help="published cases (.jsonl); every second one is trained on")
    parser.add_argument("--errors", type=Path, help="where errors at the shipped threshold are written")
    asked = parser.parse_args()
    shared = [(rows(plain(everyday(600))), 1.0)]
    if asked.cases:
        shared.append((rows(plain(published(asked.cases, odd=True))), 1.0))
    shipped, shipped_model = persons.ENOUGH, persons.model
    results: dict[float, list[tuple[Score, Score]]] = {t: [] for t in {*THRESHOLDS, shipped}}
    try:
        for fold, hand in enumerate(HANDS):
            model = persons.Model(fit([*_train_rows(fold, asked.train), *shared]))
            persons.model = lambda path=None, model=model: model  # type: ignore[assignment]
            for threshold, found in results.items():
                persons.ENOUGH = threshold
                found.append(measure(fold, asked.count))
            for n, name in enumerate(("records", "hard")):
                _show(f"{hand} {shipped}", name, results[shipped][fold][n])
    finally:
        persons.ENOUGH, persons.model = shipped, shipped_model
    for threshold, scores in sorted(results.items()):
        for n, name in enumerate(("records", "hard")):
            _show(str(threshold), name, added([pair[n] for pair in scores]))
    if asked.errors:
        errors = [e for pair in results[shipped] for one in pair for e in one.errors]
        asked.errors.write_text(json.dumps(errors, ensure_ascii=False, indent=0), encoding="utf-8")


if __name__ == "__main__":
    main()
