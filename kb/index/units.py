"""What is indexed as one: a law version, a village's rules, a case, a Q&A."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from kb.catalog import tables as t
from kb.catalog.catalog import Catalog
from kb.lexical.encoder import VERSION
from kb.model import MediationCase, Passage, ReviewedQA
from kb.passages.cases import case_passages
from kb.passages.provisions import provision_passages
from kb.passages.qa import qa_passages
from kb.passages.rules import rule_passages
from kb.ranking.questions import Expansion, load_questions


@dataclass(frozen=True)
class Unit:
    """Passages that enter the index together, and a digest of everything that the index shows of them."""

    id: str
    passages: list[Passage]

    @property
    def digest(self) -> str:
        """Return a hash over ids, texts, payloads, and the version of the lexical vectors."""
        whole = hashlib.sha256(str(VERSION).encode())
        for passage in self.passages:
            whole.update(passage.model_dump_json().encode())
        return whole.hexdigest()


def units(catalog: Catalog) -> Iterator[Unit]:
    """Yield every unit of the catalog in a fixed order."""
    expansion = Expansion(load_questions())
    with catalog.engine.connect() as connection:
        law_ids = (
            connection.execute(
                select(t.law_versions.c.id).order_by(t.law_versions.c.law, t.law_versions.c.version)
            )
            .scalars()
            .all()
        )
        case_bodies = connection.execute(select(t.cases.c.body).order_by(t.cases.c.id)).scalars().all()
        qa_bodies = (
            connection.execute(select(t.reviewed_qa.c.body).order_by(t.reviewed_qa.c.id)).scalars().all()
        )
    for law_id in law_ids:
        law = catalog.law_version(law_id)
        if law:
            yield Unit(
                law_id,
                [
                    passage
                    for article in catalog.provisions(law_id)
                    for passage in provision_passages(
                        article, law, expansion.text(f"{law.law}{article.article}", article.text)
                    )
                ],
            )
    for village in catalog.villages():
        rules = catalog.rules(village.id)
        yield Unit(f"rules:{village.id}", [p for r in rules for p in rule_passages(r, village)])
    for body in case_bodies:
        yield case_unit(MediationCase(**body))
    for body in qa_bodies:
        yield qa_unit(ReviewedQA(**body))


def qa_unit(qa: ReviewedQA) -> Unit:
    """Return the unit of one reviewed Q&A."""
    return Unit(qa.id, qa_passages(qa))


def case_unit(case: MediationCase) -> Unit:
    """Return the unit of one mediation case."""
    return Unit(case.id, case_passages(case))
