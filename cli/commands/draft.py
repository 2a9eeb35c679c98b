"""`fengqiao draft`."""

from typing import Annotated, Any

import typer
from rich.console import Console

from cli.ask_service import AsJson, Jsonl, OnDay, serve


def draft(
    topic: Annotated[str, typer.Argument(help="主题，如 老人赡养")] = "",
    address: Annotated[str, typer.Option(help="从一条法条出发")] = "",
    case_id: Annotated[str, typer.Option("--case", help="从一个案例出发（以案释法）")] = "",
    count: Annotated[int, typer.Option(help="几份")] = 3,
    format: Annotated[str, typer.Option(help="qa、article、led、video、radio")] = "qa",
    on: OnDay = "",
    jsonl: Jsonl = "",
    as_json: AsJson = False,
) -> None:
    """起草普法问答；草稿要由另一人审核后才能发布。"""
    body = {
        "topic": topic,
        "address": address,
        "case_id": case_id,
        "count": count,
        "format": format,
        "on": on,
    }
    serve("POST", "/drafts", body, show, jsonl, as_json)


def show(answer: dict[str, Any]) -> None:
    """Print each draft with its sources."""
    console = Console(soft_wrap=True)
    for item in answer["drafts"]:
        console.print(f"[bold]{item['question']}[/]  [dim]{item['id']} {item['status']}[/]", highlight=False)
        console.print(item["answer"], highlight=False, markup=False)
        for citation in item["citations"]:
            mark = "已核对" if citation["verified"] else "未通过核对"
            console.print(f"[dim]· {citation['address']}（{mark}）[/]", highlight=False)
