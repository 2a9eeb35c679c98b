"""What a sentence-transformers folder says of itself."""

import hashlib
import json
import logging
from functools import lru_cache
from pathlib import Path
from typing import Any

from kb.embedding.builder import MANIFEST, PASSAGE_PREFIX, QUERY_PREFIX, model_key, sha256
from kb.errors import NotReady

log = logging.getLogger(__name__)
_QUERY_NAMES = ("query", "question")
_PASSAGE_NAMES = ("passage", "document", "corpus")


def find_folder(model: str) -> Path:
    """Return the folder of a model given by path, or by name from the local Hugging Face cache.

    Raises:
        NotReady: there is no such model on this machine; nothing is downloaded.
    """
    path = Path(model).expanduser()
    if path.is_dir():
        if not (path / "config.json").is_file() and not (path / "modules.json").is_file():
            raise NotReady(
                f"{path} 不是 sentence-transformers 模型目录（缺少 modules.json 和 config.json）",
                "请检查 FENGQIAO_EMBEDDING_MODEL。",
            )
        return path
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model, local_files_only=True))
    except (LocalEntryNotFoundError, HfHubHTTPError, HFValidationError, OSError, ValueError) as error:
        raise NotReady(
            f"本机没有向量模型 {model}",
            "程序不联网下载模型：请把 FENGQIAO_EMBEDDING_MODEL 设为本地模型目录，或去掉该设置，用内置模型。",
        ) from error


def prefixes(folder: Path) -> tuple[str, str]:
    """Return what goes before a question and before a passage.

    The model's own prompts if it has any; else those of its card for the e5 family; else nothing.
    """
    prompts = _json(folder / "config_sentence_transformers.json").get("prompts") or {}
    query = next((prompts[n] for n in _QUERY_NAMES if prompts.get(n)), "")
    passage = next((prompts[n] for n in _PASSAGE_NAMES if prompts.get(n)), "")
    if not (query or passage):
        named = f"{folder.name} {_json(folder / 'config.json').get('_name_or_path', '')}".lower()
        if "e5-" in named and "instruct" not in named:
            return QUERY_PREFIX, PASSAGE_PREFIX
    return query, passage


def plain_bert(folder: Path) -> bool:
    """Say whether the folder is exactly what kb.embedding.bert computes: BERT, mean pooling, normalise."""
    try:
        modules = [
            m["type"].rsplit(".", 1)[-1] for m in json.loads((folder / "modules.json").read_text("utf-8"))
        ]
        paths = [m["path"] for m in json.loads((folder / "modules.json").read_text("utf-8"))]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    config = _json(folder / "config.json")
    own = _json(folder / "sentence_bert_config.json")
    if modules != ["Transformer", "Pooling", "Normalize"] or paths[0]:
        return False
    return (
        config.get("model_type") == "bert"
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and not config.get("quantization_config")
        and not own.get("do_lower_case")
        and _mean_pooling(_json(folder / paths[1] / "config.json"))
        and (folder / "model.safetensors").is_file()
        and (folder / "tokenizer.json").is_file()
    )


def _mean_pooling(pooling: dict[str, Any]) -> bool:
    """Understand both ways in which sentence-transformers has written a pooling module down."""
    if pooling.get("include_prompt", True) is False:
        return False
    if "pooling_mode" in pooling:
        return pooling["pooling_mode"] in ("mean", ["mean"])
    on = {name for name, value in pooling.items() if name.startswith("pooling_mode_") and value}
    return on == {"pooling_mode_mean_tokens"}


def fingerprint(folder: Path) -> str:
    """Return the cache key of a model: what its vectors depend on, and nothing of this machine.

    Hashes every file (about 1.3 s per GB), once a process. No note of it is kept on disk: a stale key would
    mix the vectors of two models. Words for people, such as README.md, don't count.
    """
    if (folder / MANIFEST).is_file():
        return model_key(folder)
    digest = hashlib.sha256("\n".join(prefixes(folder)).encode())
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if path.suffix in {".json", ".safetensors", ".bin", ".txt", ".model", ".py"}:
            digest.update(f"\n{path.relative_to(folder).as_posix()} {file_digest(path)}".encode())
    return f"{folder.resolve().name}-{digest.hexdigest()[:12]}"


def file_digest(path: Path) -> str:
    """Return the hex SHA-256 of a file's content, which is read again only after a change."""
    stat = path.stat()
    return _digest(path, stat.st_ino, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=256)
def _digest(path: Path, _inode: int, _size: int, _mtime_ns: int) -> str:
    return sha256(path)


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
