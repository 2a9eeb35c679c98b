"""What to ask next."""

import re
from collections.abc import Sequence

from assistant.desks.causes import CauseMatch
from assistant.desks.plan import load_plans, type_plan
from assistant.desks.quoting import overlap

MAX_QUESTIONS = 10


def missing_facts(narrative: str, label: str, causes: Sequence[CauseMatch]) -> list[str]:
    """Return the questions still open: those of the cause, of the type, and of every mediation."""
    specific = [q for m in causes[:1] for q in m.cause.ask]
    general = [f["question"] for f in load_plans()["fact"] if not re.search(f["have"], narrative)]
    kept: list[str] = []
    for question in [*specific, *type_plan(label)["facts"], *general]:
        if all(overlap(question, other) < 0.15 for other in kept):
            kept.append(question)
    return kept[:MAX_QUESTIONS]
