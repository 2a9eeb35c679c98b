"""Predicted questions: what laypeople ask and a provision answers, written beforehand by our team.

The idea is docT5query's (Nogueira and others, 2019), but a question is compared with questions, not added to the
text of the provision.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import corpora
from kb.embedding.base import Embedder, Progress, Vectors
from kb.embedding.cache import EmbeddingCache, Lookup, embed_passages_cached
from kb.errors import UnreadableFile

Floats = NDArray[np.float32]

HEADER = "articles\tprints\tquestion"
#: Before the question when its vector is looked up, so that it never meets a passage of the same words.
PREFIX = "query: "
_MOST_ARTICLES = 3
_TEMPERATURE = 0.03  # of the vote: the one the encoder was trained with
_NO_TEXT = re.compile(r"[\W_]+")
_PRINT = re.compile(r"[0-9a-f]{8}")
_HINT = "请恢复随软件提供的 corpora/questions 文件夹"


@dataclass(frozen=True, slots=True)
class Question:
    """A predicted question.

    Attributes:
        text: as a layperson would ask it.
        answers: address and fingerprints of the texts it was written for, of one to three articles.
    """

    text: str
    answers: tuple[tuple[str, frozenset[str]], ...]


def text_print(text: str) -> str:
    """Return the fingerprint of an article's text: 8 hex digits over its ideographs, letters and digits.

    >>> text_print("邻居，应当 互让。") == text_print("邻居应当互让")
    True
    """
    return blake2b(_NO_TEXT.sub("", text).encode(), digest_size=4).hexdigest()


def load_questions(folder: Path | None = None) -> list[Question]:
    """Return the questions of every *.tsv in the folder (the shipped one by default); none where there is no file.

    Raises:
        UnreadableFile: a file isn't in the form `HEADER` says, with the line where it fails.
    """
    questions: list[Question] = []
    for path in sorted((folder or corpora.path("questions")).glob("*.tsv")):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError as error:
            raise UnreadableFile(f"{path.name} 不是 UTF-8 文本", _HINT) from error
        if not lines or lines[0] != HEADER:
            raise UnreadableFile(f"{path.name} 第 1 行应为三列标题 articles、prints、question", _HINT)
        for number, line in enumerate(lines[1:], 2):
            if line.strip():
                questions.append(_question(line, f"{path.name} 第 {number} 行"))
    return questions


def _question(line: str, where: str) -> Question:
    fields = line.split("\t")
    if len(fields) != 3 or not fields[2].strip():
        raise UnreadableFile(f"{where}应为三列：条文、指纹、问题", _HINT)
    addresses = [a.strip() for a in fields[0].split(";")]
    prints = [frozenset(p.strip() for p in group.split(",")) for group in fields[1].split(";")]
    if len(addresses) != len(prints) or len(addresses) > _MOST_ARTICLES or not all(addresses):
        raise UnreadableFile(f"{where}的条文应为一至三条，每条各有指纹", _HINT)
    if not all(_PRINT.fullmatch(p) for group in prints for p in group):
        raise UnreadableFile(f"{where}的指纹应为 8 位十六进制数", _HINT)
    return Question(fields[2].strip(), tuple(zip(addresses, prints, strict=True)))


class _AsQueries:
    """An embedder whose passages are questions, so that the cache of passages serves them too."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.name, self.key = embedder.name, embedder.key
        self.dim, self.precision = embedder.dim, embedder.precision

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.embed_queries([t.removeprefix(PREFIX) for t in texts])

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        vectors = self.embed_queries(texts)
        if progress is not None:
            progress(len(texts))
        return vectors


def question_vectors(
    embedder: Embedder,
    questions: Sequence[Question],
    cache: EmbeddingCache | None = None,
    shipped: Iterable[Lookup] = (),
    progress: Progress | None = None,
) -> Vectors:
    """Return (n, dim) unit vectors of the questions as queries, computing only those found nowhere.

    `progress` gets the number done so far, found ones included.
    """
    keys = [PREFIX + q.text for q in questions]
    return embed_passages_cached(_AsQueries(embedder), keys, cache, shipped, progress)


class Near(NamedTuple):
    """How near a provision's predicted questions are to a question; see `Nearest`."""

    best: float
    second: float = 0.0
    vote: float = 0.0


