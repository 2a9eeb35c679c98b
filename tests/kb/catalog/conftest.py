"""An empty catalog, and the shipped laws, without an index."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from kb.catalog.engine import get_engine
from kb.settings import Settings
from tests.law_catalog import laws, names, resolver

__all__ = ["laws", "names", "resolver"]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = get_engine(Settings(home=tmp_path))
    yield engine
    engine.dispose()
