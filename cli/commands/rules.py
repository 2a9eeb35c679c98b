"""`fengqiao rules check`."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from cli.ask_service import AsJson, Jsonl, VillageOption, serve
from cli.compose import read_upload

app = typer.Typer(help="村规民约合法性审查。", no_args_is_help=True)
_LABELS = {"lawful": "[green]合法[/]", "doubtful": "[yellow]存疑[/]", "overstep": "[red]越权[/]"}


@app.callback()
def _group() -> None:
    """村规民约合法性审查。"""


@app.command("check")
def rules_check(
    file: Annotated[Path | None, typer.Argument(exists=True, dir_okay=False, help="村规民约文件")] = None,
    text: Annotated[str, typer.Option("--text", help="直接给出条款")] = "",
    village: VillageOption = "",
    jsonl: Jsonl = "",
    as_json: AsJson = False,
) -> None:
    """逐条审查一份村规民约：哪条越权、违反哪条法律、怎么改。"""
    body = {"text": read_upload(file.name, file.read_bytes()) if file else text, "village": village}
    serve("POST", "/rules/check", body, show, jsonl, as_json, "text")


def show(answer: dict[str, Any]) -> None:
    """Print the clauses that need attention, then the count."""
    console = Console(soft_wrap=True)
    clauses = answer["clauses"]
    for clause in clauses:
        if clause["verdict"] == "lawful":
            continue
        console.print(
            _LABELS[clause["verdict"]],
            f"第{clause['index']}条 {clause['kind']}：{clause['text']}",
            highlight=False,
        )
        console.print(
            f"    依据：{'、'.join(clause['provisions'])}\n    理由：{clause['reason']}\n    建议：{clause['rewording']}",
            highlight=False,
        )
    flagged = sum(c["verdict"] != "lawful" for c in clauses)
    console.print(f"共 {len(clauses)} 条，需要处理 {flagged} 条。")
    if answer["missing"]:
        console.print(
            "缺少："
            + "；".join(m if isinstance(m, str) else str(m.get("text", m)) for m in answer["missing"]),
            highlight=False,
        )
