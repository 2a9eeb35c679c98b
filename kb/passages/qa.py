"""The passage of a reviewed question and answer."""

from kb.model import Passage, ReviewedQA, stable_id


def qa_passages(qa: ReviewedQA) -> list[Passage]:
    """Return the one passage of a Q&A; in search from the day it was approved."""
    return [
        Passage(
            id=stable_id("passage", qa.id, 0),
            parent_id=qa.id,
            kind="qa",
            address=qa.question,
            title=qa.question,
            text=qa.answer,
            embed_text=f"{qa.question}\n{qa.answer}"[:700],
            source=qa.id,
        )
    ]
