"""`fengqiao search`."""

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from cli.ask_service import AsJson, Jsonl, OnDay, VillageOption, serve

_KINDS = {"法条": "provision", "村规": "rule", "村规民约": "rule", "案例": "case", "问答": "qa"}


def search(
    query: Annotated[str, typer.Argument(help="要找的事情、关键词或法条")] = "",
    kind: Annotated[list[str] | None, typer.Option("--kind", help="法条、村规、案例、问答，可写多次")] = None,
    on: OnDay = "",
    village: VillageOption = "",
    law: Annotated[str, typer.Option(help="只在这部法律里找")] = "",
    dispute_type: Annotated[str, typer.Option("--type", help="纠纷类型，如 邻里")] = "",
    limit: Annotated[int, typer.Option(help="条数")] = 10,
    offset: Annotated[int, typer.Option(help="跳过前几条")] = 0,
    jsonl: Jsonl = "",
    as_json: AsJson = False,
) -> None:
    """检索法条、村规民约、调解案例和普法问答。"""
    body = {
        "query": query,
        "kinds": [_KINDS.get(k, k) for k in kind or []],
        "on": on,
        "village": village,
        "law": law,
        "dispute_type": dispute_type,
        "limit": limit,
        "offset": offset,
    }
    serve("POST", "/search", body, show, jsonl, as_json, needed="query")


def show(answer: dict[str, Any]) -> None:
    """Print hits: address and state, why it was found, the text."""
    console = Console(soft_wrap=True)
    for message in answer["analysis"]["messages"]:
        console.print(f"[yellow]{message}[/]")
    if not answer["hits"]:
        console.print("没有找到。换个说法试试，或去掉筛选条件。")
    for number, hit in enumerate(answer["hits"], answer.get("offset", 0) + 1):
        title = Text(f"{number}. {hit['address']}", style="bold")
        title.append(f"  {hit['status_label']}", style="green" if hit["status"] == "in_force" else "red")
        if hit["effective_from"]:
            until = hit["effective_until"] or ""
            title.append(f"  {hit['effective_from']} 起{f'，至 {until}' if until else ''}", style="dim")
        console.print(title)
        if hit["note"]:
            console.print(f"   [yellow]{hit['note']}[/]")
        body = Text("   " + hit["text"][:300].replace("\n", "\n   "))
        body.highlight_words(hit["matched"]["terms"], style="cyan")
        console.print(body)
        console.print(f"   [dim]{hit['matched']['reason']}[/]")
    console.print(
        f"[dim]共 {answer['total']} 条候选，用时 {answer['took_ms']['total']:.0f} 毫秒，按 {answer['on']} 的法律[/]"
    )
