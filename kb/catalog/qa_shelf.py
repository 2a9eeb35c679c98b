"""Write the shelf of reviewed Q&A."""

from sqlalchemy import Engine, delete, insert

from kb.catalog import tables as t
from kb.model import ReviewedQA


def put_qa(engine: Engine, qa: ReviewedQA) -> None:
    """Insert a reviewed Q&A, replacing the one with the same id."""
    with engine.begin() as connection:
        connection.execute(delete(t.reviewed_qa).where(t.reviewed_qa.c.id == qa.id))
        connection.execute(insert(t.reviewed_qa).values(id=qa.id, body=qa.model_dump(mode="json")))


def delete_qa(engine: Engine, qa_id: str) -> None:
    """Delete a reviewed Q&A; an unknown id is ignored."""
    with engine.begin() as connection:
        connection.execute(delete(t.reviewed_qa).where(t.reviewed_qa.c.id == qa_id))
