"""After laws were ingested: put approved drafts whose citations no longer hold back to review."""

from kb.base import KnowledgeBase


def recheck_drafts(kb: KnowledgeBase) -> list[str]:
    """Return the questions of the drafts put back to review."""
    from assistant.publicity.desk import PublicityDesk

    return [draft.question for draft in PublicityDesk(kb, kb.catalog.engine).recheck_all()]
