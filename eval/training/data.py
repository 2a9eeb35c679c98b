"""What the encoder learns from: articles, predicted questions, narratives, judged questions."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from eval import beir
from eval.training.batches import Item
from kb.errors import BadRequest, UnreadableFile
from kb.ranking.questions import load_questions, text_print

_SETS = Path(__file__).with_name("sets")
NARRATIVES = _SETS / "narratives.jsonl"
#: Narratives that the encoder never learns from, so that the ranker meets them as it meets a mediator's.
STORIES = _SETS / "stories.jsonl"


@dataclass(frozen=True)
class Narrative:
    """An invented case: its cause, the addresses of the articles that govern it, what happened."""

    cause: str
    articles: tuple[str, ...]
    text: str


_NARRATIVE = TypeAdapter(Narrative)


@dataclass(frozen=True)
class Material:
    """Everything to train and to test on.

    Attributes:
        documents: the corpus; a row number is a place in it.
        asked: predicted questions with the rows of the articles that they fit.
        judged: questions of the BEIR folder that a document answers, in the order of `ids`.
        ids: their ids there.
        stories: narratives for the ranker and the prototypes, not for the encoder.
        row_of: rows by address.
    """

    documents: list[beir.Document]
    asked: list[Item]
    judged: list[Item]
    ids: list[str]
    narratives: list[Narrative] = field(default_factory=list)
    row_of: dict[str, int] = field(default_factory=dict)
    stories: list[Narrative] = field(default_factory=list)


def load_material(folder: Path, name: str = "train") -> Material:
    """Read a BEIR folder and our own questions and narratives.

    Raises:
        BadRequest: a file of the folder is missing or malformed, or its corpus answers no judged question.
        UnreadableFile: a file of ours is malformed.
    """
    data = beir.load(folder, name)
    row_of = {d.title: n for n, d in reversed(list(enumerate(data.documents)))}
    row_by_id = {d.id: n for n, d in enumerate(data.documents)}
    judged = {
        query: Item(text, gold)
        for query, text in data.queries.items()
        if (gold := tuple(row_by_id[d] for d in data.qrels[query] if d in row_by_id))
    }
    if not judged:
        raise BadRequest(
            f"{name} 标注的文档都不在 corpus 里，没有可学的问题", "请检查 qrels 与 corpus 的编号是否一致。"
        )
    return Material(
        documents=data.documents,
        asked=asked_items(data.documents),
        judged=list(judged.values()),
        ids=list(judged),
        narratives=load_narratives(),
        row_of=row_of,
        stories=[s for s in load_narratives(STORIES) if any(a in row_of for a in s.articles)],
    )


def asked_items(documents: Sequence[beir.Document]) -> list[Item]:
    """Return the predicted questions that fit an article of the corpus, by address and text."""
    rows: dict[tuple[str, str], int] = {}
    for row, document in enumerate(documents):
        rows.setdefault((document.title, text_print(document.text)), row)
    items = []
    for question in load_questions():
        fitting = (
            [rows[address, p] for p in sorted(prints) if (address, p) in rows][:1]
            for address, prints in question.answers
        )
        if found := tuple(row for some in fitting for row in some):
            items.append(Item(question.text, found))
    return items


def asked_by_row(material: Material) -> dict[int, list[str]]:
    """Return the predicted questions of each article that has any, by row."""
    found: dict[int, list[str]] = {}
    for item in material.asked:
        for row in item.gold:
            found.setdefault(row, []).append(item.question)
    return found


def load_narratives(path: Path = NARRATIVES) -> list[Narrative]:
    """Read narratives, one JSON object a line: cause, articles, text.

    Raises:
        UnreadableFile: a line isn't that.
    """
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            found.append(_NARRATIVE.validate_json(line))
        except ValidationError as error:
            raise UnreadableFile(
                f"{path.name} 第 {number} 行不是案例", "每行应有 cause、articles、text。"
            ) from error
    return found


def fold_of(query_id: str, folds: int) -> int:
    """Return the fold of a question: by a hash of its id, so that it is the same everywhere."""
    return int(hashlib.md5(query_id.encode(), usedforsecurity=False).hexdigest(), 16) % folds
