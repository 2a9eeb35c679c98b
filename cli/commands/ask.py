"""`fengqiao ask`."""

from typing import Annotated, Any

import typer
from rich.console import Console

from cli.ask_service import AsJson, Jsonl, OnDay, VillageOption, serve


def ask(
    question: Annotated[str, typer.Argument(help="要问的事情，大白话就行")] = "",
    on: OnDay = "",
    village: VillageOption = "",
    jsonl: Jsonl = "",
    as_json: AsJson = False,
) -> None:
    """法律问答：每句话都有出处，答不了就说答不了。"""
    serve(
        "POST", "/ask", {"question": question, "on": on, "village": village}, show, jsonl, as_json, "question"
    )


def show(answer: dict[str, Any]) -> None:
    """Print risks first, then the answer and its sources."""
    console = Console(soft_wrap=True)
    for risk in answer["risks"]:
        console.print(
            f"[bold red]注意：{risk.get('label') or risk['kind']}[/]（{'、'.join(risk['phones'])}）",
            highlight=False,
        )
    console.print(answer["answer"] or answer["reason"], highlight=False, markup=False)
    for citation in answer["citations"]:
        mark = "已核对" if citation["verified"] else "未通过核对"
        console.print(f"[dim]· {citation['address']}（{mark}）[/]", highlight=False)
