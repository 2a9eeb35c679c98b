"""Read the catalog: laws and their versions, provisions, villages, rules, cases, Q&A, sources."""

from collections.abc import Collection
from datetime import date, datetime

from pydantic import BaseModel
from sqlalchemy import Engine, Row, func, select

from kb.catalog import tables as t
from kb.citation.names import LawNames, Repealed
from kb.model import LawVersion, MediationCase, Provision, ReviewedQA, Village, VillageRule
from kb.text.structure import split_paragraphs


class SourceInfo(BaseModel):
    """One ingested file, as `fengqiao sources` lists it."""

    id: str
    path: str
    kind: str
    title: str
    state: str
    reason: str
    items: int
    duplicates: int
    ingested_at: datetime


class Catalog:
    """Read access to every text. Cheap to make; one connection a call.

    Args:
        engine: see `kb.catalog.engine.get_engine`; the tables are made when absent.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        t.metadata.create_all(engine)

    # -- laws ---------------------------------------------------------------------------------
    def laws(self, q: str = "", offset: int = 0, limit: int = 50) -> list[LawVersion]:
        """Return law versions whose title contains `q`, by title, newest version first."""
        query = select(t.law_versions).order_by(t.law_versions.c.law, t.law_versions.c.version.desc())
        if q:
            query = query.where(t.law_versions.c.full_title.contains(q, autoescape=True))
        return [_law(r) for r in self._all(query.offset(offset).limit(limit))]

    def versions(self, law: str) -> list[LawVersion]:
        """Return every version of a law, oldest first; `law` is the canonical short title."""
        query = select(t.law_versions).where(t.law_versions.c.law == law)
        return [_law(r) for r in self._all(query.order_by(t.law_versions.c.version))]

    def law_version(self, law_id: str) -> LawVersion | None:
        """Return one law version."""
        rows = self._all(select(t.law_versions).where(t.law_versions.c.id == law_id))
        return _law(rows[0]) if rows else None

    def version_on(self, law: str, on: date) -> LawVersion | None:
        """Return the version in force on a day; the newest where dates overlap."""
        found = [v for v in self.versions(law) if v.in_force(on)]
        return found[-1] if found else None

    def names(self) -> LawNames:
        """Return the law names known, for the citation parser."""
        titles = [r[0] for r in self._all(select(t.law_versions.c.law).distinct())]
        repealed = [Repealed(*r) for r in self._all(select(t.repealed_titles))]
        return LawNames(titles, repealed)

    # -- provisions ---------------------------------------------------------------------------
    def provision(self, provision_id: str) -> Provision | None:
        """Return one provision by id."""
        rows = self._all(_PROVISIONS.where(t.provisions.c.id == provision_id))
        return _provision(rows[0]) if rows else None

    def provisions_by_id(self, ids: list[str]) -> dict[str, Provision]:
        """Return the provisions with these ids, by id; unknown ids are absent."""
        rows = self._all(_PROVISIONS.where(t.provisions.c.id.in_(ids)))
        return {r.id: _provision(r) for r in rows}

    def article(self, law_id: str, number: int, suffix: int = 0) -> Provision | None:
        """Return the article with this number, or None."""
        p = t.provisions.c
        rows = self._all(
            _PROVISIONS.where(p.law_id == law_id, p.number == number, p.suffix == suffix).order_by(p.position)
        )
        return _provision(rows[0]) if rows else None

    def provisions(self, law_id: str) -> list[Provision]:
        """Return all provisions of a law version, in order."""
        query = _PROVISIONS.where(t.provisions.c.law_id == law_id).order_by(t.provisions.c.position)
        return [_provision(r) for r in self._all(query)]

    def neighbours(self, provision: Provision, radius: int = 2) -> list[Provision]:
        """Return the provisions around one, itself left out, in order."""
        p = t.provisions.c
        query = _PROVISIONS.where(
            p.law_id == provision.law_id,
            p.position.between(provision.position - radius, provision.position + radius),
            p.id != provision.id,
        ).order_by(p.position)
        return [_provision(r) for r in self._all(query)]

    # -- villages, rules, cases, Q&A ------------------------------------------------------------
    def villages(self) -> list[Village]:
        """Return all villages, by id."""
        return [Village(**r.body) for r in self._all(select(t.villages).order_by(t.villages.c.id))]

    def village(self, village_id: str) -> Village | None:
        """Return one village."""
        rows = self._all(select(t.villages).where(t.villages.c.id == village_id))
        return Village(**rows[0].body) if rows else None

    def rules(self, village_id: str) -> list[VillageRule]:
        """Return a village's rules in order."""
        query = select(t.rules).where(t.rules.c.village == village_id).order_by(t.rules.c.position)
        return [VillageRule(**r.body) for r in self._all(query)]

    def rule(self, rule_id: str) -> VillageRule | None:
        """Return one clause of a village's rules."""
        rows = self._all(select(t.rules).where(t.rules.c.id == rule_id))
        return VillageRule(**rows[0].body) if rows else None

    def cases(
        self,
        dispute_type: str = "",
        village: str = "",
        offset: int = 0,
        limit: int = 50,
        scopes: Collection[str] = ("public",),
    ) -> list[MediationCase]:
        """Return the cases within `scopes`, filtered, by id; others count nowhere, not even in `offset`."""
        query = select(t.cases).where(t.cases.c.scope.in_(scopes)).order_by(t.cases.c.id)
        if dispute_type:
            query = query.where(t.cases.c.dispute_type == dispute_type)
        if village:
            query = query.where(t.cases.c.village == village)
        return [MediationCase(**r.body) for r in self._all(query.offset(offset).limit(limit))]

    def case(self, case_id: str) -> MediationCase | None:
        """Return one case."""
        rows = self._all(select(t.cases).where(t.cases.c.id == case_id))
        return MediationCase(**rows[0].body) if rows else None

    def qa(self, qa_id: str) -> ReviewedQA | None:
        """Return one reviewed Q&A."""
        rows = self._all(select(t.reviewed_qa).where(t.reviewed_qa.c.id == qa_id))
        return ReviewedQA(**rows[0].body) if rows else None

    # -- sources --------------------------------------------------------------------------------
    def sources(self) -> list[SourceInfo]:
        """Return every ingested file, by path."""
        rows = self._all(select(t.sources).order_by(t.sources.c.path))
        return [SourceInfo(**{k: r._mapping[k] for k in SourceInfo.model_fields}) for r in rows]

    def counts(self) -> dict[str, int]:
        """Return how many of each thing there are; of cases those that everybody may see."""
        wanted = {
            "laws": select(func.count(t.law_versions.c.law.distinct())),
            "law_versions": select(func.count()).select_from(t.law_versions),
            "provisions": select(func.count()).select_from(t.provisions),
            "villages": select(func.count()).select_from(t.villages),
            "rules": select(func.count()).select_from(t.rules),
            "cases": select(func.count()).select_from(t.cases).where(t.cases.c.scope == "public"),
            "qa": select(func.count()).select_from(t.reviewed_qa),
            "sources": select(func.count()).select_from(t.sources),
        }
        with self.engine.connect() as connection:
            return {name: int(connection.execute(query).scalar_one()) for name, query in wanted.items()}

    def _all(self, query) -> list[Row]:  # type: ignore[no-untyped-def,type-arg]
        with self.engine.connect() as connection:
            return list(connection.execute(query))


_V = t.law_versions.c
_PROVISIONS = select(
    t.provisions,
    _V.law,
    _V.version,
    _V.doc_type,
    _V.effective_from,
    _V.effective_until,
    _V.disputed,
    _V.until_reason,
).join_from(t.provisions, t.law_versions)


def _law(row: Row) -> LawVersion:  # type: ignore[type-arg]
    m = row._mapping
    fields = {k: m[k] for k in LawVersion.model_fields if k in m}
    return LawVersion(**fields, first_effective=m["stated_effective"])


def _provision(row: Row) -> Provision:  # type: ignore[type-arg]
    m = row._mapping
    fields = {k: m[k] for k in Provision.model_fields if k in m}
    return Provision(**fields, paragraphs=split_paragraphs(m["text"]))
