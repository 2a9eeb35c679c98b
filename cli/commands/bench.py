"""`fengqiao bench`."""

from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table

from cli.progress import bars
from kb.errors import BadRequest
from kb.settings import get_settings

_PARTS = (("total", "检索总延迟"), ("embedding", "其中 向量计算"), ("search", "其中 索引检索"))


def bench(
    rounds: Annotated[int, typer.Option(min=0, help="每个问题测几遍；0 为自动：平时 5 遍，其余 1 遍")] = 0,
    compare: Annotated[
        bool,
        typer.Option("--compare", help="与别的检索并排比：同一批问题、同一批法律，质量与延迟，约需几分钟"),
    ] = False,
    corpus: Annotated[
        Path | None,
        typer.Option("--corpus", help="BEIR 目录：把其中的法条全部入库（首次约需一刻钟），再测检索延迟"),
    ] = None,
    qrels: Annotated[str, typer.Option(help="--corpus 时用哪组问题")] = "train",
    chat: Annotated[
        bool,
        typer.Option("--chat", help="启动服务，测法律问答：多久看到第一段、多久答完，五十人同时问答得对不对"),
    ] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="把结果写进这个文件")] = None,
) -> None:
    """实测本机：入库速度、检索延迟、内存、冷启动；或与别的检索并排比，或在一个大语料上测延迟，或测问答。"""
    if sum(map(bool, (compare, corpus, chat))) > 1:
        raise BadRequest("--compare、--corpus、--chat 不能同时用", "请分几次运行。")
    if chat:
        result = _chatted(rounds or 1)
    elif corpus:
        result = _over_corpus(corpus, qrels, rounds or 1)
    else:
        result = _compared(rounds or 1) if compare else _measured(rounds or 5)
    if json_file:
        json_file.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2))


def _measured(rounds: int) -> dict[str, Any]:
    from eval.bench import run_bench

    with Console(stderr=True).status("测量中，约一分钟 ……"):
        result = run_bench(get_settings(), rounds)
    table = Table("项目", "结果", title=f"{result['machine']}，向量精度 {result['precision']}")
    cold = result["cold_start"]
    table.add_row("冷启动到首个答案", f"{cold['first_answer_s']:.1f} 秒（进程启动到检索出结果）")
    for name, label in _PARTS:
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
    return result


def _chatted(rounds: int) -> dict[str, Any]:
    from cli.service_process import service_process
    from eval.bench import require_filled
    from eval.chat_bench import chat_questions, run_chat_bench

    settings = get_settings()
    require_filled(settings)
    Console(stderr=True).print("启动服务并测量，约一分钟 ……")  # nothing that moves: it would be measured too
    with service_process(settings) as url:
        result = run_chat_bench(url, chat_questions(), rounds)
    title = f"{result['questions']} 个问题，不用大语言模型；{result['machine']}，开始时负载 {result['load_before']}"
    table = Table("法律问答", "p50 毫秒", "p95 毫秒", "p95 不超过", title=title)
    alone, together = result["alone_ms"], result["at_once"]
    for name, label in (("first", "看到第一段"), ("whole", "答完")):
        line, bar = alone[name], result["bars_ms"][name]
        table.add_row(label, f"{line['p50']:.0f}", f"{line['p95']:.0f}", str(bar))
    for name, label in (("first", "看到第一段"), ("whole", "答完")):
        line = together["ms"][name]
        table.add_row(
            f"{together['chats']} 人同时问：{label}", f"{line['p50']:.0f}", f"{line['p95']:.0f}", ""
        )
    console = Console()
    console.print(table)
    console.print(
        f"{together['chats']} 人同时问：{together['equal']} 个回答与单独问时相同，最后一个 {together['last_s']:.1f} 秒答完"
    )
    for question in together["different"]:
        console.print(f"[red]回答不同：[/]{question}", highlight=False)
    return result


def _over_corpus(corpus: Path, qrels: str, rounds: int) -> dict[str, Any]:
    from eval.corpus_bench import run_corpus_bench

    with bars() as progress:
        result = run_corpus_bench(corpus, qrels, get_settings(), rounds, progress=progress)
    title = (
        f"{result['articles']} 条，{result['passages']} 段，{result['questions']} 个问题；{result['machine']}"
    )
    table = Table("检索延迟", "p50 毫秒", "p95 毫秒", title=title)
    for name, label in _PARTS:
        line = result["latency_ms"][name]
        table.add_row(label, f"{line['p50']:.1f}", f"{line['p95']:.1f}")
    Console().print(table)
    return result


def _compared(rounds: int) -> dict[str, Any]:
    from eval.compare import run_compare

    with bars() as progress:
        result = run_compare(get_settings(), rounds, progress)
    rows = result["systems"]
    measures = next((list(row["measures"]) for row in rows if not row["failure"]), [])
    title = f"{result['questions']} 个问题，{result['articles']} 条现行法条（{result['on']}）"
    quality = Table("质量", *measures, "R@10 比我们", title=title)
    speed = Table("速度", "p50 毫秒", "p95 毫秒", "准备 秒", "p50 比我们", title=result["machine"])
    for row in rows:
        if row["failure"]:
            quality.add_row(row["system"], *["—"] * len(measures), "")
            speed.add_row(row["system"], "—", "—", "—", "")
            continue
        latency = row["latency_ms"]
        quality.add_row(
            row["system"], *(f"{value:.3f}" for value in row["measures"].values()), _times(row, "R@10")
        )
        seconds = [f"{latency['p50']:.1f}", f"{latency['p95']:.1f}", f"{row['prepared_s']:.1f}"]
        speed.add_row(row["system"], *seconds, _times(row, "p50"))
    console = Console()
    console.print(quality)
    console.print(speed)
    for row in rows:
        console.print(f"[dim]{row['system']}：[/]{row['failure'] or row['note']}", highlight=False)
    return result


def _times(row: dict[str, Any], figure: str) -> str:
    return f"{row['to_ours'][figure]:.2f} 倍" if figure in row["to_ours"] else ""
