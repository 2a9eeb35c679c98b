"""What an index was built with, and the refusal of one built with something else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kb.errors import Conflict
from kb.store.schema import SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class Identity:
    """Fingerprint of the embedding model, its dimension, and the layout of the payload."""

    model: str
    dim: int
    schema: int = SCHEMA_VERSION

    def as_dict(self) -> dict[str, Any]:
        """Return what is written down."""
        return {"model": self.model, "dim": self.dim, "schema": self.schema}


def require_same(found: Mapping[str, Any], wanted: Identity, where: str) -> None:
    """Raise Conflict when the index at `where` wasn't built as `wanted`: its vectors mean something else."""
    try:
        built = Identity(str(found["model"]), int(found["dim"]), int(found["schema"]))
    except (KeyError, TypeError, ValueError) as error:
        raise Conflict(
            f"{where} 里的数据不是本系统建的索引，或建得不完整。",
            "请换一个位置；确认不再需要它时，可删除后重新入库（fengqiao ingest）。",
        ) from error
    if built.schema != wanted.schema:
        raise Conflict(
            f"索引的格式版本是 {built.schema}，本程序用的是 {wanted.schema}。",
            f"请删除 {where} 后重新入库（fengqiao ingest），或换回建索引时的程序版本。",
        )
    if (built.model, built.dim) != (wanted.model, wanted.dim):
        raise Conflict(
            f"索引是用向量模型“{built.model}”（{built.dim} 维）建的，"
            f"现在用的是“{wanted.model}”（{wanted.dim} 维），两者的向量不能混用。",
            "请把设置 FENGQIAO_EMBEDDING_MODEL 改回原来的模型；"
            f"要换模型，请删除 {where} 后重新入库（fengqiao ingest）。",
        )
