"""`fengqiao bench`."""

from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table

from kb.settings import get_settings


def bench(
    rounds: Annotated[int, typer.Option(help="每个问题测几遍")] = 5,
    json_file: Annotated[Path | None, typer.Option("--json", help="把结果写进这个文件")] = None,
) -> None:
    """实测本机：入库速度、检索延迟、内存、冷启动。"""
    from eval.bench import run_bench

    with Console(stderr=True).status("测量中，约一分钟 ……"):
        result = run_bench(get_settings(), rounds)
    table = Table("项目", "结果", title=f"{result['machine']}，向量精度 {result['precision']}")
    cold = result["cold_start"]
    table.add_row("冷启动到首个答案", f"{cold['first_answer_s']:.1f} 秒（进程启动到检索出结果）")
    for name, label in (("total", "检索总延迟"), ("embedding", "其中 向量计算"), ("search", "其中 索引检索")):
        line = result["latency_ms"][name]
        table.add_row(label, f"p50 {line['p50']:.1f} 毫秒，p95 {line['p95']:.1f} 毫秒")
    table.add_row(
        "内存", f"{result['memory_mb']['rss']:.0f} MB 常驻，其中独占 {result['memory_mb']['unshared']:.0f} MB"
    )
    ingest = result["ingest"]
    table.add_row(
        "入库：新文本", f"{ingest['passages_per_s']:.0f} 段/秒（{ingest['passages']} 段，含向量计算）"
    )
    table.add_row("入库：向量已有", f"{ingest['cached_passages_per_s']:.0f} 段/秒")
    Console().print(table)
    if json_file:
        json_file.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2))
