"""Write what a document holds into the catalog: all of it in one transaction, or nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from kb.catalog import tables as t
from kb.catalog.incoming import ArticleText, LawText, Parsed
from kb.citation.names import short_title
from kb.model import stable_id


@dataclass(frozen=True)
class SourceRecord:
    """The file that a write stands for. `id` is derived from its path under the root ingested."""

    id: str
    path: str
    sha256: str
    parser: str
    kind: str = ""
    title: str = ""


@dataclass(frozen=True)
class Written:
    """How many things were written, and how many were in the catalog already from another source."""

    items: int
    duplicates: int


class CatalogWriter:
    """Replaces the content of one source at a time."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        t.metadata.create_all(engine)

    def unchanged(self, source_id: str, sha256: str, parser: str) -> bool:
        """Return whether this very content was already dealt with by this parser."""
        s = t.sources.c
        with self.engine.connect() as connection:
            row = connection.execute(select(s.sha256, s.parser, s.state).where(s.id == source_id)).first()
        return row is not None and (row.sha256, row.parser, row.state) == (sha256, parser, "parsed")

    def replace(self, source: SourceRecord, parsed: Parsed) -> Written:
        """Put `parsed` in place of whatever this source held before."""
        with self.engine.begin() as connection:
            self._clear(connection, source.id)
            _mark_dirty(connection)
            self._put_source(connection, source, "parsed", "；".join(parsed.warnings)[:4000])
            items = duplicates = 0
            for law in parsed.laws:
                new, old = self._put_law(connection, source.id, law)
                items, duplicates = items + new, duplicates + old
            items += self._put_rules(connection, source.id, parsed)
            new, old = self._put_cases(connection, source.id, parsed)
            items, duplicates = items + new, duplicates + old
            self._drop_empty_laws(connection)
            connection.execute(
                update(t.sources)
                .where(t.sources.c.id == source.id)
                .values(items=items, duplicates=duplicates)
            )
        return Written(items, duplicates)

    def record_failure(self, source: SourceRecord, reason: str) -> None:
        """Note that the file can't be used, and why; what it held before stays."""
        with self.engine.begin() as connection:
            self._put_source(connection, source, "failed", reason)

    def remove(self, source_id: str) -> None:
        """Forget a source and everything that came from it."""
        with self.engine.begin() as connection:
            self._clear(connection, source_id)
            _mark_dirty(connection)
            connection.execute(delete(t.sources).where(t.sources.c.id == source_id))
            self._drop_empty_laws(connection)

    def _put_source(self, connection: Connection, source: SourceRecord, state: str, reason: str) -> None:
        values = {
            "path": source.path,
            "kind": source.kind,
            "title": source.title,
            "sha256": source.sha256,
            "parser": source.parser,
            "state": state,
            "reason": reason,
            "ingested_at": datetime.now(UTC).replace(tzinfo=None),
        }
        found = connection.execute(select(t.sources.c.id).where(t.sources.c.id == source.id)).first()
        if found:
            connection.execute(update(t.sources).where(t.sources.c.id == source.id).values(**values))
        else:
            connection.execute(insert(t.sources).values(id=source.id, **values))

    def _clear(self, connection: Connection, source_id: str) -> None:
        p, v = t.provisions.c, t.law_versions.c
        held = connection.execute(select(p.law_id).where(p.source_id == source_id).distinct()).scalars().all()
        gone = 0
        for table in (t.provisions, t.rules, t.cases, t.villages):
            gone += connection.execute(delete(table).where(table.c.source_id == source_id)).rowcount
        if gone:  # another file may hold the same texts, left out there as duplicates: read it again
            s = t.sources.c
            connection.execute(update(t.sources).where(s.duplicates > 0, s.id != source_id).values(sha256=""))
        # so that a corrected header of a law is taken over with its text
        shared = select(p.law_id).where(p.law_id.in_(held))
        connection.execute(delete(t.law_versions).where(v.id.in_(held), v.id.not_in(shared)))

    def _drop_empty_laws(self, connection: Connection) -> None:
        used = select(t.provisions.c.law_id).distinct()
        connection.execute(delete(t.law_versions).where(t.law_versions.c.id.not_in(used)))

    def _put_law(self, connection: Connection, source_id: str, law: LawText) -> tuple[int, int]:
        short = short_title(law.title)
        law_id = stable_id("law", short, law.version.isoformat())
        known = connection.execute(select(t.law_versions.c.id).where(t.law_versions.c.id == law_id)).first()
        if known is None:
            connection.execute(
                insert(t.law_versions).values(
                    id=law_id,
                    law=short,
                    full_title=law.title,
                    version=law.version,
                    doc_type=law.doc_type,
                    department=law.department,
                    issuer=law.issuer,
                    stated_effective=law.stated_effective,
                    source_status=law.source_status,
                    effective_from=law.version,
                )
            )
        taken = set(
            connection.execute(
                select(t.provisions.c.article).where(t.provisions.c.law_id == law_id)
            ).scalars()
        )
        elsewhere = set(taken)
        rows, duplicates = [], 0
        for position, article in enumerate(law.articles):
            if article.label in elsewhere:
                duplicates += 1
                continue
            label = _unique(article.label, taken)
            taken.add(label)
            rows.append(_provision_row(law_id, short, law, source_id, position, article, label))
        if rows:
            connection.execute(insert(t.provisions), rows)
        if elsewhere and rows:
            self._renumber(connection, law_id)
        return len(rows), duplicates

    def _renumber(self, connection: Connection, law_id: str) -> None:
        """Put the articles of a law that came in several files in order of their numbers."""
        p = t.provisions.c
        order = select(p.id).where(p.law_id == law_id).order_by(p.number == 0, p.number, p.suffix, p.position)
        for position, provision_id in enumerate(connection.execute(order).scalars().all()):
            connection.execute(update(t.provisions).where(p.id == provision_id).values(position=position))

    def _put_rules(self, connection: Connection, source_id: str, parsed: Parsed) -> int:
        if parsed.village is None:
            return 0
        village = parsed.village
        connection.execute(delete(t.villages).where(t.villages.c.id == village.id))
        connection.execute(delete(t.rules).where(t.rules.c.village == village.id))
        connection.execute(
            insert(t.villages).values(
                id=village.id, source_id=source_id, body=village.model_dump(mode="json")
            )
        )
        rows = {
            r.id: {
                "id": r.id,
                "source_id": source_id,
                "village": r.village,
                "position": r.index,
                "body": r.model_dump(mode="json"),
            }
            for r in parsed.rules
        }
        if rows:
            connection.execute(insert(t.rules), list(rows.values()))
        return len(rows)

    def _put_cases(self, connection: Connection, source_id: str, parsed: Parsed) -> tuple[int, int]:
        ids = [c.id for c in parsed.cases]
        known = set(connection.execute(select(t.cases.c.id).where(t.cases.c.id.in_(ids))).scalars())
        rows = {
            c.id: {
                "id": c.id,
                "source_id": source_id,
                "dispute_type": c.dispute_type,
                "village": c.village,
                "scope": c.scope,
                "body": c.model_dump(mode="json"),
            }
            for c in parsed.cases
            if c.id not in known
        }
        if rows:
            connection.execute(insert(t.cases), list(rows.values()))
        return len(rows), len(parsed.cases) - len(rows)


def _mark_dirty(connection: Connection) -> None:
    """Every index has to be compared with the catalog again (see kb.index.state)."""
    connection.execute(delete(t.index_state).where(t.index_state.c.unit_id == "*"))


def _unique(label: str, taken: set[str]) -> str:
    if label not in taken:
        return label
    return next(f"{label}（{n}）" for n in range(2, len(taken) + 3) if f"{label}（{n}）" not in taken)


def _provision_row(
    law_id: str, short: str, law: LawText, source_id: str, position: int, article: ArticleText, label: str
) -> dict[str, object]:
    return {
        "id": stable_id("provision", short, law.version.isoformat(), label),
        "law_id": law_id,
        "source_id": source_id,
        "position": position,
        "book": article.book,
        "chapter": article.chapter,
        "section": article.section,
        "article": label,
        "number": article.number,
        "suffix": article.suffix,
        "text": article.text,
    }


def source_count(engine: Engine) -> int:
    """Return how many sources the catalog knows."""
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(t.sources)).scalar_one())
