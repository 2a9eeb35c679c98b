"""From the result of cross-validation to rankings that the chat can be asked with (`eval.replay`)."""

from collections.abc import Mapping

import numpy as np

from eval.replay import HeldOut
from eval.training.ranker import curve
from eval.training.result import Result
from kb.embedding.base import Vectors
from kb.ranking.features import NAMES

KEPT = 150
_COSINE, _LEXICAL = NAMES.index("cosine"), NAMES.index("lexical_share")


def held_out(
    result: Result, titles: Mapping[str, str], vectors: Mapping[str, Vectors], dense_candidates: int
) -> list[HeldOut]:
    """Return the rankings of the questions whose vectors are given, each calibrated without its own fold.

    Args:
        result: with scores.
        titles: addresses by document id.
        vectors: (dim,) by question id, by the encoder of the question's fold.
        dense_candidates: how many the search by meaning contributes.
    """
    queries, scores, found = result.queries, result.scores, []
    for fold in sorted({q.fold for q in queries}):
        others = [n for n, q in enumerate(queries) if q.fold != fold]
        knots = curve([queries[n] for n in others], [scores[n] for n in others])
        for query, mine in zip(queries, scores, strict=True):
            if query.fold != fold or query.id not in vectors:
                continue
            order = np.argsort(-mine, kind="stable")[:KEPT]
            chance = np.interp(mine, knots["score"], knots["probability"]) * query.answerable
            dense = np.zeros(len(mine), np.bool_)
            dense[np.argsort(-query.features[:, _COSINE], kind="stable")[:dense_candidates]] = True
            found.append(
                HeldOut(
                    query.id,
                    fold,
                    tuple(titles[result.documents[query.id][n]] for n in order),
                    tuple(chance[order].tolist()),
                    tuple(dense[order].tolist()),
                    tuple((query.features[order, _LEXICAL] > 0).tolist()),
                    query.answerable,
                    vectors[query.id],
                )
            )
    return found
