"""From a trained folder to the one that ships: half precision, model card, digests."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from eval.training.card import render
from kb.embedding.bert import Bert
from kb.embedding.builder import sha256
from kb.embedding.folder import plain_bert, prefixes
from kb.embedding.precision import PASSAGES, QUESTIONS
from kb.embedding.shipped_model import SUMS
from kb.errors import BadRequest

MIN_COSINE = 0.9999  # of halves to the trained weights, the worst of the sample

_COPIED = (
    "tokenizer.json",
    "tokenizer_config.json",
    "modules.json",
    "sentence_bert_config.json",
    "config_sentence_transformers.json",
    "1_Pooling/config.json",
)


def export(folder: Path, target: Path, card: Mapping[str, str]) -> float:
    """Write the model of `folder` as it ships to `target`, in the place of what was exported there before.

    The same input gives the same bytes. Nothing is replaced unless all went well.

    Args:
        folder: a sentence-transformers folder that `kb.embedding.folder.plain_bert` accepts.
        target: the folder to write; its name is the model's.
        card: the parts of the model card, see `eval.training.card.PARTS`.

    Returns:
        The worst cosine between vectors of the exported and of the trained model.

    Raises:
        BadRequest: `folder` is no such model, its weights don't fit half precision, the card is incomplete,
            or `target` holds something else.
    """
    if not plain_bert(folder):
        raise BadRequest(
            f"{folder} 不是可以导出的模型目录", "需要 BERT、平均池化、归一化的 sentence-transformers 目录。"
        )
    check_target(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        _write(folder, work, target.name, card)
        worst = _worst_cosine(folder, work)
        if worst < MIN_COSINE:
            raise BadRequest(
                f"半精度权重算出的向量偏差太大：余弦最低 {worst:.5f}", f"至少应为 {MIN_COSINE}。"
            )
        if target.exists():
            shutil.rmtree(target)
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return worst


def check_target(target: Path) -> None:
    """Make sure that nothing but an export would be replaced.

    Raises:
        BadRequest: `target` holds something else.
    """
    if target.exists() and not (target / SUMS).is_file() and any(target.iterdir()):
        raise BadRequest(f"{target} 里有别的文件", f"请换一个目录；只有导出过的模型（有 {SUMS}）才会被替换。")


def _write(folder: Path, work: Path, name: str, card: Mapping[str, str]) -> None:
    tensors = {key: _half(key, tensor) for key, tensor in load_file(folder / "model.safetensors").items()}
    config: dict[str, Any] = json.loads((folder / "config.json").read_text("utf-8"))
    rows = tensors["embeddings.word_embeddings.weight"].shape[0]
    pieces = len(json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"])
    if not rows == pieces == config["vocab_size"]:
        raise BadRequest(
            f"词表大小不一致：权重 {rows}，分词器 {pieces}，配置 {config['vocab_size']}", "请重新裁剪词表。"
        )
    # Without this, transformers would compute in the precision in which the weights are stored.
    config["dtype"] = "float32"

    save_file(tensors, work / "model.safetensors", metadata={"format": "pt"})
    (work / "config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")
    for relative in _COPIED:
        (work / relative).parent.mkdir(exist_ok=True)
        shutil.copyfile(folder / relative, work / relative)
    query, passage = prefixes(folder)
    facts = config | {"parameters": sum(tensor.numel() for tensor in tensors.values())}
    text = render(name, facts, {"query": query, "passage": passage}, card)
    (work / "README.md").write_text(text, "utf-8")

    # Made by mkdtemp and save_file, hence private; the model is not.
    work.chmod(0o755)
    for path in work.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    files = sorted(path for path in work.rglob("*") if path.is_file())
    lines = [f"{sha256(path)}  {path.relative_to(work).as_posix()}\n" for path in files]
    (work / SUMS).write_text("".join(lines), "utf-8")


def _half(name: str, tensor: Tensor) -> Tensor:
    half = tensor.to(torch.float16).contiguous()
    if not bool(half.isfinite().all()):
        raise BadRequest(f"权重 {name} 超出半精度的范围", "请检查训练是否发散。")
    return half


def _worst_cosine(folder: Path, work: Path) -> float:
    texts = [prefixes(folder)[0] + text for text in QUESTIONS] + [
        prefixes(folder)[1] + text for text in PASSAGES
    ]
    trained, exported = (
        np.vstack([model.encode(model.tokenize([text])) for text in texts])
        for model in (Bert(folder), Bert(work))
    )
    return float((trained * exported).sum(1).min())
