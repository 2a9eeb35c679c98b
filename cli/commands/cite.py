"""`fengqiao cite`."""

from typing import Annotated, Any

import typer
from rich.console import Console

from cli.ask_service import AsJson, Jsonl, OnDay, serve


def cite(
    text: Annotated[str, typer.Argument(help="法条，怎么写都行：民法典第1067条第二款")] = "",
    on: OnDay = "",
    jsonl: Jsonl = "",
    as_json: AsJson = False,
) -> None:
    """查一条法条：有没有、在不在有效期、原文是什么。"""
    serve("POST", "/provisions", {"text": text, "on": on}, show, jsonl, as_json, needed="text")


def show(answer: dict[str, Any]) -> None:
    """Print the address and state to stderr's side, the text itself alone on its lines."""
    console = Console(soft_wrap=True)
    until = answer["effective_until"]
    console.print(
        f"[bold]{answer['address']}[/]  [dim]{answer['effective_from']} 起施行{f'，至 {until}' if until else ''}[/]",
        highlight=False,
    )
    if answer.get("message"):
        console.print(f"[yellow]{answer['message']}[/]", highlight=False)
    console.print(answer["text"], highlight=False, markup=False, soft_wrap=True)
