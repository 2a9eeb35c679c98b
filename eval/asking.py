"""Ask the shipped knowledge base the questions of both sets, and keep what was found and how likely."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from eval import gate
from eval.systems.base import Progress
from kb.base import KnowledgeBase
from kb.errors import NotReady
from kb.search.types import SearchRequest
from kb.settings import Settings

UNANSWERABLE = gate.GATE.with_name("unanswerable.jsonl")
DEPTH = 10


@dataclass(frozen=True)
class Reply:
    """What one question found among provisions.

    Attributes:
        gold: ids of the provisions that answer it; none where nothing does.
        hits: ids of the first `DEPTH` hits, best first.
        first: probability of the first hit; None where nothing was found or the question cites it.
        confidence: the largest probability among the hits; 0 where none has one.
    """

    id: str
    gold: frozenset[str]
    hits: tuple[str, ...]
    first: float | None
    confidence: float

    @property
    def first_is_gold(self) -> bool:
        """Whether the first hit is an answer."""
        return bool(self.hits) and self.hits[0] in self.gold


@contextmanager
def opened(settings: Settings) -> Iterator[KnowledgeBase]:
    """Open the knowledge base, whose search must give probabilities.

    Raises:
        NotReady: there is no index yet, or no ranker for the settings' embedding model.
        kb.store.lock.IndexHeld: a running service has the index.
    """
    with KnowledgeBase.open(settings) as kb:
        if kb.store.count() == 0:
            raise NotReady("知识库还是空的，没有可测的", "请先运行 fengqiao ingest --shipped")
        if kb.ranking is None:
            raise NotReady(
                "没有与当前向量模型相配的排序模型，检索不给可能性",
                "请恢复 corpora/ranker 和 corpora/questions，或用默认的向量模型。",
            )
        yield kb


def load_sets(
    answerable: Path | None = None, unanswerable: Path | None = None
) -> tuple[list[gate.Question], list[gate.Question]]:
    """Return the questions of both sets, by default those under eval/sets.

    Raises:
        BadRequest: a set can't be read.
    """
    return gate.load(answerable or gate.GATE), gate.load(unanswerable or UNANSWERABLE, answerable=False)


def ask(
    kb: KnowledgeBase,
    questions: Sequence[gate.Question],
    on: date,
    progress: Progress = lambda *_: None,
    stage: str = "提问",
) -> list[Reply]:
    """Search provisions for each question, as the product does, for what is law on the day.

    Provisions are compared by id: a gold address that is no law on the day counts as not found.
    """
    replies = []
    for done, question in enumerate(questions, 1):
        request = SearchRequest(query=question.text, kinds=["provision"], on=on, limit=DEPTH)
        hits = kb.search(request).hits
        chances = [hit.probability for hit in hits if hit.probability is not None]
        gold = (kb.resolve(address, on) for address in question.gold)
        replies.append(
            Reply(
                question.id,
                frozenset(g.provision.id for g in gold if g.ok and g.provision),
                tuple(hit.id for hit in hits),
                hits[0].probability if hits else None,
                max(chances, default=0.0),
            )
        )
        progress(stage, done, len(questions))
    return replies
