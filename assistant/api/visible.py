"""One case, if a caller may see it."""

from assistant.audit.notes import note
from kb.base import KnowledgeBase
from kb.model import MediationCase


def visible_case(kb: KnowledgeBase, scopes: tuple[str, ...], case_id: str) -> MediationCase | None:
    """Return a case; one that may not be seen isn't told apart from one that isn't there."""
    found = kb.catalog.case(case_id)
    if found is not None and found.scope not in scopes:
        note(outcome="denied")
        return None
    return found
