"""Fit how likely a provision bears out a paraphrase: `python -m eval.training.support`, some minutes on two cores.

It learns from the pairs for development (eval/sets/claims-dev.jsonl); those held out are not read here.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import assistant.grounding
from assistant.grounding.cited import Context, cited_in
from assistant.grounding.claims import split_claims
from assistant.grounding.quotes import quotations
from assistant.grounding.statement import statement
from assistant.grounding.support import NAMES, Weights, evidence
from eval.claims import DEVELOPMENT, Pair, load_pairs
from kb.base import KnowledgeBase
from kb.settings import get_settings

FOLDS, SEED, PENALTY = 10, 0, 0.1
Floats = NDArray[np.float64]


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


def fit(x: Floats, y: NDArray[np.int64], model: str) -> Weights:
    """Return the regression over standardised evidence."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-6
    found = LogisticRegression(C=PENALTY, max_iter=4000).fit((x - mean) / scale, y)
    return Weights(
        model=model,
        features=list(NAMES),
        mean=mean.round(6).tolist(),
        scale=scale.round(6).tolist(),
        weights=found.coef_[0].round(6).tolist(),
        bias=round(float(found.intercept_[0]), 6),
    )


def cross_validated(x: Floats, y: NDArray[np.int64]) -> Floats:
    """Return (n,) likelihoods, each by a regression that hasn't seen the pair."""
    from sklearn.model_selection import StratifiedKFold  # type: ignore[import-untyped]

    found = np.zeros(len(y))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(x, y):
        fitted = fit(x[train], y[train], "")
        row = (x[test] - np.array(fitted.mean)) / np.array(fitted.scale)
        found[test] = 1 / (1 + np.exp(-(row @ np.array(fitted.weights) + fitted.bias)))
    return found


def report(pairs: Sequence[Pair], chance: Floats) -> None:
    """Print what each threshold lets pass, by label."""
    labels = np.array([p.label for p in pairs])
    for threshold in np.arange(0.4, 0.95, 0.05):
        passed = {
            label: float((chance[labels == label] >= threshold).mean()) for label in sorted(set(labels))
        }
        print(f"{threshold:.2f}", *(f"{label} {share:.3f}" for label, share in passed.items()))  # noqa: T201


def main() -> None:
    """Fit and write the shipped weights; print cross-validated figures."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with KnowledgeBase.open(get_settings()) as kb:
        rows = [(pair, paraphrase(kb, pair)) for pair in load_pairs(kb, DEVELOPMENT)]
        key = kb.embedder.key
    kept = [(pair, row) for pair, row in rows if row is not None]
    x, y = np.array([row for _, row in kept]), np.array([int(p.label == "supported") for p, _ in kept])
    report([p for p, _ in kept], cross_validated(x, y))
    file = Path(assistant.grounding.__file__).with_name("support.json")
    file.write_text(fit(x, y, key).model_dump_json() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
