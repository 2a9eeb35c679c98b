"""Passages of a mediation case: what happened, and how it was handled and ended."""

from kb.model import MediationCase, Passage, stable_id

#: The model reads 512 tokens; beyond this many characters nothing is embedded.
LIMIT = 700


def case_passages(case: MediationCase) -> list[Passage]:
    """Return the passages of a case; empty parts are left out."""
    head = " ".join([case.name, *case.keywords])
    parts = [
        ("基本案情", case.facts, "\n".join(filter(None, [head, case.facts, case.focus]))),
        (
            "处理与结果",
            case.result or case.gist,
            "\n".join(filter(None, [head, case.gist, case.result, case.handling])),
        ),
    ]
    return [
        Passage(
            id=stable_id("passage", case.id, part),
            parent_id=case.id,
            kind="case",
            address=case.name,
            title=" ".join(filter(None, [case.dispute_type, *case.keywords])),
            text=shown,
            embed_text=embedded[:LIMIT],
            part=part,
            village=case.village,
            dispute_type=case.dispute_type,
            scope=case.scope,
            sample=case.sample,
            source=case.id,
        )
        for part, shown, embedded in parts
        if shown
    ]
