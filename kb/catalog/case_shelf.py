"""Write cases that come from no file: the records that villages keep themselves.

They hang on one source of their own, so that no ingest replaces or removes them.
"""

from datetime import UTC, datetime

from sqlalchemy import Engine, delete, insert, select

from kb.catalog import tables as t
from kb.model import MediationCase, stable_id

#: Stands for the records among the sources, where each case must have one.
SOURCE = stable_id("source", "case-records")


def put_case(engine: Engine, case: MediationCase) -> None:
    """Insert a case, replacing the one with the same id."""
    values = {
        "source_id": SOURCE,
        "dispute_type": case.dispute_type,
        "village": case.village,
        "scope": case.scope,
        "body": case.model_dump(mode="json"),
    }
    with engine.begin() as connection:
        if connection.execute(select(t.sources.c.id).where(t.sources.c.id == SOURCE)).first() is None:
            now = datetime.now(UTC).replace(tzinfo=None)
            connection.execute(
                insert(t.sources).values(
                    id=SOURCE, path="case-records", kind="case", title="各村自己录入的案件记录", sha256="",
                    parser="records", state="parsed", ingested_at=now,
                )
            )  # fmt: skip
        connection.execute(delete(t.cases).where(t.cases.c.id == case.id))
        connection.execute(insert(t.cases).values(id=case.id, **values))


def delete_case(engine: Engine, case_id: str) -> None:
    """Delete a case that was put here; an unknown id, or one of a file's case, is ignored."""
    c = t.cases.c
    with engine.begin() as connection:
        connection.execute(delete(t.cases).where(c.id == case_id, c.source_id == SOURCE))


def put_cases(engine: Engine) -> dict[str, MediationCase]:
    """Return every case that was put here, by id."""
    query = select(t.cases.c.body).where(t.cases.c.source_id == SOURCE)
    with engine.connect() as connection:
        found = [MediationCase(**body) for body in connection.execute(query).scalars()]
    return {case.id: case for case in found}
