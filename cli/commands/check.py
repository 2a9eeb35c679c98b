"""`fengqiao check`."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from cli.ask_service import AsJson, Jsonl, OnDay, serve
from cli.compose import read_upload

_LABELS = {
    "supported": "[green]有据[/]",
    "unsupported": "[yellow]条文不支持[/]",
    "contradicted": "[red]与条文相反[/]",
    "wrong_citation": "[red]引用有误[/]",
    "not_in_force": "[red]当日无效[/]",
    "misquoted": "[red]引文不符[/]",
    "no_citation": "[yellow]没有出处[/]",
    "not_legal": "[dim]无需核查[/]",
}


def check(
    file: Annotated[Path | None, typer.Argument(exists=True, dir_okay=False, help="要核查的文件")] = None,
    text: Annotated[str, typer.Option("--text", help="直接给出要核查的文字")] = "",
    on: OnDay = "",
    jsonl: Jsonl = "",
    as_json: AsJson = False,
) -> None:
    """核查一份材料：引用的法条在不在、有没有效、引得对不对。"""
    body = {"text": read_upload(file.name, file.read_bytes()) if file else text, "on": on}
    serve("POST", "/check", body, show, jsonl, as_json, "text")


def show(answer: dict[str, Any]) -> None:
    """Print each claim with its verdict and what is wrong with it."""
    console = Console(soft_wrap=True)
    for claim in answer["claims"]:
        console.print(_LABELS.get(claim["verdict"], claim["verdict"]), claim["text"], highlight=False)
        for problem in claim["problems"]:
            console.print(f"    [red]{problem}[/]", highlight=False)
