"""`fengqiao ingest`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cli.progress import bars
from kb.errors import BadRequest, NotReady
from kb.settings import get_settings


def ingest(
    paths: Annotated[list[Path] | None, typer.Argument(help="文件或文件夹")] = None,
    shipped: Annotated[bool, typer.Option("--shipped", help="导入自带的法律、村规和案例")] = False,
    failures: Annotated[Path | None, typer.Option("--failures", help="把失败清单写进这个文件（CSV）")] = None,
) -> None:
    """把文件收进知识库；中断了再运行一次，会接着做。"""
    from cli.recheck import recheck_drafts
    from corpora.manifest import shipped_files
    from ingest.pipeline import Pipeline, discover
    from kb.base import KnowledgeBase

    try:
        files = (shipped_files() if shipped else []) + discover(paths or [])
    except FileNotFoundError as error:
        raise BadRequest(f"找不到：{error}", "请检查路径是否写对") from error
    if not files:
        raise BadRequest("没有给出文件", "请写上文件或文件夹，或用 --shipped 导入自带的资料")
    with KnowledgeBase.open(get_settings()) as kb, bars() as progress:
        report = Pipeline(kb).run(files, progress)
        stale = recheck_drafts(kb)
        counts = kb.catalog.counts()
    console = Console()
    for question in stale:
        console.print(f"[yellow]所引法律有变，已退回重新审核：{question}[/]")
    console.print(
        f"文件 {report.files} 个：新收 {report.new}，未变 {report.unchanged}，不是法律资料而跳过 {report.skipped}，"
        f"失败 {len(report.failures)}"
    )
    console.print(f"新收条目 {report.items}，与库中重复而略过 {report.duplicates}")
    if report.groups:
        table = Table("类别", "文本数")
        for group, number in sorted(report.groups.items(), key=lambda entry: -entry[1]):
            table.add_row(group, str(number))
        console.print(table)
    if report.failures:
        table = Table("失败的文件", "原因")
        for failure in report.failures[:50]:
            table.add_row(failure.path, f"{failure.reason} {failure.hint}")
        console.print(table)
    if failures:
        _write_failures(failures, [(f.path, f.reason, f.hint) for f in report.failures])
    console.print(
        f"库中现有法律 {counts['laws']} 部（{counts['law_versions']} 个版本，{counts['provisions']} 条），"
        f"村规 {counts['rules']} 条，案例 {counts['cases']} 件；索引新增 {report.index.added} 段，删去 {report.index.removed} 段"
    )
    if report.failures and not (report.new or report.unchanged or report.skipped):
        raise NotReady("没有一个文件收得进来", "原因见上表")


def _write_failures(path: Path, rows: list[tuple[str, str, str]]) -> None:
    import csv

    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([("文件", "原因", "怎么办"), *rows])
