"""Qdrant Edge: the engine inside our own process, one folder, one owner.

Laid out as `<index>/meta.json` (see `identity`) and `<index>/shard`. The write-ahead log is on: what
`upsert` has returned from survives `kill -9`. There is no graph (m=0), so every search is exact.
"""

import json
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from kb.errors import BadRequest, FengqiaoError, NotReady
from kb.store import filters, schema
from kb.store.base import Filter, Hit, Point, Sparse, Vector
from kb.store.identity import Identity, require_same
from kb.store.lock import OwnerLock

#: Room that a new index takes, and that a batch may. The engine maps its files into memory: on a disk that
#: fills up under it the system kills the process without a word, so it must be known before.
_ROOM_NEW, _ROOM_BATCH = 256 << 20, 128 << 20
_EMPTY_FILTER = "没有说明要删除什么"
_EMPTY_FILTER_HINT = "请至少给出类别、法律、来源等一项条件。"


def _config(dim: int) -> Any:
    import qdrant_edge as qe

    graph = qe.HnswIndexConfig(m=0, ef_construct=100, full_scan_threshold=10_000)
    dense = qe.EdgeVectorParams(size=dim, distance=qe.Distance.Cosine, hnsw_config=graph)
    sparse = qe.EdgeSparseVectorParams(modifier=qe.Modifier.Idf)
    return qe.EdgeConfig(
        vectors={schema.DENSE: dense},
        sparse_vectors={schema.SPARSE: sparse},
        hnsw_config=graph,
        wal_enabled=True,
    )


