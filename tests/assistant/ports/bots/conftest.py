"""A service that both platforms may call."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from assistant.api.app import create_app
from assistant.ports.bots.answering import Answering
from kb.base import KnowledgeBase
from kb.settings import Settings
from tests.assistant.ports.bots.platform import CORP, KEY, SECRET, TOKEN


@pytest.fixture(scope="session")
def bot_settings(kb: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    records = tmp_path_factory.mktemp("bots") / "records.db"
    return kb.settings.model_copy(
        update={
            "database_url": f"sqlite:///{records}", "wecom_token": TOKEN, "wecom_aes_key": KEY,
            "wecom_corp_id": CORP, "dingtalk_secret": SECRET,
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def client(kb: KnowledgeBase, bot_settings: Settings) -> Iterator[TestClient]:
    app = create_app(kb, settings=bot_settings)
    app.state.bots.answering = Answering(patience=60)  # a busy machine isn't what is tested
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened
