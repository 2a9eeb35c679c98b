"""`fengqiao sources`."""

import sys
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table

from cli.ask_service import AsJson
from kb.errors import NotFound
from kb.settings import get_settings


def sources(
    failed: Annotated[bool, typer.Option("--failed", help="只看失败的")] = False,
    remove: Annotated[Path | None, typer.Option("--remove", help="从知识库删去这个文件的内容")] = None,
    as_json: AsJson = False,
) -> None:
    """列出收进来的文件：状态、条数、失败原因。"""
    from kb.catalog.catalog import Catalog
    from kb.catalog.engine import get_engine

    catalog = Catalog(get_engine(get_settings()))
    found = [s for s in catalog.sources() if not failed or s.state == "failed"]
    if remove is not None:
        _remove(remove, [s.id for s in found if s.path == str(remove.resolve()) or s.path == str(remove)])
        return
    if as_json:
        sys.stdout.buffer.write(orjson.dumps([s.model_dump(mode="json") for s in found]) + b"\n")
        return
    console = Console()
    table = Table("文件", "类别", "状态", "条数", "收录时间", "说明")
    states = {"parsed": "[green]已收[/]", "failed": "[red]失败[/]"}
    for source in found:
        when = source.ingested_at.strftime("%Y-%m-%d %H:%M")
        table.add_row(
            Path(source.path).name,
            source.kind,
            states.get(source.state, source.state),
            str(source.items),
            when,
            source.reason[:120],
        )
    console.print(table)
    console.print(f"共 {len(found)} 个文件")


def _remove(path: Path, ids: list[str]) -> None:
    from kb.base import KnowledgeBase
    from kb.catalog.revalidate import revalidate
    from kb.catalog.writer import CatalogWriter

    if not ids:
        raise NotFound(f"知识库里没有来自 {path} 的内容", "文件清单见 fengqiao sources")
    with KnowledgeBase.open(get_settings()) as kb:
        for source_id in ids:
            CatalogWriter(kb.catalog.engine).remove(source_id)
        revalidate(kb.catalog.engine)
        report = kb.sync()
    Console().print(f"已删去 {path}，索引删去 {report.removed} 段")
