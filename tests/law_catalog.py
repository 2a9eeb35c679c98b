"""A catalog of the shipped laws alone: real texts, real dates, no vectors. Built once a process, in seconds."""

import tempfile
from functools import lru_cache
from pathlib import Path

import pytest
from sqlalchemy import Engine

from corpora.manifest import shipped_files
from ingest.parsers.laws_db import parse_laws
from ingest.readers.read import read
from kb.catalog.catalog import Catalog
from kb.catalog.engine import get_engine
from kb.catalog.incoming import Parsed
from kb.catalog.revalidate import revalidate
from kb.catalog.writer import CatalogWriter, SourceRecord
from kb.citation.names import LawNames
from kb.citation.resolver import Resolver
from kb.settings import Settings


@lru_cache
def parsed_laws() -> Parsed:
    """Every shipped law version, as the parser hands it over."""
    return parse_laws(read(shipped_files()[0]))


@lru_cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="fengqiao-laws-")


@lru_cache
def law_engine() -> Engine:
    """Engine of a catalog that holds the laws, with validity computed."""
    engine = get_engine(Settings(home=Path(_folder().name)))
    source = SourceRecord("laws", "laws.db", "0" * 64, "test", "法律法规", "国家法律")
    CatalogWriter(engine).replace(source, parsed_laws())
    revalidate(engine)
    return engine


@pytest.fixture(scope="session")
def laws() -> Catalog:
    """Read access to every shipped law."""
    return Catalog(law_engine())


@pytest.fixture(scope="session")
def names(laws: Catalog) -> LawNames:
    """The names of every shipped law, its abbreviations, and the titles they repeal."""
    return laws.names()


@pytest.fixture(scope="session")
def resolver(laws: Catalog, names: LawNames) -> Resolver:
    """Resolves citations against the shipped laws."""
    return Resolver(laws, names)
