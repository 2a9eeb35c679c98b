"""Clients of the whole service over the shipped corpora; drafts and accounts go to records of their own."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from assistant.accounts.accounts import Accounts
from assistant.accounts.tokens import csrf_token
from assistant.api.app import create_app
from assistant.api.cookies import SECURE_NAME
from assistant.api.guard import CSRF_HEADER
from cli.compose import read_upload
from kb.base import KnowledgeBase
from kb.settings import Settings


@pytest.fixture(scope="session")
def api_settings(kb: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    records = tmp_path_factory.mktemp("api") / "records.db"
    return kb.settings.model_copy(
        update={"database_url": f"sqlite:///{records}", "max_upload_mb": 1, "demo": True}
    )


@pytest.fixture(scope="session")
def client(kb: KnowledgeBase, api_settings: Settings) -> Iterator[TestClient]:
    """The demo, visited by somebody who isn't logged in."""
    app = create_app(kb, settings=api_settings, read_upload=read_upload)
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


def as_user(name: str) -> dict[str, str]:
    return {"X-Fengqiao-User": quote(name)}


def logged_in(accounts: Accounts, person_id: str) -> dict[str, str]:
    """Headers of a page that a person opened; the service is asked over https."""
    token = accounts.sessions.start(person_id)
    return {"Cookie": f"{SECURE_NAME}={token}", CSRF_HEADER: csrf_token(token)}
