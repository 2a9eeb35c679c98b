"""Qdrant server or cluster, through `qdrant-client`: the same vectors, payload and filters as Edge."""

import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse

from kb.errors import BadRequest, FengqiaoError, NotReady
from kb.store import filters, schema
from kb.store.base import Filter, Hit, Point, Sparse, Vector
from kb.store.identity import Identity, require_same

# Up to here the server is asked for exact search, as Edge does; beyond it uses its graph.
EXACT_UP_TO = 300_000
# At the default ef the graph found .84 of the true neighbours among 100,000 clustered vectors; 512 .995.
GRAPH_EF = 512


class ServerStore:
    """A `VectorStore` over a Qdrant server.

    Args:
        client: a connected client; this store closes it.
        collection: the collection's name; made when absent.
        identity: what the vectors are; a collection built otherwise is refused with Conflict.
    """

    def __init__(self, client: QdrantClient, collection: str, identity: Identity) -> None:
        self._client: QdrantClient | None = client
        self._collection = collection
        self._identity = identity
        # The in-memory client isn't thread-safe. The real one is, but closing needs the guard anyway.
        self._guard = threading.RLock()
        self._remote = hasattr(client, "_client") and type(client._client).__name__ == "QdrantRemote"
        self._exact = True
        try:
            with self._engine() as engine:
                if not engine.collection_exists(collection):
                    self._create(engine)
                found = engine.get_collection(collection)
            require_same(found.config.metadata or {}, identity, f"Qdrant 集合 {collection}")
            self._exact = (found.points_count or 0) <= EXACT_UP_TO
        except BaseException:
            client.close()
            raise

    def _create(self, engine: QdrantClient) -> None:
        dense = models.VectorParams(size=self._identity.dim, distance=models.Distance.COSINE)
        sparse = models.SparseVectorParams(modifier=models.Modifier.IDF)
        engine.create_collection(
            self._collection,
            vectors_config={schema.DENSE: dense},
            sparse_vectors_config={schema.SPARSE: sparse},
            metadata=self._identity.as_dict(),
        )
        types = {"keyword": models.PayloadSchemaType.KEYWORD, "integer": models.PayloadSchemaType.INTEGER}
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Payload indexes have no effect")
            for key, kind in schema.INDEXES.items():
                engine.create_payload_index(self._collection, key, types[kind])

    @contextmanager
    def _engine(self) -> Iterator[QdrantClient]:
        client = self._client
        if client is None:
            raise NotReady("索引已经关闭。", "请重新启动服务或命令。")
        if not self._remote:
            self._guard.acquire()
        try:
            yield client
        except FengqiaoError:
            raise
        except UnexpectedResponse as error:
            if error.status_code in (401, 403):
                raise NotReady(
                    "Qdrant 服务器拒绝访问：密钥不对或没有权限。", "请检查设置 FENGQIAO_QDRANT_API_KEY。"
                ) from error
            raise FengqiaoError(f"Qdrant 服务器报错：{error}", "请查看 Qdrant 服务器的日志。") from error
        except (ResponseHandlingException, ApiException, OSError) as error:
            raise NotReady(
                f"连不上 Qdrant 服务器：{error}",
                "请检查设置 FENGQIAO_QDRANT_URL、网络，以及服务器是否在运行。",
            ) from error
        except (ValueError, RuntimeError) as error:
            raise FengqiaoError(f"索引出错：{error}", "请查看日志，重启后再试。") from error
        finally:
            if not self._remote:
                self._guard.release()

    def upsert(self, points: Sequence[Point]) -> None:
        """Insert or replace in batches, waiting until the server has applied each."""
        ready = schema.rows(points, self._identity.dim)
        for start in range(0, len(ready), schema.BATCH):
            batch = []
            for id, dense, sparse, payload in ready[start : start + schema.BATCH]:
                vector: dict[str, Any] = {}
                if dense is not None:
                    vector[schema.DENSE] = dense
                if sparse is not None:
                    vector[schema.SPARSE] = models.SparseVector(indices=sparse[0], values=sparse[1])
                batch.append(models.PointStruct(id=id, vector=vector, payload=payload))
            with self._engine() as engine:
                engine.upsert(self._collection, batch, wait=True)

    def delete(self, ids: Sequence[str]) -> None:
        """Delete by id; unknown ids are ignored."""
        wanted: list[models.ExtendedPointId] = [schema.checked_id(id) for id in ids]
        if wanted:
            with self._engine() as engine:
                engine.delete(self._collection, models.PointIdsList(points=wanted), wait=True)

    def delete_where(self, filter: Filter) -> None:
        """Delete what the filter matches, in whatever scope."""
        native = filters.to_client(filters.any_scope(filter))
        if native is None:
            raise BadRequest("没有说明要删除什么", "请至少给出类别、法律、来源等一项条件。")
        with self._engine() as engine:
            engine.delete(self._collection, models.FilterSelector(filter=native), wait=True)

    def _dense(self, vector: Vector, native: models.Filter | None, limit: int) -> models.QueryRequest:
        params = models.SearchParams(exact=True) if self._exact else models.SearchParams(hnsw_ef=GRAPH_EF)
        return models.QueryRequest(
            query=schema.checked_dense(vector, self._identity.dim),
            using=schema.DENSE,
            filter=native,
            limit=limit,
            with_payload=True,
            params=params,
        )

    def _sparse(self, vector: Sparse, native: models.Filter | None, limit: int) -> models.QueryRequest:
        indices, values = schema.checked_sparse(vector)
        return models.QueryRequest(
            query=models.SparseVector(indices=indices, values=values),
            using=schema.SPARSE,
            filter=native,
            limit=limit,
            with_payload=True,
        )

    def _query(self, *requests: models.QueryRequest) -> list[list[Hit]]:
        with self._engine() as engine:
            found = engine.query_batch_points(self._collection, list(requests))
        return [[Hit(str(p.id), float(p.score), p.payload or {}) for p in one.points] for one in found]

    def search_dense(self, vector: Vector, filter: Filter | None, limit: int) -> list[Hit]:
        """Return the `limit` nearest by cosine, best first."""
        return self._query(self._dense(vector, filters.to_client(filter or Filter()), limit))[0]

    def search_sparse(self, vector: Sparse, filter: Filter | None, limit: int) -> list[Hit]:
        """Return the `limit` best by IDF-weighted term overlap, best first."""
        if not vector.indices:
            return []
        return self._query(self._sparse(vector, filters.to_client(filter or Filter()), limit))[0]

    def search_both(
        self, dense: Vector, sparse: Sparse, filter: Filter | None, limit: int
    ) -> tuple[list[Hit], list[Hit]]:
        """Return both searches from one request."""
        if not sparse.indices:
            return self.search_dense(dense, filter, limit), []
        native = filters.to_client(filter or Filter())
        near, terms = self._query(self._dense(dense, native, limit), self._sparse(sparse, native, limit))
        return near, terms

    def retrieve(self, ids: Sequence[str]) -> list[Hit]:
        """Return the points of these ids in the order asked."""
        wanted = [schema.checked_id(id) for id in ids]
        if not wanted:
            return []
        with self._engine() as engine:
            records = engine.retrieve(self._collection, list(dict.fromkeys(wanted)), with_payload=True)
        found = {str(record.id): record.payload or {} for record in records}
        return [Hit(id, 0.0, found[id]) for id in wanted if id in found]

    def scroll(self, filter: Filter | None, limit: int, after: str | None) -> tuple[list[Hit], str | None]:
        """Return a page by id, and the mark of the next page."""
        offset = None if after is None else schema.checked_id(after)
        with self._engine() as engine:
            records, following = engine.scroll(
                self._collection, filters.to_client(filter), limit=limit, offset=offset, with_payload=True
            )
        hits = [Hit(str(r.id), 0.0, r.payload or {}) for r in records]
        return hits, None if following is None else str(following)

    def count(self, filter: Filter | None = None) -> int:
        """Return how many points match, exactly."""
        with self._engine() as engine:
            return engine.count(self._collection, filters.to_client(filter), exact=True).count

    def flush(self) -> None:
        """Do nothing: every write has waited for the server already."""
        with self._engine():
            pass

    def optimize(self) -> None:
        """Decide anew between exact search and the graph; the server compacts by itself."""
        self._exact = self.count() <= EXACT_UP_TO

    def close(self) -> None:
        """Close the connection."""
        with self._guard:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def info(self) -> dict[str, Any]:
        """Return engine, location, model, dim, schema, points, segments and whether search is exact."""
        with self._engine() as engine:
            found = engine.get_collection(self._collection)
        return {
            "engine": "qdrant-server",
            "location": self._collection,
            **self._identity.as_dict(),
            "points": self.count(),
            "segments": found.segments_count,
            "exact": self._exact,
        }

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close the store."""
        self.close()
