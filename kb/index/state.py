"""What the vector store is known to hold, kept in the catalog so that a killed run resumes."""

from sqlalchemy import Engine, delete, insert, select

from kb.catalog import tables as t

_CLEAN = "*"


class IndexState:
    """The record of one index.

    Args:
        engine: the catalog's engine.
        index_key: what the index was built with: store and model.
    """

    def __init__(self, engine: Engine, index_key: str) -> None:
        self.engine = engine
        self.key = index_key[:200]

    def load(self) -> dict[str, tuple[str, list[str]]]:
        """Return unit id → (digest, passage ids)."""
        c = t.index_state.c
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(t.index_state).where(c.index_key == self.key, c.unit_id != _CLEAN)
            )
            return {r.unit_id: (r.digest, list(r.passage_ids)) for r in rows}

    def record(self, done: dict[str, tuple[str, list[str]]], gone: list[str] | None = None) -> None:
        """Note that these units are in the store as said, and that those are out of it."""
        c = t.index_state.c
        touched = [*done, *(gone or [])]
        with self.engine.begin() as connection:
            for at in range(0, len(touched), 500):
                some = touched[at : at + 500]
                connection.execute(delete(t.index_state).where(c.index_key == self.key, c.unit_id.in_(some)))
            if done:
                rows = [
                    {"unit_id": u, "index_key": self.key, "digest": d, "passage_ids": ids}
                    for u, (d, ids) in done.items()
                ]
                connection.execute(insert(t.index_state), rows)

    def forget(self) -> None:
        """Forget everything: the store was found to be another one."""
        with self.engine.begin() as connection:
            connection.execute(delete(t.index_state).where(t.index_state.c.index_key == self.key))

    def is_clean(self) -> bool:
        """Return whether nothing changed in the catalog since the last complete run."""
        c = t.index_state.c
        with self.engine.connect() as connection:
            row = connection.execute(
                select(c.digest).where(c.index_key == self.key, c.unit_id == _CLEAN)
            ).first()
        return row is not None

    def mark_clean(self) -> None:
        """Note that the store equals the catalog."""
        self.record({_CLEAN: ("clean", [])})
