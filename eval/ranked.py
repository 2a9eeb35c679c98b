"""The product's learnt ranking of provisions, over the documents of a BEIR folder."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from eval import beir
from eval.bm25 import top
from kb.embedding.base import Vectors
from kb.lexical.encoder import LexicalEncoder
from kb.ranking.model import Ranker
from kb.ranking.questions import Asked, Near, PredictedQuestions
from kb.ranking.rank import ASKED, Found, place, query_words, rank

Rankings = dict[str, list[tuple[str, float]]]
"""By question id: (document id, score), best first."""


class Pool(NamedTuple):
    """The candidates of one question, as `kb.ranking.rank` takes them; a candidate's key is its document's id."""

    query: str
    words: list[str]
    found: list[Found]
    asked: dict[str, Near]


class Encoded(NamedTuple):
    """Vectors of a folder: passages (documents, dim), queries (dim,) by id."""

    passages: Vectors
    queries: dict[str, Vectors]


def attach(data: beir.Dataset, predicted: PredictedQuestions) -> Asked:
    """Attach questions to documents whose title is the address they were written for, and whose text fits."""
    return predicted.attach((d.id, d.title, d.text) for d in data.documents)


def pools(
    data: beir.Dataset,
    encoded: Encoded,
    lexical: Mapping[str, Sequence[tuple[str, float]]],
    asked: Asked,
    encoder: LexicalEncoder,
    dense_candidates: int,
) -> Iterator[Pool]:
    """Yield each question's candidates, found as the product finds them: by meaning, words and questions.

    Args:
        lexical: by question id, (document id, BM25) of what words find.
        dense_candidates: how many the search by meaning contributes.
    """
    rows = {d.id: n for n, d in enumerate(data.documents)}
    places = [place(d.title) for d in data.documents]
    for query, text in data.queries.items():
        vector = encoded.queries[query]
        cosines = (encoded.passages @ vector).astype(np.float32)
        words = {rows[key]: score for key, score in lexical.get(query, ())}
        nearest = asked.nearest(vector)
        chosen = dict.fromkeys(row for row, _ in top(cosines, dense_candidates))
        chosen.update(dict.fromkeys(words))
        chosen.update(dict.fromkeys(rows[key] for key in nearest.first(ASKED)))
        found = [
            Found(
                key=data.documents[row].id,
                law=places[row][0],
                number=places[row][1],
                text=data.documents[row].text,
                cosine=float(cosines[row]),
                lexical=words.get(row, 0.0),
            )
            for row in chosen
        ]
        yield Pool(query, query_words(encoder, text), found, nearest.scores(f.key for f in found))


def ranked_rankings(ranker: Ranker, candidates: Iterator[Pool]) -> Rankings:
    """Return each question's candidates with the ranker's score, best first."""
    return {
        pool.query: [(r.key, r.score) for r in rank(ranker, pool.words, pool.found, pool.asked)]
        for pool in candidates
    }
