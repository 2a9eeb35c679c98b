from collections.abc import Iterator

import pytest
from qdrant_client import QdrantClient, models

from kb.errors import BadRequest, Conflict, NotReady
from kb.settings import Settings
from kb.store import VectorStore, open_store
from kb.store.identity import Identity
from kb.store.server import ServerStore
from tests.kb.store.conformance import DIM, Conformance


@pytest.fixture
def store() -> Iterator[VectorStore]:
    with ServerStore(QdrantClient(":memory:"), "test", Identity("m4", DIM)) as opened:
        yield opened


@pytest.mark.filterwarnings("error", "ignore:Local mode performs exact")
class TestServer(Conformance):
    pass


@pytest.mark.parametrize("other", [Identity("m4", 5), Identity("m5", DIM), Identity("m4", DIM, schema=99)])
def test_a_collection_built_otherwise_is_refused(other: Identity) -> None:
    client = QdrantClient(":memory:")
    ServerStore(client, "test", other)
    with pytest.raises(Conflict) as caught:
        ServerStore(client, "test", Identity("m4", DIM))
    assert "重新入库" in caught.value.hint


def test_somebody_elses_collection_is_refused_and_left_alone() -> None:
    client = QdrantClient(":memory:")
    client.create_collection("test", models.VectorParams(size=DIM, distance=models.Distance.DOT))
    with pytest.raises(Conflict, match="不是本系统建的"):
        ServerStore(client, "test", Identity("m4", DIM))


def test_an_unreachable_server_is_named_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(qdrant_url="http://127.0.0.1:1")
    with pytest.raises(NotReady) as caught:
        open_store(settings, model_key="m4", dim=DIM)
    assert "连不上" in caught.value.message and "FENGQIAO_QDRANT_URL" in caught.value.hint


def test_a_malformed_url_is_named_in_chinese() -> None:
    with pytest.raises((BadRequest, NotReady)) as caught:
        open_store(Settings(qdrant_url="http://[bad"), model_key="m4", dim=DIM)
    assert "Qdrant" in caught.value.message
