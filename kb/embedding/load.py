"""The one place where an embedding model is chosen and loaded."""

import logging
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from kb.embedding import builder, precision
from kb.embedding.base import Embedder, Notify, tell
from kb.embedding.cache import EmbeddingCache
from kb.embedding.folder import find_folder, fingerprint, plain_bert
from kb.embedding.shipped_model import NAME, shipped_model
from kb.errors import NotReady
from kb.settings import Settings, get_settings

if TYPE_CHECKING:
    from kb.embedding.bert import Bert

log = logging.getLogger(__name__)
_loaded: dict[tuple[str, str, str, int], Embedder] = {}
_lock = threading.Lock()


def load_embedder(settings: Settings | None = None, notify: Notify = tell) -> Embedder:
    """Return the process-wide embedder of the settings, building multilingual-e5-small if it is that.

    Raises:
        NotReady: there is no such model, or its precision isn't known.
    """
    settings = settings or get_settings()
    wanted = settings.embedding_precision
    if wanted not in ("auto", *precision.PRECISIONS):
        raise NotReady(
            f"不认识的计算精度：{wanted}",
            f"FENGQIAO_EMBEDDING_PRECISION 可选 auto、{'、'.join(precision.PRECISIONS)}。",
        )
    where = (settings.embedding_model, str(settings.models_dir.resolve()), wanted, settings.embedding_threads)
    with _lock:
        if where not in _loaded:
            _loaded[where] = _load(settings, notify)
        return _loaded[where]


def model_folder(settings: Settings, notify: Notify = tell) -> Path:
    """Return the folder of the model that the settings name.

    Raises:
        NotReady: the model isn't on this machine, or is damaged.
    """
    if settings.embedding_model == NAME:
        return shipped_model()
    if settings.embedding_model == builder.NAME:
        return builder.ensure_model(settings.models_dir, notify)
    return find_folder(settings.embedding_model)


def open_cache(settings: Settings | None = None) -> EmbeddingCache:
    """Return the embedding cache under the settings' home."""
    return EmbeddingCache((settings or get_settings()).home / "cache" / "embeddings.db")


def _load(settings: Settings, notify: Notify) -> Embedder:
    # Waiting threads of OpenMP spin by default and take the processor from whoever has work to do.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    folder = model_folder(settings, notify)
    lean = plain_bert(folder)
    available = precision.PRECISIONS if lean else ("fp32", "bf16")
    wanted = settings.embedding_precision
    if wanted not in ("auto", *available):
        raise NotReady(f"模型 {folder.name} 不支持 {wanted} 精度", f"可选 auto、{'、'.join(available)}。")
    import torch

    if settings.embedding_threads:
        torch.set_num_threads(settings.embedding_threads)
    load = _Lean(folder) if lean else _Sentence(folder)
    if wanted == "auto":
        note = settings.home / "cache" / "precision.json"
        wanted = precision.choose(load, fingerprint(folder), note, available, notify)
    log.info("向量模型 %s，计算精度 %s", folder.name, wanted)
    return load(wanted)


class _Lean:
    """Loads a folder at one precision after another, the tokenizer once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._last: Bert | None = None

    def __call__(self, wanted: str) -> Embedder:
        from kb.embedding.bert import Bert
        from kb.embedding.sentence import BertEmbedder

        self._last = Bert(self._folder, wanted, like=self._last)
        return BertEmbedder(self._folder, self._last)


class _Sentence:
    """Loads a folder through sentence-transformers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, wanted: str) -> Embedder:
        from kb.embedding.sentence import SentenceEmbedder

        return SentenceEmbedder(self._folder, wanted)
