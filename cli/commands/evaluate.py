"""`fengqiao eval`."""

from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table

from cli.progress import bars
from kb.settings import get_settings

app = typer.Typer(help="评测。", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """评测。"""


@app.command("retrieval")
def retrieval(
    data: Annotated[
        Path, typer.Option(help="BEIR 格式的文件夹：corpus.jsonl[.xz]、queries.NAME.jsonl、qrels/NAME.tsv")
    ],
    qrels: Annotated[str, typer.Option(help="用哪一组问题（NAME）")] = "test",
    systems: Annotated[
        str, typer.Option(help="bm25、dense、hybrid、ranked，逗号分开；不写为能测的全部")
    ] = "",
    limit: Annotated[int, typer.Option(help="只用前多少个问题，0 为全部")] = 0,
    json_file: Annotated[Path | None, typer.Option("--json", help="把结果写进这个文件")] = None,
) -> None:
    """检索评测：各种方式并排，R@5/10/20/50/100、MRR@10、nDCG@10。"""
    from eval.retrieval import run_retrieval

    with bars() as progress:
        wanted = [s.strip() for s in systems.split(",") if s.strip()]
        rows = run_retrieval(data, qrels, wanted, limit, get_settings(), progress)
    measures = list(rows[0].measures)
    table = Table("", "问题数", *measures)
    for row in rows:
        table.add_row(row.system, str(row.questions), *(f"{row.measures[m]:.3f}" for m in measures))
    Console().print(table)
    if json_file:
        json_file.write_bytes(orjson.dumps([r.as_dict() for r in rows], option=orjson.OPT_INDENT_2))
