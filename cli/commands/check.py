"""`fengqiao check`."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from cli.ask_service import AsJson, Jsonl, OnDay, serve
from cli.compose import read_upload
from kb.errors import BadRequest

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
    fix: Annotated[bool, typer.Option("--fix", help="把改法写进一份副本，放在原文件旁边")] = False,
    on: OnDay = "",
    jsonl: Jsonl = "",
    as_json: AsJson = False,
) -> None:
    """核查一份材料：引用的法条在不在、有没有效、引得对不对，错了怎么改。"""
    if fix and (file is None or jsonl):
        raise BadRequest("--fix 要和一个文件一起用", "例如 fengqiao check 宣传单.docx --fix")
    copy = copy_of(file) if fix and file else None
    if copy and copy.exists():
        raise BadRequest(f"已经有“{copy.name}”了", "请先移走或改名，免得盖掉您改过的文字")

    def told(answer: dict[str, Any]) -> None:
        show(answer)
        if file and copy:
            _keep(file, copy, answer)

    body = {"text": read_upload(file.name, file.read_bytes()) if file else text, "on": on, "repair": True}
    answer = serve("POST", "/check", body, told, jsonl, as_json, "text")
    if file and copy and as_json and answer:
        _keep(file, copy, answer)


def copy_of(file: Path) -> Path:
    """Return where the repaired copy goes: plain text, beside the file."""
    suffix = file.suffix if file.suffix.lower() in (".txt", ".md") else ".txt"
    return file.with_name(f"{file.stem}.改正{suffix}")


def show(answer: dict[str, Any]) -> None:
    """Print each claim with its verdict, what is wrong with it and how to put it right."""
    console = Console(soft_wrap=True)
    for claim in answer["claims"]:
        console.print(_LABELS.get(claim["verdict"], claim["verdict"]), claim["text"], highlight=False)
        for problem in claim["problems"]:
            console.print(f"    [red]{problem}[/]", highlight=False)
        if claim["repair"]:
            console.print(
                f"    [green]{claim['repair']['kind_label']}[/]：{claim['repair']['text']}", highlight=False
            )
    if answer["not_tried"]:
        console.print(f"还有 {answer['not_tried']} 处没有试着改，请分成几段核查。")


def _keep(original: Path, copy: Path, answer: dict[str, Any]) -> None:
    """Write the copy, whole or not at all."""
    console = Console(stderr=True, soft_wrap=True)
    if not answer["repaired"]:
        console.print("没有能改的，没有写副本。")
        return
    done = sum(bool(claim["repair"]) for claim in answer["claims"])
    handle, name = tempfile.mkstemp(dir=copy.parent, prefix=f".{copy.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(answer["repaired"])
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(original, name)
        Path(name).replace(copy)
    finally:
        Path(name).unlink(missing_ok=True)
    console.print(f"改了 {done} 处，写在 {copy}。其余的照原样留着，请自己改。")