class Nearest(NamedTuple):
    """How near each provision's predicted questions are to a question; arrays of one length.

    Attributes:
        ids: of the provisions that have questions.
        best: cosine to the nearest of its questions.
        second: cosine to the second nearest; 0 where it has one question only.
        vote: what its questions weigh among all, 0 to 1: a soft vote of the nearest neighbours.
        row_of: place in the arrays by id.
    """

    ids: NDArray[np.str_]
    best: Floats
    second: Floats
    vote: Floats
    row_of: Mapping[str, int]

    def first(self, limit: int) -> list[str]:
        """Return the ids of the `limit` nearest provisions, nearest first."""
        limit = min(limit, len(self.ids))
        if limit == 0:
            return []
        rows = np.argpartition(-self.best, limit - 1)[:limit]
        return [str(i) for i in self.ids[rows[np.lexsort((rows, -self.best[rows]))]]]

    def scores(self, ids: Iterable[str]) -> dict[str, Near]:
        """Return what is known by id, of those that have questions."""
        rows = {key: row for key in ids if (row := self.row_of.get(key)) is not None}
        return {
            key: Near(float(self.best[row]), float(self.second[row]), float(self.vote[row]))
            for key, row in rows.items()
        }


class Asked:
    """Predicted questions attached to the provisions that they fit.

    Args:
        rows: by provision id, the rows of its questions, one at least.
        vectors: (n, dim) unit vectors of all questions.
    """

    def __init__(self, rows: dict[str, list[int]], vectors: Vectors) -> None:
        self.rows = rows
        self._vectors = vectors
        self._ids = np.array(list(rows), np.str_)
        self._row_of = {key: row for row, key in enumerate(rows)}
        sizes = np.array([len(r) for r in rows.values()], np.int64)
        self._flat = np.array([row for group in rows.values() for row in group], np.int64)
        self._starts = np.cumsum(sizes) - sizes
        self._group = np.repeat(np.arange(len(sizes)), sizes)
        self._attached = np.unique(self._flat)

    def nearest(self, vector: Vectors) -> Nearest:
        """Compare a question (dim,) with all predicted ones."""
        if not len(self._ids):
            none = np.zeros(0, np.float32)
            return Nearest(self._ids, none, none, none, {})
        cosines = self._vectors @ vector
        weights = np.exp((cosines - cosines[self._attached].max()) / _TEMPERATURE)
        vote = np.add.reduceat(weights[self._flat], self._starts) / weights[self._attached].sum()
        scores = cosines[self._flat]
        best = np.maximum.reduceat(scores, self._starts)
        holders = np.flatnonzero(scores == best[self._group])
        _, once = np.unique(self._group[holders], return_index=True)  # of equals, one is best, one second
        scores[holders[once]] = -np.inf
        second = np.maximum.reduceat(scores, self._starts)
        second = np.where(np.isfinite(second), second, 0.0).astype(np.float32)
        return Nearest(self._ids, best, second, vote.astype(np.float32), self._row_of)


class ByArticle:
    """Rows of questions by the address and text that they were written for.

    A question counts only where both agree: what was renumbered or amended loses it.
    """

    def __init__(self, questions: Sequence[Question]) -> None:
        self._rows: dict[str, dict[str, list[int]]] = {}
        for row, question in enumerate(questions):
            for address, prints in question.answers:
                known = self._rows.setdefault(address, {})
                for text in prints:
                    known.setdefault(text, []).append(row)

    def rows(self, address: str, text: str) -> list[int]:
        """Return the rows of the questions that fit an article."""
        known = self._rows.get(address)
        return known.get(text_print(text), []) if known else []


class Expansion:
    """Questions as words to index an article by (document expansion, Nogueira et al. 2019)."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self._questions = questions
        self._by_article = ByArticle(questions)

    def text(self, address: str, text: str) -> str:
        """Return the questions that fit an article, one a line; empty where there are none."""
        return "\n".join(self._questions[row].text for row in self._by_article.rows(address, text))


class PredictedQuestions:
    """Questions and their vectors, to be attached to provisions."""

    def __init__(self, questions: Sequence[Question], vectors: Vectors) -> None:
        self._vectors = vectors
        self._by_article = ByArticle(questions)

    def attach(self, texts: Iterable[tuple[str, str, str]]) -> Asked:
        """Attach the questions that fit to provisions, given as (id, address, text)."""
        fitting = ((key, self._by_article.rows(address, text)) for key, address, text in texts)
        found = {key: rows for key, rows in fitting if rows}
        return Asked(found, self._vectors)
