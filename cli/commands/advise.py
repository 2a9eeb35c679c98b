"""`fengqiao advise`."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from cli.ask_service import AsJson, Jsonl, OnDay, VillageOption, serve
from cli.compose import read_upload


def advise(
    narrative: Annotated[str, typer.Argument(help="纠纷经过")] = "",
    file: Annotated[
        Path | None, typer.Option("--file", exists=True, dir_okay=False, help="从文件读取经过")
    ] = None,
    on: OnDay = "",
    village: VillageOption = "",
    jsonl: Jsonl = "",
    as_json: AsJson = False,
) -> None:
    """调解建议：类型、风险、依据、村规、相似案例、方案。"""
    text = read_upload(file.name, file.read_bytes()) if file else narrative
    serve(
        "POST",
        "/advise",
        {"narrative": text, "on": on, "village": village},
        show,
        jsonl,
        as_json,
        "narrative",
    )


def show(answer: dict[str, Any]) -> None:
    """Print the advice in the order a mediator needs it: risks first."""
    console = Console(soft_wrap=True)
    for risk in answer["risks"]:
        console.print(
            f"[bold red]风险：{risk.get('label') or risk['kind']}[/]  {'、'.join(risk['phones'])}  “{risk['evidence']}”",
            highlight=False,
        )
    kind = answer["dispute_type"]
    console.print(
        f"[bold]纠纷类型[/] {kind['label']}  [dim]也可能是 {'、'.join(map(_label, kind['alternatives']))}[/]"
    )
    console.print("[bold]法律依据[/]")
    for provision in answer["provisions"]:
        console.print(
            f"  {provision['address']}：{provision['text']}\n  [dim]{provision['why']}[/]", highlight=False
        )
    if answer["village_rules"]:
        console.print("[bold]本村规约[/]")
        for rule in answer["village_rules"]:
            console.print(
                f"  {rule['address']}：{rule['text']}\n  [yellow]{rule.get('note', '')}[/]", highlight=False
            )
    console.print("[bold]相似案例[/]")
    for case in answer["precedents"]:
        console.print(f"  {case['title']}  [dim]{case['why']}[/]", highlight=False)
    console.print("[bold]办理步骤[/]")
    for number, step in enumerate(answer["plan"], 1):
        console.print(f"  {number}. {_label(step)}", highlight=False)
    if answer["missing"]:
        console.print("[bold]还要问清[/] " + "；".join(map(_label, answer["missing"])), highlight=False)


def _label(entry: Any) -> str:
    if isinstance(entry, dict):
        return str(
            entry.get("label") or entry.get("text") or entry.get("question") or entry.get("title") or entry
        )
    return str(entry)
