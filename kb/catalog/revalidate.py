"""Recompute the validity of every law version, after the catalog changed."""

from sqlalchemy import Connection, Engine, delete, insert, select, update

from kb.catalog import tables as t
from kb.validity.compute import VersionFacts, close_versions, effective_from
from kb.validity.corrections import Corrections, load
from kb.validity.repeals import RepealClause, repeal_clauses


def revalidate(engine: Engine, corrections: Corrections | None = None) -> int:
    """Write the computed dates of all law versions, in one transaction; return how many changed."""
    corrections = corrections or load()
    with engine.begin() as connection:
        rows = list(connection.execute(select(t.law_versions)))
        facts = [
            VersionFacts(r.id, r.law, r.version, r.stated_effective, r.doc_type, r.source_status)
            for r in rows
        ]
        validity = effective_from(facts, corrections)
        versions = {r.id: r for r in rows}
        clauses = list(
            repeal_clauses(
                (
                    versions[r.law_id].law,
                    versions[r.law_id].version,
                    validity[r.law_id].effective_from,
                    r.article,
                    r.text,
                )
                for r in connection.execute(
                    select(t.provisions).where(
                        t.provisions.c.text.like("%废止%") | t.provisions.c.text.like("%失效%")
                    )
                )
            )
        )
        close_versions(facts, validity, clauses, corrections)
        _write_repealed_titles(connection, clauses, {f.law for f in facts})
        changed = 0
        for row in rows:
            mine = validity[row.id]
            new = {
                "effective_from": mine.effective_from,
                "effective_until": mine.effective_until,
                "approximate": mine.approximate,
                "disputed": mine.disputed,
                "until_reason": mine.until_reason,
                "replaced_by": mine.replaced_by,
                "basis": mine.basis,
                "note": mine.note,
            }
            if any(row._mapping[k] != v for k, v in new.items()):
                changed += 1
                connection.execute(update(t.law_versions).where(t.law_versions.c.id == row.id).values(**new))
            for amended in mine.amended:
                p = t.provisions.c
                connection.execute(
                    update(t.provisions)
                    .where(p.law_id == row.id, p.article == amended.article)
                    .values(amended_from=amended.since, amended_by=amended.by)
                )
        if changed:
            connection.execute(delete(t.index_state).where(t.index_state.c.unit_id == "*"))
    return changed


def _write_repealed_titles(connection: Connection, clauses: list[RepealClause], known: set[str]) -> None:
    connection.execute(delete(t.repealed_titles))
    first: dict[str, RepealClause] = {}
    for clause in clauses:
        if clause.law not in known and (clause.law not in first or clause.since < first[clause.law].since):
            first[clause.law] = clause
    if first:
        connection.execute(
            insert(t.repealed_titles),
            [
                {"law": c.law[:200], "since": c.since, "by_law": c.by_law, "by_address": c.address}
                for c in first.values()
            ],
        )
