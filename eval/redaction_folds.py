"""Cross-validation of the network that sees names: `python -m eval.redaction_folds`, five minutes a hand on two cores.

Forms and hard cases are parted by the hand that wrote them. A network is trained on all hands but one, filled from
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
from eval.redaction_training import fit, hand_of, material
from kb.redaction import network as trained
from kb.redaction import persons
from kb.redaction.types import NUMBERS, Kind

SEED = 90
THRESHOLDS = (0.15, 0.2, 0.3, 0.4)


def _hard(hands: Sequence[str]) -> list[Record]:
    return [record for record in load_hard() if hand_of(record) in hands]


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
    parser.add_argument("--train", type=int, default=1600, help="records to train a fold on")
    parser.add_argument("--count", type=int, default=150, help="records to measure a fold on")
    parser.add_argument("--hands", nargs="*", default=HANDS, help="only these folds")
    parser.add_argument("--cases", type=Path, help="published cases (.jsonl); every second one is trained on")
    parser.add_argument("--errors", type=Path, help="where errors at the shipped threshold are written")
    asked = parser.parse_args()
    shipped, shipped_network = persons.ENOUGH, trained.network
    results: dict[float, list[tuple[Score, Score]]] = {t: [] for t in {*THRESHOLDS, shipped}}
    try:
        for fold, hand in enumerate(HANDS):
            if hand not in asked.hands:
                continue
            others = [h for h in HANDS if h != hand]
            names = [pool for n, pool in enumerate(pools(held_out=False)) if n != fold]
            net = fit(material(asked.train, asked.cases, others, names))
            trained.network = lambda path=None, net=net: net  # type: ignore[assignment]
            for threshold, found in results.items():
                persons.ENOUGH = threshold
                found.append(measure(fold, asked.count))
            for n, name in enumerate(("records", "hard")):
                _show(f"{hand} {shipped}", name, results[shipped][-1][n])
    finally:
        persons.ENOUGH, trained.network = shipped, shipped_network
    for threshold, scores in sorted(results.items()):
        for n, name in enumerate(("records", "hard")):
            _show(str(threshold), name, added([pair[n] for pair in scores]))
    if asked.errors:
        errors = [e for pair in results[shipped] for one in pair for e in one.errors]
        asked.errors.write_text(json.dumps(errors, ensure_ascii=False, indent=0), encoding="utf-8")


if __name__ == "__main__":
    main()
