"""Whether the index folder and the model are where they were."""

import os
import weakref
from pathlib import Path

import corpora
from kb.base import KnowledgeBase
from kb.embedding import builder
from kb.embedding.shipped_model import NAME
from kb.errors import FengqiaoError, NotReady
from kb.settings import Settings


class IndexFolder:
    """Watches the folder of the embedded index; an index on a server has none.

    The engine maps its files: it goes on answering from a folder that was deleted, until the process ends
    and everything written meanwhile is lost. So the folder itself is looked at.
    """

    def __init__(self, settings: Settings) -> None:
        self._folder = None if settings.qdrant_url else settings.index_dir
        self._seen: tuple[weakref.ref[KnowledgeBase], tuple[int, int]] | None = None

    def problem(self, opened: KnowledgeBase) -> FengqiaoError | None:
        """Return what is wrong with the folder that the knowledge base has open, or None."""
        if self._folder is None:
            return None
        found = self._identity()
        if found is None:
            return NotReady(
                "索引目录不见了", "请恢复索引目录；没有备份就停止服务后运行 fengqiao ingest --shipped"
            )
        if self._seen is None or self._seen[0]() is not opened:  # opened since last asked
            self._seen = (weakref.ref(opened), found)
        if found != self._seen[1]:
            return NotReady("索引目录被换成了另一个，服务用的还是旧的", "请重新启动服务")
        access = os.access in os.supports_effective_ids
        if not os.access(self._folder / "shard", os.W_OK, effective_ids=access):
            return NotReady("索引目录是只读的，写不进去", "请检查索引目录的权限，磁盘是否以只读方式挂载")
        return None

    def _identity(self) -> tuple[int, int] | None:
        if self._folder is None:
            return None
        try:
            (self._folder / "meta.json").stat()
            found = (self._folder / "shard").stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


def missing_model(settings: Settings) -> FengqiaoError | None:
    """Return what is wrong where the embedding model's files are gone, or None.

    A service that has the model in memory still answers, but could not be started again.
    """
    model = settings.embedding_model
    if model == builder.NAME:  # built from installed packages where it is missing
        return None
    if model == NAME:
        there = (corpora.path("models", NAME) / "model.safetensors").is_file()
    else:
        folder = Path(model).expanduser()
        there = folder.is_dir() or not (folder.is_absolute() or model.startswith((".", "~")))
    if there:
        return None
    return NotReady("向量模型的文件不见了", "请恢复模型目录，或检查设置 FENGQIAO_EMBEDDING_MODEL")