def _create(shard_path: Path, dim: int) -> None:
    """Create an empty shard with its payload indexes, whole or not at all."""
    import qdrant_edge as qe

    fresh = shard_path.with_name(shard_path.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    shard = qe.EdgeShard.create(str(fresh), _config(dim))
    types = {"keyword": qe.PayloadSchemaType.Keyword, "integer": qe.PayloadSchemaType.Integer}
    for key, kind in schema.INDEXES.items():
        shard.update(qe.UpdateOperation.create_field_index(key, types[kind]))
    shard.flush()
    shard.close()
    fresh.rename(shard_path)


def _require_room(folder: Path, wanted: int) -> None:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise NotReady("索引目录不见了", "请检查磁盘是否挂载，恢复索引目录后重新启动服务。") from error
    if free < wanted:
        raise NotReady(
            f"索引所在的磁盘空间不够：还剩 {free >> 20} MB，要有 {wanted >> 20} MB",
            "请腾出磁盘空间再试；已收录的内容没有受影响。",
        )


class EdgeStore:
    """A `VectorStore` over Qdrant Edge.

    Args:
        path: the index folder; made when absent.
        identity: what the vectors are; an index built otherwise is refused with Conflict.
        url: where this process serves the index, told to others who find it locked.

    Raises:
        IndexHeld: another process has it open.
        Conflict: built with another model or layout.
        NotReady: the folder can't be written, or the engine can't load it.
    """

    def __init__(self, path: Path, identity: Identity, url: str = "") -> None:
        self._path = path.resolve()
        self._identity = identity
        self._pid = os.getpid()
        # The engine holds the GIL throughout a call, so this costs no throughput. It keeps `close` from
        # pulling the shard from under a search.
        self._guard = threading.RLock()
        self._shard: Any = None
        self._lock = OwnerLock(self._path, url)
        self._lock.acquire()
        try:
            self._shard = self._open()
        except BaseException:
            self._lock.release()
            raise

    def _open(self) -> Any:
        import qdrant_edge as qe

        shard_path, meta_path = self._path / "shard", self._path / "meta.json"
        try:
            if not shard_path.exists():
                self._path.mkdir(parents=True, exist_ok=True)
                _require_room(self._path, _ROOM_NEW)
                fresh = meta_path.with_name(meta_path.name + ".new")
                fresh.write_text(json.dumps(self._identity.as_dict(), ensure_ascii=False), "utf-8")
                fresh.replace(meta_path)
                _create(shard_path, self._identity.dim)
            try:
                meta = json.loads(meta_path.read_text("utf-8"))
            except (OSError, ValueError):
                meta = {}
            require_same(meta if isinstance(meta, dict) else {}, self._identity, str(self._path))
            return qe.EdgeShard.load(str(shard_path))
        except FengqiaoError:
            raise
        except Exception as error:
            # The engine raises plain Exception for whatever goes wrong.
            raise NotReady(
                f"索引打不开：{error}",
                f"请检查 {self._path} 的权限和磁盘空间；仍不行就从备份恢复，"
                "或删除它后重新入库（fengqiao ingest）。",
            ) from error

    @contextmanager
    def _engine(self) -> Iterator[Any]:
        if os.getpid() != self._pid:
            # A call on a shard inherited through fork never returns.
            raise NotReady(
                "索引不能在复制出来的子进程里使用。", "请只用一个服务进程，并以 spawn 方式启动子进程。"
            )
        with self._guard:
            if self._shard is None:
                raise NotReady("索引已经关闭。", "请重新启动服务或命令。")
            try:
                yield self._shard
            except FengqiaoError:
                raise
            except Exception as error:
                raise FengqiaoError(f"索引出错：{error}", "请检查磁盘空间，重启后再试。") from error

    def upsert(self, points: Sequence[Point]) -> None:
        """Insert or replace, in batches of `schema.BATCH`; each batch is in the log when it returns."""
        import qdrant_edge as qe

        ready = schema.rows(points, self._identity.dim)
        if ready:
            _require_room(self._path, _ROOM_BATCH)
        for start in range(0, len(ready), schema.BATCH):
            batch = []
            for id, dense, sparse, payload in ready[start : start + schema.BATCH]:
                vector: dict[str, Any] = {}
                if dense is not None:
                    vector[schema.DENSE] = dense
                if sparse is not None:
                    vector[schema.SPARSE] = qe.SparseVector(*sparse)
                batch.append(qe.Point(id=id, vector=vector, payload=payload))
            with self._engine() as shard:
                shard.update(qe.UpdateOperation.upsert_points(batch))

    def delete(self, ids: Sequence[str]) -> None:
        """Delete by id; unknown ids are ignored."""
        import qdrant_edge as qe

        wanted: list[Any] = [schema.checked_id(id) for id in ids]
        if wanted:
            with self._engine() as shard:
                shard.update(qe.UpdateOperation.delete_points(wanted))

    def delete_where(self, filter: Filter) -> None:
        """Delete what the filter matches, in whatever scope."""
        import qdrant_edge as qe

        native = filters.to_edge(filters.any_scope(filter))
        if native is None:
            raise BadRequest(_EMPTY_FILTER, _EMPTY_FILTER_HINT)
        with self._engine() as shard:
            shard.update(qe.UpdateOperation.delete_points_by_filter(native))

    def _dense(self, vector: Vector, native: Any, limit: int) -> Any:
        import qdrant_edge as qe

        nearest = qe.Query.Nearest(schema.checked_dense(vector, self._identity.dim), using=schema.DENSE)
        return qe.QueryRequest(
            limit=limit,
            query=nearest,
            filter=native,
            with_payload=True,
            params=qe.SearchParams(exact=True),
        )

    def _sparse(self, vector: Sparse, native: Any, limit: int) -> Any:
        import qdrant_edge as qe

        nearest = qe.Query.Nearest(qe.SparseVector(*schema.checked_sparse(vector)), using=schema.SPARSE)
        return qe.QueryRequest(limit=limit, query=nearest, filter=native, with_payload=True)

    def _query(self, *requests: Any) -> list[list[Hit]]:
        import qdrant_edge as qe

        with self._engine() as shard:
            found = shard.query_batch(qe.QueryBatchRequest(list(requests)))
        return [[Hit(str(hit.id), float(hit.score), hit.payload or {}) for hit in one] for one in found]

    def search_dense(self, vector: Vector, filter: Filter | None, limit: int) -> list[Hit]:
        """Return the `limit` nearest by cosine, best first."""
        return self._query(self._dense(vector, filters.to_edge(filter or Filter()), limit))[0]

    def search_sparse(self, vector: Sparse, filter: Filter | None, limit: int) -> list[Hit]:
        """Return the `limit` best by IDF-weighted term overlap, best first."""
        if not vector.indices:
            return []
        return self._query(self._sparse(vector, filters.to_edge(filter or Filter()), limit))[0]

    def search_both(
        self, dense: Vector, sparse: Sparse, filter: Filter | None, limit: int
    ) -> tuple[list[Hit], list[Hit]]:
        """Return both searches, planned by the engine as one batch."""
        if not sparse.indices:
            return self.search_dense(dense, filter, limit), []
        native = filters.to_edge(filter or Filter())
        near, terms = self._query(self._dense(dense, native, limit), self._sparse(sparse, native, limit))
        return near, terms

    def retrieve(self, ids: Sequence[str]) -> list[Hit]:
        """Return the points of these ids in the order asked."""
        wanted = [schema.checked_id(id) for id in ids]
        if not wanted:
            return []
        with self._engine() as shard:
            records = shard.retrieve(list(dict.fromkeys(wanted)), True, False)
        found = {str(record.id): record.payload or {} for record in records}
        return [Hit(id, 0.0, found[id]) for id in wanted if id in found]

    def scroll(self, filter: Filter | None, limit: int, after: str | None) -> tuple[list[Hit], str | None]:
        """Return a page by id, and the mark of the next page."""
        import qdrant_edge as qe

        request = qe.ScrollRequest(
            offset=None if after is None else schema.checked_id(after),
            limit=limit,
            filter=filters.to_edge(filter),
            with_payload=True,
            with_vector=False,
        )
        with self._engine() as shard:
            records, following = shard.scroll(request)
        hits = [Hit(str(r.id), 0.0, r.payload or {}) for r in records]
        return hits, None if following is None else str(following)

    def count(self, filter: Filter | None = None) -> int:
        """Return how many points match, exactly."""
        import qdrant_edge as qe

        with self._engine() as shard:
            return int(shard.count(qe.CountRequest(exact=True, filter=filters.to_edge(filter))))

    def flush(self) -> None:
        """Put on disk what was written."""
        with self._engine() as shard:
            shard.flush()

    def optimize(self) -> None:
        """Compact segments. The whole process stands still meanwhile: under 3 s for 60,000 points."""
        with self._engine() as shard:
            shard.optimize()
            shard.flush()

    def close(self) -> None:
        """Flush, close, give up the lock."""
        if os.getpid() != self._pid:
            return
        with self._guard:
            shard, self._shard = self._shard, None
            if shard is None:
                return
            try:
                with suppress(Exception):  # the log has it all; a full disk must not keep us from closing
                    shard.flush()
                shard.close()
            finally:
                self._lock.release()

    def info(self) -> dict[str, Any]:
        """Return engine, location, bytes on disk, model, dim, schema, points and segments."""
        with self._engine() as shard:
            segments = int(shard.info().segments_count)
        # The engine preallocates sparse files: what counts is the blocks in use, where the system tells.
        stats = [f.stat() for f in self._path.rglob("*") if f.is_file()]
        size = sum(getattr(s, "st_blocks", 0) * 512 or s.st_size for s in stats)
        return {
            "engine": "qdrant-edge",
            "location": str(self._path),
            "bytes": size,
            **self._identity.as_dict(),
            "points": self.count(),
            "segments": segments,
        }

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close the store."""
        self.close()
