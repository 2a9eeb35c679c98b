"""What a stored point looks like: one schema for every engine."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal
from uuid import UUID

import numpy as np

from kb.errors import BadRequest
from kb.model import Passage
from kb.store.base import Payload, Point, Sparse, Vector

# Raise it when points written by older code can't be read by newer code: old indexes are then refused.
SCHEMA_VERSION = 1
DENSE = "dense"
SPARSE = "lexical"
BATCH = 512

NO_FROM = 0
NO_UNTIL = 99991231

IndexType = Literal["keyword", "integer"]
INDEXES: dict[str, IndexType] = {
    "kind": "keyword",
    "law": "keyword",
    "village": "keyword",
    "dispute_type": "keyword",
    "scope": "keyword",
    "parent_id": "keyword",
    "source": "keyword",
    "effective_from": "integer",
    "effective_until": "integer",
}
_DATES = {"effective_from": NO_FROM, "effective_until": NO_UNTIL}


def day(value: date) -> int:
    """Return a date as the integer yyyymmdd, which both engines index and range over alike."""
    return value.year * 10000 + value.month * 100 + value.day


def _day_or(value: Any, missing: int) -> int:
    if value is None or value == "":
        return missing
    if isinstance(value, str):
        value = date.fromisoformat(value)
    return day(value) if isinstance(value, date) else int(value)


def normalise(payload: Mapping[str, Any]) -> Payload:
    """Return the payload as stored: every indexed key present, dates as integers.

    A payload without a scope gets the empty one, which no reader's filter admits: what nobody has
    labelled must not be shown to everybody.
    """
    stored = {key: "" if kind == "keyword" else _DATES[key] for key, kind in INDEXES.items()} | dict(payload)
    for key, missing in _DATES.items():
        try:
            stored[key] = _day_or(stored[key], missing)
        except ValueError as error:
            raise BadRequest(f"日期写法不对：{stored[key]}", "请写成 2026-01-31 这样。") from error
    for key, kind in INDEXES.items():
        if kind == "keyword" and stored[key] is None:
            stored[key] = ""
    return stored


def payload_of(passage: Passage) -> Payload:
    """Return the payload of a passage; what only the index reads is left out."""
    return normalise(passage.model_dump(exclude={"id", "embed_text", "asked"}))


def passage_of(id: str, payload: Mapping[str, Any]) -> Passage:
    """Return the passage that `payload_of` stored, with an empty `embed_text`."""
    known = {key: payload[key] for key in Passage.model_fields if key in payload}
    for key, missing in _DATES.items():
        number = int(payload.get(key, missing))
        known[key] = None if number == missing else date(number // 10000, number // 100 % 100, number % 100)
    return Passage.model_validate({**known, "id": id, "embed_text": ""})


def checked_id(id: str) -> str:
    """Return the id in canonical form; raise BadRequest when it isn't a UUID."""
    try:
        return str(UUID(id))
    except (ValueError, AttributeError, TypeError) as error:
        raise BadRequest(f"编号不是 UUID：{id!r}", "编号由系统生成，请不要手工填写。") from error


def checked_dense(vector: Vector | Sequence[float], dim: int) -> list[float]:
    """Return the vector as a list; raise BadRequest for a wrong dimension or values that aren't finite."""
    array = np.asarray(vector, dtype=np.float32)
    if array.shape != (dim,):
        raise BadRequest(
            f"向量维数不对：索引是 {dim} 维，给的是 {'×'.join(map(str, array.shape)) or '0'} 维",
            "请确认入库与检索用的是同一个向量模型。",
        )
    if not np.isfinite(array).all():
        raise BadRequest("向量里有无效数值", "请检查向量模型的输出，必要时换用 fp32 精度。")
    return [float(x) for x in array.tolist()]


def checked_sparse(vector: Sparse) -> tuple[list[int], list[float]]:
    """Return ids ascending and their weights; raise BadRequest when they don't pair up or repeat.

    The engines accept repeated ids in silence and then score them wrongly.
    """
    indices, values = [int(i) for i in vector.indices], [float(v) for v in vector.values]
    if len(indices) != len(values) or len(set(indices)) != len(indices):
        raise BadRequest("词面向量不成对或有重复的词", "这是程序错误，请连同操作步骤反馈。")
    pairs = sorted(zip(indices, values, strict=True))
    return [i for i, _ in pairs], [v for _, v in pairs]


Row = tuple[str, list[float] | None, tuple[list[int], list[float]] | None, Payload]


def rows(points: Sequence[Point], dim: int) -> list[Row]:
    """Return the points checked and in plain types: (id, dense, sparse, payload), one an id, the last."""
    unique: dict[str, Row] = {}
    for point in points:
        id = checked_id(point.id)
        dense = None if point.dense is None else checked_dense(point.dense, dim)
        sparse = None if point.sparse is None else checked_sparse(point.sparse)
        if sparse is not None and not sparse[0]:
            sparse = None
        unique[id] = (id, dense, sparse, normalise(point.payload))
    return list(unique.values())
