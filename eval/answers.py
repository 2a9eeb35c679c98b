"""The chat without a language model against lawyers: do its answers quote the articles that lawyers answered with?

The questions are those that encoder and ranker learnt from. Honest figures come from rankings by folds that never saw
the questions (`eval.replay`); the shipped parts only show how well they remember.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from assistant.chat.answer import ask
from assistant.chat.conversation import Conversations
from assistant.chat.types import AskRequest
from eval import beir
from eval.asking import opened
from eval.corpus_bench import fill
from eval.replay import HeldOut, load_held_out, replayed
from eval.systems.base import Progress
from kb.base import KnowledgeBase
from kb.clock import today
from kb.errors import BadRequest
from kb.model import Provision
from kb.settings import Settings

FILE = "answers.train.jsonl"
BARS = {"any": 0.80, "all": 0.55, "verbatim": 1.0}
FIRST = 3
_DEPTH = 20
_WHOLE = re.compile(
    r"(?:中华人民共和国)?(?P<law>.+?)(?P<article>第[零〇一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?)"
)


@dataclass(frozen=True)
class Judged:
    """A question, and the titles of the whole articles that a lawyer answered it with."""

    id: str
    text: str
    articles: tuple[str, ...]


@dataclass(frozen=True)
class Answered:
    """What the chat said to one question.

    Attributes:
        gold: how many articles answer it, those that no shelf holds included.
        held: how many of them are on the shelves and law on the day.
        quoted: addresses quoted, in the order of the answer.
        right: for each quotation, whether it is of a gold article.
        found: how many gold articles are quoted.
        verbatim: how many quotations stand in the law to the letter.
    """

    id: str
    question: str
    refused: bool
    gold: int
    held: int
    quoted: tuple[str, ...]
    right: tuple[bool, ...]
    found: int
    verbatim: int
    fold: int | None = None


def load_judged(folder: Path) -> list[Judged]:
    """Return the questions of the folder's answers.train.jsonl, in the file's order.

    Raises:
        BadRequest: the file is missing or empty, or a line isn't such a question, with its number.
    """
    path = folder / FILE
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BadRequest(f"没有文件 {path}", f"请用 --data 指向有 {FILE} 的目录。") from error
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            articles = row["articles"]
            if not isinstance(articles, list) or not articles or not str(row["question"]).strip():
                raise ValueError
            found.append(Judged(str(row["_id"]), str(row["question"]), tuple(map(str, articles))))
        except (ValueError, TypeError, KeyError) as error:
            raise BadRequest(
                f"{FILE} 第 {number} 行不是一个问题", "每行应有 _id、question、articles。"
            ) from error
    if not found:
        raise BadRequest(f"{path} 里没有问题", "")
    return found


def held(kb: KnowledgeBase, title: str, on: date) -> Provision | None:
    """Return the provision that a full title names; None where none of that very law is in force.

    The law must be the one named: an interpretation of the civil code is not the civil code.
    """
    match = _WHOLE.fullmatch(title)
    found = kb.resolve(title, on)
    if match is None or not found.ok or found.provision is None:
        return None
    same = found.provision.law == match["law"] and found.provision.article == match["article"]
    return found.provision if same else None


def ask_one(kb: KnowledgeBase, judged: Judged, on: date, fold: int | None = None) -> Answered:
    """Ask in a conversation of its own, and compare every quotation anew with the law in force on the day."""
    response = ask(kb, AskRequest(question=judged.text, on=on), conversations=Conversations())
    gold = {article: held(kb, article, on) for article in dict.fromkeys(judged.articles)}
    right = {provision.id for provision in gold.values() if provision}
    cited = [kb.resolve(c.address, on) for c in response.citations]
    ids = [found.provision.id if found.ok and found.provision else "" for found in cited]
    verbatim = [
        found.ok and bool(c.quote) and c.quote in found.text
        for c, found in zip(response.citations, cited, strict=True)
    ]
    return Answered(
        judged.id,
        judged.text,
        response.refused,
        len(gold),
        len(right),
        tuple(c.address for c in response.citations),
        tuple(key in right for key in ids),
        len(right & set(ids)),
        sum(verbatim),
        fold,
    )


def measures(answers: Sequence[Answered]) -> dict[str, float]:
    """Return shares over all answers, over the answered ones, and over those whose gold is on the shelves.

    `…_held`: any over questions with a gold article on the shelves, all over those with every one there.
    """
    told = [a for a in answers if not a.refused]
    some = [a for a in answers if a.held]
    whole = [a for a in answers if a.held == a.gold]
    quotations = sum(len(a.quoted) for a in answers)
    return {
        "questions": len(answers),
        "refused": _share([a.refused for a in answers]),
        "any": _share([a.found > 0 for a in answers]),
        "all": _share([_all(a) for a in answers]),
        "any_in_three": _share([any(a.right[:FIRST]) for a in answers]),
        "any_answered": _share([a.found > 0 for a in told]),
        "all_answered": _share([_all(a) for a in told]),
        "questions_any_held": len(some),
        "any_held": _share([a.found > 0 for a in some]),
        "questions_all_held": len(whole),
        "all_held": _share([_all(a) for a in whole]),
        "refused_held": _share([a.refused for a in some]),
        "gold": sum(a.gold for a in answers),
        "gold_not_held": sum(a.gold - a.held for a in answers),
        "quotations": quotations,
        "quoted_p50": median(len(a.quoted) for a in told) if told else 0,
        "verbatim": sum(a.verbatim for a in answers) / quotations if quotations else 1.0,
    }


def _all(answer: Answered) -> bool:
    return answer.found == answer.gold


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0


def run_answers(
    settings: Settings,
    data: Path,
    limit: int = 0,
    held_out: Path | None = None,
    corpus: str = "",
    progress: Progress = lambda *_: None,
) -> dict[str, Any]:
    """Return the figures and every answer, JSON-ready.

    Args:
        limit: only so many questions (of each fold); 0 for all.
        held_out: rankings by folds that haven't seen the questions; None asks the shipped parts, which have.
        corpus: with `held_out`: questions of this name and the whole corpus of `data` on the shelves, in the place
            of what is at home; '' for what is at home.

    Raises:
        BadRequest: questions or rankings can't be read.
        NotReady: there is no index yet, or no ranker for the embedding model.
        kb.store.lock.IndexHeld: another process has the index.
    """
    questions, on = load_judged(data), today()
    answers: list[Answered] = []
    by_fold: dict[str, dict[str, float]] = {}
    if held_out is None:
        with opened(settings) as kb:
            for done, question in enumerate(questions[: limit or None], 1):
                answers.append(ask_one(kb, question, on))
                progress("提问", done, len(questions[: limit or None]))
    else:
        rankings = load_held_out(held_out)
        if corpus:
            settings = settings.model_copy(update={"home": settings.home / "answers-corpus"})
            settings.home.mkdir(parents=True, exist_ok=True)
            fill(settings, beir.load(data, corpus).documents)
        with KnowledgeBase.open(settings) as kb:
            for fold in sorted({ranking.fold for ranking in rankings.values()}):
                mine = [q for q in questions if q.id in rankings and rankings[q.id].fold == fold]
                some = []
                for done, question in enumerate(mine[: limit or None], 1):
                    ranking = rankings[question.id]
                    with replayed(kb, ranking, on, _on_shelves(kb, ranking, on)):
                        some.append(ask_one(kb, question, on, fold))
                    progress(f"第 {fold} 折", done, len(mine[: limit or None]))
                by_fold[str(fold)] = measures(some)
                answers += some
    return {
        "on": on.isoformat(),
        "held_out": held_out is not None,
        "measures": measures(answers),
        "by_fold": by_fold,
        "answers": [asdict(a) for a in answers],
    }


def _on_shelves(kb: KnowledgeBase, ranking: HeldOut, on: date) -> dict[str, Provision]:
    """Return by title the first of what was found that is on the shelves: as many as a chat looks at."""
    found: dict[str, Provision] = {}
    for title in ranking.titles:
        if len(found) == _DEPTH:
            break
        if provision := held(kb, title, on):
            found[title] = provision
    return found
