"""Which number format is fastest on this machine without harming the vectors. Measured once."""

import json
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kb.embedding.base import Embedder, Notify, Vectors, tell

PRECISIONS = ("fp32", "bf16", "int8")
MIN_COSINE = 0.995  # to fp32, the worst of the sample
_REPEATS = 3

# Everyday sentences of our own, of the lengths of questions and of articles.
QUESTIONS = (
    "邻居家的树枝伸到我家院子里怎么办",
    "老板拖欠三个月工资不给",
    "离婚后孩子归谁抚养",
    "借出去的钱没有借条能要回来吗",
    "村里修路占了我家的地",
    "狗咬了人谁来赔",
    "楼上漏水把我家天花板泡了",
    "网上买的手机是假货",
)
PASSAGES = tuple(
    f"{a}，{b}，双方多次协商没有结果，来到村里的调解室说明经过，希望有人居中说和。调解员分别听了两家的说法，"
    f"又到现场看了一遍，{c}，最后把谈妥的办法一条一条写下来，由两家人签字。"
    for a, b, c in (
        ("两户人家共用一堵院墙", "一家翻修时把墙拆了一半", "量了尺寸并问了左右邻居"),
        ("承包鱼塘的人说上游排水", "一夜之间死了不少鱼", "取了水样并请农技员看过"),
        ("儿子和儿媳外出打工", "老人的饭钱谁出一直说不清", "算了每月的开支"),
        ("装修队干完了活", "主人嫌瓷砖贴得不平不肯付尾款", "请懂行的师傅一块一块敲过"),
    )
)


def choose(
    load: Callable[[str], Embedder], key: str, note: Path, available: tuple[str, ...], notify: Notify = tell
) -> str:
    """Return the precision to use: the one noted for this processor and model, or the one measured now.

    `load` gives the model at a precision; the JSON file `note` keeps the decision.
    """
    machine = f"{cpu_name()} x{os.cpu_count()} {_torch_version()}"
    try:
        known = json.loads(note.read_text("utf-8"))
        if known["machine"] == machine and known["model"] == key and known["precision"] in available:
            return str(known["precision"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    notify("首次使用，正在测试本机最快的向量计算精度 ……")
    seconds, cosine = measure(load, available)
    best = min((p for p in available if cosine[p] >= MIN_COSINE), key=seconds.__getitem__)
    detail = "，".join(f"{p} {1000 * seconds[p]:.0f} 毫秒（相似度 {cosine[p]:.4f}）" for p in available)
    notify(f"已选用 {best}：{detail}")
    note.parent.mkdir(parents=True, exist_ok=True)
    content = {"machine": machine, "model": key, "precision": best, "seconds": seconds, "cosine": cosine}
    temporary = note.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")
    temporary.replace(note)
    return best


def measure(
    load: Callable[[str], Embedder], available: tuple[str, ...]
) -> tuple[dict[str, float], dict[str, float]]:
    """Return, by precision, seconds for the sample (the best of a few runs) and the worst cosine to fp32.

    `available` must begin with fp32.
    """
    seconds: dict[str, float] = {}
    cosine: dict[str, float] = {}
    reference: Vectors | None = None
    for precision in available:
        model = load(precision)
        vectors = _sample(model)  # the first run also pays for the libraries' own set-up
        runs = []
        for _ in range(_REPEATS):
            started = time.perf_counter()
            _sample(model)
            runs.append(time.perf_counter() - started)
        reference = vectors if reference is None else reference
        seconds[precision] = round(min(runs), 4)
        cosine[precision] = round(float((vectors * reference).sum(1).min()), 5)
    return seconds, cosine


def _sample(model: Embedder) -> Vectors:
    """Questions one at a time, as they are asked; passages together, as they are indexed."""
    return np.vstack([*(model.embed_queries([q]) for q in QUESTIONS), model.embed_passages(PASSAGES * 4)])


def cpu_name() -> str:
    """Return the processor's model and the flags that decide what is fast on it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    fields = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    flags = set(fields.get("flags", "").split())
    fast = [
        f for f in ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "avx512_bf16", "amx_bf16") if f in flags
    ]
    return " ".join([fields.get("model name", platform.machine()), *fast])


def _torch_version() -> str:
    import torch

    return f"torch {torch.__version__} {torch.get_num_threads()} threads"
