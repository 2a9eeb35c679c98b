"""Prototypes: where in the space of questions an article's judged training questions and narratives lie.

Case-based: a question near one that lawyers answered with an article is likely answered by it too. Shipped are
unit vectors and addresses; the judged questions themselves are not part of the project.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

import corpora
from kb.embedding.base import Vectors
from kb.embedding.shipped import quantise
from kb.errors import UnreadableFile
from kb.ranking.questions import PredictedQuestions, Question

_HINT = "请恢复随软件提供的 corpora/ranker 文件夹"


def prototypes_path(model_key: str) -> Path:
    """Return where the prototypes of a model key are shipped; the file may not exist."""
    return corpora.path("ranker", f"{model_key}.prototypes.npz")


def write_prototypes(path: Path, questions: Sequence[Question], vectors: Vectors) -> None:
    """Write (n, dim) unit vectors and what they answer; texts are left out. The same input gives the same bytes."""
    codes, scales = quantise(vectors)
    answers = [
        ";".join(f"{address}={','.join(sorted(prints))}" for address, prints in question.answers)
        for question in questions
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp.npz")
    np.savez_compressed(temporary, codes=codes, scales=scales, answers=np.array(answers, np.str_))
    temporary.replace(path)


class Prototypes(NamedTuple):
    """Questions without texts, and their (n, dim) unit vectors."""

    questions: list[Question]
    vectors: Vectors


def load_prototypes(model_key: str, path: Path | None = None) -> Prototypes:
    """Return the shipped prototypes of a model; none where it has none.

    Raises:
        UnreadableFile: the file is damaged.
    """
    path = path or prototypes_path(model_key)
    if not path.is_file():
        return Prototypes([], np.zeros((0, 0), np.float32))
    try:
        with np.load(path) as content:
            codes, scales, answers = content["codes"], content["scales"], content["answers"].tolist()
        vectors = codes.astype(np.float32) * scales[:, None]
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return Prototypes([Question("", _answers(line)) for line in answers], vectors)
    except (OSError, ValueError, KeyError) as error:
        raise UnreadableFile(f"{path.name} 读不出来", _HINT) from error


def joined(one: Prototypes, other: Prototypes) -> Prototypes:
    """Return the prototypes of both; either may be empty."""
    filled = [p for p in (one, other) if p.questions]
    if len(filled) < 2:
        return filled[0] if filled else one
    return Prototypes([*one.questions, *other.questions], np.vstack([one.vectors, other.vectors]))


def with_prototypes(
    questions: Sequence[Question], vectors: Vectors, prototypes: Prototypes | None
) -> PredictedQuestions:
    """Return predicted questions, whose (n, dim) vectors are given, together with prototypes."""
    if not prototypes or not prototypes.questions:
        return PredictedQuestions(questions, vectors)
    return PredictedQuestions([*questions, *prototypes.questions], np.vstack([vectors, prototypes.vectors]))


def _answers(line: str) -> tuple[tuple[str, frozenset[str]], ...]:
    pairs = (part.split("=") for part in line.split(";"))
    return tuple((address, frozenset(prints.split(","))) for address, prints in pairs)
