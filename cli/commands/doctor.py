"""`fengqiao doctor`."""

import platform
import shutil

import typer
from rich.console import Console
from rich.table import Table

from kb.errors import FengqiaoError
from kb.settings import get_settings


def doctor() -> None:
    """体检：环境、模型、索引、数据是否正常。"""
    settings = get_settings()
    rows: list[tuple[str, str, bool]] = [("Python", platform.python_version(), True)]
    free = shutil.disk_usage(settings.home if settings.home.exists() else ".").free / 2**30
    rows.append(("剩余磁盘", f"{free:.1f} GB", free > 2))
    rows.append(("数据目录", str(settings.home.resolve()), True))
    try:
        from kb.base import KnowledgeBase

        with KnowledgeBase.open(settings) as kb:
            state = kb.ready()
            model, counts = state["model"], state["counts"]
            rows.append(("向量模型", f"{model['name']}，{model['precision']}，{model['dim']} 维", True))
            rows.append(("索引", f"{state['passages']} 段", state["passages"] > 0))
            rows.append(
                (
                    "资料",
                    f"法律 {counts['laws']} 部 {counts['provisions']} 条，村规 {counts['rules']}，案例 {counts['cases']}，问答 {counts['qa']}",
                    counts["laws"] > 0,
                )
            )
            failed = [s for s in kb.catalog.sources() if s.state == "failed"]
            rows.append(
                (
                    "失败的文件",
                    f"{len(failed)} 个" + ("，见 fengqiao sources --failed" if failed else ""),
                    not failed,
                )
            )
            clean = kb.indexer.state.is_clean()
            rows.append(
                ("索引与资料一致", "是" if clean else "否，请重新运行 fengqiao ingest --shipped", clean)
            )
    except FengqiaoError as error:
        rows.append(("知识库", f"{error.message} {error.hint}", False))
    table = Table("项目", "情况", "")
    for name, value, good in rows:
        table.add_row(name, value, "[green]正常[/]" if good else "[red]要处理[/]")
    Console().print(table)
    if not all(good for _, _, good in rows):
        raise typer.Exit(1)
