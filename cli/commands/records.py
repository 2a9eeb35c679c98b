"""`fengqiao records`."""

from datetime import date
from typing import Annotated, Literal, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from cli.database import settings_with_database
from kb.clock import today
from kb.settings import Settings
from kb.text.visible import one_line

app = typer.Typer(help="案件记录：列出、删除保存期已满的。", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """案件记录：列出、删除保存期已满的。"""


@app.command()
def expire(
    yes: Annotated[bool, typer.Option("--yes", help="真的删除；不加只列出")] = False,
) -> None:
    """列出保存期已满的案件记录和转办的事；加 --yes 就逐份彻底删除，每删一份记入审计日志。删除前要先停下服务。"""
    settings = settings_with_database()
    past = _past(settings, today())
    console = Console(soft_wrap=True)
    if not past:
        console.print("没有保存期已满的案件记录和转办的事。")
        return
    _show(console, past)
    if not yes:
        console.print(f"[dim]以上 {len(past)} 份保存期已满。确认要删，再加 --yes 运行一次；删掉找不回来。[/]")
        return
    _erase(settings, past)
    console.print(f"彻底删除了 {len(past)} 份，并已记入审计日志。")


class Past(NamedTuple):
    """What is past its time; `kind` is that of the audit log."""

    kind: Literal["case", "intake"]
    id: str
    place_id: str
    title: str
    retain_until: str


_LABELS = {"case": "案件记录", "intake": "转办"}


def _past(settings: Settings, on: date) -> list[Past]:
    from assistant.db.session import open_records
    from assistant.intakes.desk import past_intakes
    from assistant.records.rows import CaseRecords
    from kb.catalog.engine import get_engine

    sessions = open_records(get_engine(settings))
    cases = [
        Past("case", r.id, r.place_id, str(r.body.get("name", "")), str(r.retain_until))
        for r in CaseRecords(sessions).past(on)
    ]
    return cases + [
        Past("intake", r.id, r.place_id, one_line(r.narrative, 30), str(r.retain_until))
        for r in past_intakes(sessions, on)
    ]


def _show(console: Console, past: list[Past]) -> None:
    table = Table("类别", "编号", "村", "标题（已隐去）", "保存到")
    for one in past:
        table.add_row(_LABELS[one.kind], one.id, one.place_id, one.title, one.retain_until)
    console.print(table)


def _erase(settings: Settings, past: list[Past]) -> None:
    from assistant.audit.entry import Entry
    from assistant.audit.log import AuditLog
    from assistant.intakes.desk import IntakeDesk
    from assistant.records.desk import RecordDesk
    from kb.base import KnowledgeBase
    from kb.catalog.engine import get_engine

    audit = AuditLog.open(settings)
    with KnowledgeBase.open(settings) as kb:
        engine = get_engine(settings)
        desks: dict[str, RecordDesk | IntakeDesk] = {
            "case": RecordDesk(kb, engine, settings),
            "intake": IntakeDesk(kb, engine, settings),
        }
        for one in past:
            desks[one.kind].erase(one.id)
            audit.append(
                Entry(
                    "delete", who="system", kind=one.kind, object_id=one.id, place=one.place_id,
                    details={"reason": "expired"},
                )
            )  # fmt: skip
