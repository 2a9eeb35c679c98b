"""Fit how likely a provision bears out a paraphrase: `python -m eval.training.support`, about two hours on two cores.

It learns from the sentences written for training (sentences.py), each judged by networks that haven't read it
(crossed.py), and from the pairs for development (eval/sets/claims-dev.jsonl), by other writers and nearer to life,
each counted as often as DEVELOPMENT_WEIGHT of those. The pairs held out are not read here.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import assistant.grounding
from assistant.grounding.cited import Context, cited_in
from assistant.grounding.claims import split_claims
from assistant.grounding.evidence import NAMES, evidence
from assistant.grounding.quotes import quotations
from assistant.grounding.statement import statement
from assistant.grounding.support import Weights
from eval.claims import DEVELOPMENT, Pair, load_pairs
from eval.training import sentences
from eval.training.crossed import crossed, train
from kb.base import KnowledgeBase
from kb.settings import get_settings

FOLDS, SEED, PENALTY, DEVELOPMENT_WEIGHT = 10, 0, 0.1, 4.0
WORK = Path("var/training/support")
Floats = NDArray[np.float64]
Truth = NDArray[np.int64]


class Rows(NamedTuple):
    """Evidence (n, len(NAMES)), whether it is support (n,), and how much each row counts (n,)."""

    x: Floats
    y: Truth
    weight: Floats


def paraphrase(kb: KnowledgeBase, pair: Pair) -> Floats | None:
    """Return the evidence for a pair; None where a quotation or the citation itself decides."""
    context, said, cited = Context(), [], []
    for span in split_claims(pair.claim):
        citations = cited_in(kb, span, context).citations
        found = [kb.resolver.resolve(c, pair.on) for c in citations]
        spans = [(c.start, c.end) for c in citations if c.start >= 0]
        quoted = quotations(span.text, spans)
        if not found or any(r.status != "ok" for r in found) or any(q.marked for q in quoted):
            return None
        said.append(statement(span.text, spans, quoted))
        cited += found
    return evidence(kb, "，".join(said), cited, pair.on)


def fit(rows: Rows, model: str) -> Weights:
    """Return the regression over standardised evidence."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    mean, scale = rows.x.mean(axis=0), rows.x.std(axis=0) + 1e-6
    found = LogisticRegression(C=PENALTY, max_iter=4000)
    found.fit((rows.x - mean) / scale, rows.y, sample_weight=rows.weight)
    return Weights(
        model=model,
        features=list(NAMES),
        mean=mean.round(6).tolist(),
        scale=scale.round(6).tolist(),
        weights=found.coef_[0].round(6).tolist(),
        bias=round(float(found.intercept_[0]), 6),
    )


def together(written: Rows, development: Rows) -> Rows:
    """Return the rows of both."""
    return Rows(*(np.concatenate(both) for both in zip(written, development, strict=True)))


def cross_validated(written: Rows, development: Rows) -> Floats:
    """Return (n,) likelihoods of the pairs for development, each by a regression that hasn't seen the pair."""
    from sklearn.model_selection import StratifiedKFold  # type: ignore[import-untyped]

    found = np.zeros(len(development.y))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for seen, held in folds.split(development.x, development.y):
        fitted = fit(together(written, Rows(*(part[seen] for part in development))), "")
        found[held] = fitted.chance(development.x[held])
    return found


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
        kept = [(p, row) for p in load_pairs(kb, DEVELOPMENT) if (row := paraphrase(kb, p)) is not None]
        learnt = sentences.pairs(kb)
        train(learnt, folder)
        x, y = crossed(kb, [*learnt, *sentences.wrong_parts(kb)], folder)
        key = kb.embedder.key
    written = Rows(x, y, np.ones(len(y)))
    truth = np.array([int(p.label == "supported") for p, _ in kept])
    known = Rows(np.array([row for _, row in kept]), truth, np.full(len(kept), DEVELOPMENT_WEIGHT))
    report([p for p, _ in kept], cross_validated(written, known))
    file = Path(assistant.grounding.__file__).with_name("support.json")
    file.write_text(fit(together(written, known), key).model_dump_json() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
