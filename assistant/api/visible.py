"""Lists of cases within a caller's scopes."""

from assistant.audit.notes import note
from kb.base import KnowledgeBase
from kb.model import MediationCase

_CHUNK = 200


def visible_cases(
    kb: KnowledgeBase, scopes: tuple[str, ...], dispute_type: str, village: str, offset: int, limit: int
) -> list[MediationCase]:
    """Return up to `limit` cases from the `offset`th visible one on.

    Hidden ones count nowhere: neither offsets nor totals nor short pages tell that they exist.
    """
    found: list[MediationCase] = []
    at = 0
    while len(found) < offset + limit:
        chunk = kb.catalog.cases(dispute_type, village, at, _CHUNK)
        found += [case for case in chunk if case.scope in scopes]
        if len(chunk) < _CHUNK:
            break
        at += _CHUNK
    return found[offset : offset + limit]


def visible_case(kb: KnowledgeBase, scopes: tuple[str, ...], case_id: str) -> MediationCase | None:
    """Return a case; one that may not be seen isn't told apart from one that isn't there."""
    found = kb.catalog.case(case_id)
    if found is not None and found.scope not in scopes:
        note(outcome="denied")
        return None
    return found
