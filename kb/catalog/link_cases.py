"""Resolve what cases cite, once the laws are in the catalog."""

from sqlalchemy import Engine, select, update

from kb.catalog import tables as t
from kb.catalog.catalog import Catalog
from kb.citation.parser import parse
from kb.citation.resolver import Resolver
from kb.clock import today
from kb.model import MediationCase


def link_cases(engine: Engine) -> int:
    """Write each case's cited provisions as canonical addresses; return how many cases changed.

    A citation is looked up on the day the case was closed; one that doesn't resolve is left out of the
    addresses and stays in the text as written.
    """
    catalog = Catalog(engine)
    names = catalog.names()
    resolver = Resolver(catalog, names)
    changed = 0
    with engine.begin() as connection:
        for row in list(connection.execute(select(t.cases.c.id, t.cases.c.body))):
            case = MediationCase(**row.body)
            text = "；".join(case.cited) or case.basis
            found = [resolver.resolve(c, case.closed or today()) for c in parse(text, names)]
            addresses = list(dict.fromkeys(r.address for r in found if r.provision and r.text))
            if addresses != case.cited_addresses:
                body = case.model_copy(update={"cited_addresses": addresses}).model_dump(mode="json")
                connection.execute(update(t.cases).where(t.cases.c.id == row.id).values(body=body))
                changed += 1
    return changed
