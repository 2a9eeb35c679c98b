"""Rankings that cross-validation made of held-out questions, played back to the chat in the place of its own search.

A fold's encoder, prototypes and ranker never saw its questions; indexing every law with each of five encoders would take
hours. So their rankings are kept (`held_out.npz`) and the chat answers from them: understanding, refusal, choice of
quotations and the law quoted are the product's own. The networks that refuse are the shipped ones: they never saw a
judged question, nor did the lower half of the encoder that they read (frozen when it learnt from those).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.chat import judge
from assistant.chat.judge import Panel
from kb.base import KnowledgeBase
from kb.embedding.base import Vectors
from kb.errors import BadRequest
from kb.model import Provision
from kb.search.types import Matched, QueryAnalysis, SearchHit, SearchRequest, SearchResponse

_KEY = "held-out"


@dataclass(frozen=True)
class HeldOut:
    """What a fold found for a question that it hasn't seen.

    Attributes:
        titles: addresses of the articles found, best first.
        probability: of each, that it answers, 0 to 1.
        dense: of each, whether the search by meaning found it.
        lexical: of each, whether the search by words found it.
        answerable: the probability that anything answers.
        vector: of the question by the fold's encoder, (dim,).
    """

    id: str
    fold: int
    titles: tuple[str, ...]
    probability: tuple[float, ...]
    dense: tuple[bool, ...]
    lexical: tuple[bool, ...]
    answerable: float
    vector: Vectors


def save_held_out(path: Path, found: Sequence[HeldOut]) -> None:
    """Write rankings.

    Raises:
        ValueError: there are none.
    """
    np.savez_compressed(
        path,
        ids=np.array([q.id for q in found], np.str_),
        folds=np.array([q.fold for q in found], np.int64),
        sizes=np.array([len(q.titles) for q in found], np.int64),
        titles=np.array([t for q in found for t in q.titles], np.str_),
        probability=np.array([p for q in found for p in q.probability], np.float32),
        dense=np.array([d for q in found for d in q.dense], np.bool_),
        lexical=np.array([x for q in found for x in q.lexical], np.bool_),
        answerable=np.array([q.answerable for q in found], np.float64),
        vectors=np.stack([q.vector for q in found]).astype(np.float32),
    )


def load_held_out(path: Path) -> dict[str, HeldOut]:
    """Return what `save_held_out` wrote, by question.

    Raises:
        BadRequest: the file is missing or damaged.
    """
    try:
        with np.load(path) as content:
            c: dict[str, NDArray[Any]] = {name: content[name] for name in content.files}
        ends = np.cumsum(c["sizes"])
        return {
            str(c["ids"][n]): HeldOut(
                str(c["ids"][n]),
                int(c["folds"][n]),
                tuple(map(str, c["titles"][end - c["sizes"][n] : end])),
                tuple(map(float, c["probability"][end - c["sizes"][n] : end])),
                tuple(map(bool, c["dense"][end - c["sizes"][n] : end])),
                tuple(map(bool, c["lexical"][end - c["sizes"][n] : end])),
                float(c["answerable"][n]),
                c["vectors"][n],
            )
            for n, end in enumerate(ends)
        }
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise BadRequest(
            f"{path} 读不出来", "它由 eval.replay.save_held_out 写成，见 docs/answers.md。"
        ) from error


class _Embedder:
    """Gives the vector of the question at hand, whatever is embedded."""

    key = _KEY

    def __init__(self, vector: Vectors) -> None:
        self._vector = vector

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._vector for _ in texts])


class _Ranker:
    def __init__(self, answerable: float) -> None:
        self._answerable = answerable

    def answerable(self, _: Vectors) -> float:
        return self._answerable


class _Ranking:
    """The ranking at hand: only what an answer asks of it."""

    def __init__(self, before: Any, answerable: float) -> None:
        self.ranker, self._before = _Ranker(answerable), before

    def asked_of(self, address: str) -> list[str]:
        return list(self._before.asked_of(address)) if self._before else []


class _Engine:
    def __init__(self, held: HeldOut, provisions: Sequence[Provision | None]) -> None:
        self._hits = [
            _hit(held, n, provision) for n, provision in enumerate(provisions) if provision is not None
        ]

    def search(self, request: SearchRequest, _: tuple[str, ...] = ()) -> SearchResponse:
        """Return the ranking kept; other shelves than the law's are empty."""
        wanted = self._hits[: request.limit] if "provision" in (request.kinds or ["provision"]) else []
        on = request.on
        assert on is not None
        return SearchResponse(
            query=request.query, on=on, analysis=QueryAnalysis(), hits=wanted, total=len(wanted)
        )


def _hit(held: HeldOut, n: int, provision: Provision) -> SearchHit:
    return SearchHit(
        id=provision.id,
        kind="provision",
        address=provision.address,
        title=f"{provision.law} {provision.chapter}",
        text=provision.text,
        score=held.probability[n],
        probability=held.probability[n],
        in_force=True,
        law=provision.law,
        matched=Matched(
            dense_rank=n + 1 if held.dense[n] else None, lexical_rank=n + 1 if held.lexical[n] else None
        ),
    )


@contextmanager
def replayed(
    kb: KnowledgeBase, held: HeldOut, on: date, provisions: Mapping[str, Provision]
) -> Iterator[None]:
    """Let the knowledge base find for any question what was found for this one.

    Args:
        kb: its catalog says what is law; its own index and model aren't used.
        provisions: by title, what is on the shelves and in force on the day; other titles are passed over.
    """
    before = kb.engine, kb.embedder, kb.ranking, judge.panel
    stand_ins: dict[str, Any] = {
        "engine": _Engine(held, [provisions.get(title) for title in held.titles]),
        "embedder": _Embedder(held.vector),
        "ranking": _Ranking(kb.ranking, held.answerable),
    }
    for name, value in stand_ins.items():
        setattr(kb, name, value)
    shipped = judge.panel()
    assert shipped is not None
    own = Panel(shipped.judges, shipped.mean, shipped.scale, _KEY, shipped.features)
    judge.panel = lambda path=None: own  # type: ignore[assignment]
    try:
        yield
    finally:
        kb.engine, kb.embedder, kb.ranking, judge.panel = before
