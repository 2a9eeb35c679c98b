"""Which store the settings ask for."""

from kb.settings import Settings
from kb.store.base import VectorStore
from kb.store.edge import EdgeStore
from kb.store.identity import Identity


def open_store(settings: Settings, *, model_key: str, dim: int, url: str = "") -> VectorStore:
    """Open the index, making an empty one where there is none.

    Args:
        settings: `qdrant_url` chooses the server; otherwise Qdrant Edge at `index_dir`.
        model_key: the embedder's `key`.
        dim: the embedder's dimension.
        url: where this process serves the index, so that others who find it locked know where to ask.

    Raises:
        IndexHeld: another process has the folder open.
        Conflict: the index was built with another model, dimension or layout.
        NotReady: server or folder can't be reached.
    """
    identity = Identity(model_key, dim)
    if not settings.qdrant_url:
        return EdgeStore(settings.index_dir, identity, url)
    # Imported only where used: the client takes most of a second to import.
    from qdrant_client import QdrantClient

    from kb.errors import BadRequest
    from kb.store.server import ServerStore

    try:
        client = QdrantClient(
            url=settings.qdrant_url,
            api_key=settings.qdrant_api_key or None,
            timeout=30,
            check_compatibility=False,
        )
    except (ValueError, TypeError) as error:
        raise BadRequest(
            f"Qdrant 地址不对：{settings.qdrant_url}", "请把 FENGQIAO_QDRANT_URL 写成 http://主机:6333 这样。"
        ) from error
    return ServerStore(client, settings.qdrant_collection, identity)
