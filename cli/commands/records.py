"""`fengqiao records`."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from cli.database import settings_with_database
from kb.clock import today
from kb.settings import Settings

if TYPE_CHECKING:
    from assistant.records.models import CaseRecordRow

app = typer.Typer(help="案件记录：列出、删除保存期已满的。", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """案件记录：列出、删除保存期已满的。"""


@app.command()
def expire(
    yes: Annotated[bool, typer.Option("--yes", help="真的删除；不加只列出")] = False,
) -> None:
    """列出保存期已满的案件记录；加 --yes 就逐份彻底删除，每删一份记入审计日志。删除前要先停下服务。"""
    settings = settings_with_database()
    past = _past(settings, today())
    console = Console(soft_wrap=True)
    if not past:
        console.print("没有保存期已满的案件记录。")
        return
    _show(console, past)
    if not yes:
        console.print(f"[dim]以上 {len(past)} 份保存期已满。确认要删，再加 --yes 运行一次；删掉找不回来。[/]")
        return
    _erase(settings, past)
    console.print(f"彻底删除了 {len(past)} 份，并已记入审计日志。")


def _past(settings: Settings, on: date) -> "list[CaseRecordRow]":
    from assistant.db.session import open_records
    from assistant.records.rows import CaseRecords
    from kb.catalog.engine import get_engine

    return CaseRecords(open_records(get_engine(settings))).past(on)


def _show(console: Console, past: "list[CaseRecordRow]") -> None:
    table = Table("编号", "村", "标题（已隐去）", "保存到")
    for row in past:
        table.add_row(row.id, row.place_id, str(row.body.get("name", "")), str(row.retain_until))
    console.print(table)


def _erase(settings: Settings, past: "list[CaseRecordRow]") -> None:
    from assistant.audit.entry import Entry
    from assistant.audit.log import AuditLog
    from assistant.records.desk import RecordDesk
    from kb.base import KnowledgeBase
    from kb.catalog.engine import get_engine

    audit = AuditLog.open(settings)
    with KnowledgeBase.open(settings) as kb:
        desk = RecordDesk(kb, get_engine(settings), settings)
        for row in past:
            desk.erase(row.id)
            audit.append(
                Entry(
                    "delete", who="system", kind="case", object_id=row.id, place=row.place_id,
                    details={"reason": "expired"},
                )
            )  # fmt: skip
