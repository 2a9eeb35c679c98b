"""One fold of cross-validation: its questions, ranked by an encoder that never saw them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval import beir
from eval.ranked import Encoded, attach, pools
from eval.training.answerable import chances, fit_answerable, inside
from eval.training.encoder import Encoder
from eval.training.learnt import learn_prototypes, story_prototypes
from eval.training.ranker import Query
from eval.training.ranking import embed
from eval.training.result import Qrels, Result
from eval.training.stages import Ground
from kb.embedding.base import Vectors
from kb.lexical.encoder import LexicalEncoder
from kb.ranking.prototypes import joined, with_prototypes
from kb.ranking.questions import ByArticle, Question, load_questions
from kb.ranking.rank import candidate_features

Lexical = dict[str, list[tuple[str, float]]]
_DEPTH = 100  # results kept of a dense ranking


@dataclass(frozen=True)
class Fold:
    """A fold's number, its questions by kind, and those of the other folds that its models learn from.

    Attributes:
        judged: by id.
        stories: narratives that no encoder learns from.
        outside: questions that nothing answers.
        learnt: positions of the other folds' judged questions.
        others: the other folds' unanswerable questions.
    """

    number: int
    judged: dict[str, str]
    stories: list[str]
    outside: list[str]
    learnt: list[int]
    others: list[str]

    @property
    def queries(self) -> dict[str, str]:
        """All questions: judged ones by id, the others by text."""
        return self.judged | {text: text for text in (*self.stories, *self.outside)}


def story_qrels(ground: Ground) -> Qrels:
    """Return, by text, the documents of each story's articles."""
    documents, row_of = ground.material.documents, ground.material.row_of
    return {
        story.text: {documents[row_of[a]].id: 1 for a in story.articles if a in row_of}
        for story in ground.material.stories
    }


def rank_fold(
    ground: Ground,
    encoder: Encoder,
    fold: Fold,
    words: LexicalEncoder,
    lexical: Lexical,
    result: Result,
) -> None:
    """Add the fold's dense rankings and ranker data to `result`.

    Args:
        lexical: by question, what words find.
    """
    material, tokens, config = ground.material, ground.tokens, ground.config
    documents = [material.documents[row] for row in ground.pool]
    asked = _fitting(documents)
    predicted = _embed(ground, encoder, [q.text for q in asked])
    judged = learn_prototypes(material, tokens, encoder, fold.learnt)
    stories = story_prototypes(material, tokens, encoder, leave=frozenset(fold.stories))
    answerable = inside(judged.vectors, predicted, stories.vectors, config.answerable, config.seed)
    head = fit_answerable(answerable, _embed(ground, encoder, fold.others), config.answerable)

    part = beir.Dataset(documents, fold.queries, result.qrels)
    narratives = tokens.questions(fold.stories, narrative=True)
    ids = tokens.questions(list(fold.queries.values())) | narratives
    vectors = embed(encoder, [ids[text] for text in fold.queries.values()])
    chance = dict(zip(fold.queries, chances(head, vectors), strict=True))
    encoded = Encoded(
        embed(encoder, [ground.passages[row] for row in ground.pool]),
        dict(zip(fold.queries, vectors, strict=True)),
    )
    near = attach(part, with_prototypes(asked, predicted, joined(judged, stories)))
    known = {d.id for d in documents}
    found = {q: [(d, s) for d, s in lexical.get(q, []) if d in known] for q in fold.queries}
    for pool in pools(part, encoded, found, near, words, config.ranker.dense_candidates):
        right = part.qrels.get(pool.query, {})
        order = sorted(pool.found, key=lambda f: -(f.cosine or 0.0))[:_DEPTH]
        if right:
            result.runs["dense"][pool.query] = {f.key: float(f.cosine or 0.0) for f in order}
        keys = [f.key for f in pool.found]
        result.documents[pool.query] = keys
        result.queries.append(
            Query(
                pool.query,
                candidate_features(pool.words, pool.found, pool.asked),
                np.array([key in right for key in keys], np.bool_),
                len(right),
                fold.number,
                chance[pool.query],
            )
        )


def _fitting(documents: Sequence[beir.Document]) -> list[Question]:
    """Return the predicted questions that fit one of the documents: the others needn't be embedded."""
    questions = load_questions()
    by_article = ByArticle(questions)
    rows = {row for d in documents for row in by_article.rows(d.title, d.text)}
    return [questions[row] for row in sorted(rows)]


def _embed(ground: Ground, encoder: Encoder, texts: Sequence[str]) -> Vectors:
    ids = ground.tokens.questions(texts)
    return embed(encoder, [ids[text] for text in texts])
