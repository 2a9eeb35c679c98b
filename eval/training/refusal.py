"""Fit when the chat answers and when it refuses: `python -m eval.training.refusal`, some minutes on two cores.

It learns from questions written for it alone (sets/asked.jsonl: answerable and not, sets/outside.jsonl: not), of
which neither encoder nor ranker has seen the answerable ones. Cross-validated figures are printed; what is
reported is measured on eval/sets, of which nothing is read here.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import corpora
from assistant.chat.confidence import NAMES, Weights, gather
from assistant.desks.causes import match_causes
from kb.base import KnowledgeBase
from kb.clock import today
from kb.search.types import SearchRequest
from kb.settings import get_settings

SETS = Path(__file__).with_name("sets")
DEPTH, FOLDS, SEED = 12, 10, 0
#: Inverse strength of the penalty, chosen by cross-validation from .05, .3 and 1.
PENALTY = 0.05
Floats = NDArray[np.float64]


def questions() -> list[tuple[str, bool]]:
    """Return questions, and whether the shelves answer them."""
    asked = [json.loads(line) for line in (SETS / "asked.jsonl").read_text("utf-8").splitlines()]
    never = [json.loads(line) for line in (SETS / "outside.jsonl").read_text("utf-8").splitlines()]
    return [(r["question"], bool(r["answerable"])) for r in asked] + [(r["question"], False) for r in never]


def evidence(kb: KnowledgeBase, asked: list[tuple[str, bool]]) -> tuple[Floats, NDArray[np.int64]]:
    """Return (n, features) evidence and (n,) labels."""
    on, rows = today(), []
    for done, (question, _) in enumerate(asked, 1):
        request = SearchRequest(query=question, kinds=["provision"], on=on, limit=DEPTH)
        found = gather(kb, question, on, kb.search(request).hits, match_causes(question))
        rows.append(found.row)
        if done % 200 == 0:
            print(f"{done}/{len(asked)}", flush=True)  # noqa: T201
    return np.array(rows), np.array([int(answerable) for _, answerable in asked])


def fit(x: Floats, y: NDArray[np.int64], model: str) -> Weights:
    """Return the regression over centred evidence."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    mean = x.mean(axis=0)
    found = LogisticRegression(C=PENALTY, max_iter=4000).fit(x - mean, y)
    return Weights(
        model=model,
        features=list(NAMES),
        mean=mean.round(6).tolist(),
        weights=found.coef_[0].round(6).tolist(),
        bias=round(float(found.intercept_[0]), 6),
    )


def cross_validated(x: Floats, y: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return (n,) probabilities, each by a regression that hasn't seen the question."""
    from sklearn.model_selection import StratifiedKFold  # type: ignore[import-untyped]

    found = np.zeros(len(y))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(x, y):
        fitted = fit(x[train], y[train], "")
        score = (x[test] - np.array(fitted.mean)) @ np.array(fitted.weights) + fitted.bias
        found[test] = 1 / (1 + np.exp(-score))
    return found


def main() -> None:
    """Fit and write the shipped weights."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with KnowledgeBase.open(get_settings()) as kb:
        x, y = evidence(kb, questions())
        key = kb.embedder.key
    chance = cross_validated(x, y)
    wrong, refused = float((chance[y == 0] >= 0.5).mean()), float((chance[y == 1] < 0.5).mean())
    file = corpora.path("ranker", "answering.json")
    file.write_text(fit(x, y, key).model_dump_json() + "\n", encoding="utf-8")
    print(f"交叉验证：不该答而答 {wrong:.3f}，该答而拒 {refused:.3f}；已写入 {file.name}")  # noqa: T201


if __name__ == "__main__":
    main()
