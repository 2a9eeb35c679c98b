"""The chat on both fixed sets: what it refuses, what it answers wrongly, whether its answers quote the right provision."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from assistant.chat.answer import ask
from assistant.chat.conversation import Conversations
from assistant.chat.types import AskRequest, AskResponse
from eval import gate
from eval.asking import load_sets, opened
from eval.systems.base import Progress
from kb.base import KnowledgeBase
from kb.clock import today
from kb.settings import Settings

#: A second pair of sets, by another hand, answerable and not.
FRESH = (gate.GATE.with_name("fresh.jsonl"), gate.GATE.with_name("fresh-unanswerable.jsonl"))
BARS = {"wrongly_answered": 0.02, "wrongly_refused": 0.05}


def answers(
    kb: KnowledgeBase, questions: list[gate.Question], on: date, progress: Progress, stage: str
) -> list[AskResponse]:
    """Return the chat's answers, each in a conversation of its own."""
    found = []
    for done, question in enumerate(questions, 1):
        found.append(ask(kb, AskRequest(question=question.text, on=on), conversations=Conversations()))
        progress(stage, done, len(questions))
    return found


def quotes_gold(question: gate.Question, response: AskResponse, first: int | None = None) -> bool:
    """Return whether one of the quotations (of the first so many) is of a provision that answers the question."""
    return any(c.address.startswith(g) for c in response.citations[:first] for g in question.gold)


def run_chat(
    settings: Settings,
    progress: Progress = lambda *_: None,
    answerable: Path | None = None,
    unanswerable: Path | None = None,
) -> dict[str, Any]:
    """Return the figures, JSON-ready.

    Raises:
        BadRequest: a set can't be read.
        NotReady: there is no index yet, or no ranker for the embedding model.
        kb.store.lock.IndexHeld: a running service has the index.
    """
    right, wrong = load_sets(answerable, unanswerable)
    on = today()
    with opened(settings) as kb:
        can = answers(kb, right, on, progress, "能回答的问题")
        cannot = answers(kb, wrong, on, progress, "不能回答的问题")
    told = [(q, a) for q, a in zip(right, can, strict=True) if not a.refused]
    quoted = [c for a in can for c in a.citations]
    return {
        "on": on.isoformat(),
        "answerable": len(can),
        "unanswerable": len(cannot),
        "wrongly_refused": sum(a.refused for a in can) / len(can),
        "wrongly_answered": sum(not a.refused for a in cannot) / len(cannot),
        "quotes_gold": sum(quotes_gold(q, a) for q, a in told) / max(1, len(told)),
        "quotes_gold_in_three": sum(quotes_gold(q, a, 3) for q, a in told) / max(1, len(told)),
        "verified": sum(c.verified for c in quoted) / max(1, len(quoted)),
        "answered_topics": dict(
            Counter(q.topic for q, a in zip(wrong, cannot, strict=True) if not a.refused)
        ),
    }
