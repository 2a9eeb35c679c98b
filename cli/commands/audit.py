"""`fengqiao audit`."""

import sys
from typing import Annotated

import orjson
import typer
from rich.console import Console

from cli.ask_service import AsJson
from cli.database import settings_with_database
from kb.errors import NotFound

app = typer.Typer(help="审计日志：核对完整、抄录锚点。", no_args_is_help=True)


@app.command()
def verify(
    anchor: Annotated[str, typer.Option(help="纸上抄录的锚点，写作 序号:散列值")] = "",
    as_json: AsJson = False,
) -> None:
    """逐条核对审计日志，指出第一处被改、被删、被截去的地方；有问题时以状态 1 结束。"""
    from assistant.audit.verify import parse_anchor
    from assistant.audit.verify import verify as walk
    from kb.catalog.engine import get_engine

    wanted = parse_anchor(anchor) if anchor else None
    found = walk(get_engine(settings_with_database()), wanted)
    if as_json:
        body = {"ok": found.ok, "kind": found.kind, "at": found.at, "entries": found.head.seq,
                "head": str(found.head), "message": found.message}  # fmt: skip
        sys.stdout.buffer.write(orjson.dumps(body) + b"\n")
    else:
        console = Console(soft_wrap=True)
        mark = "[green]完好[/]" if found.ok else "[bold red]有问题[/]"
        console.print(f"{mark} {found.message}", highlight=False)
        if found.ok and wanted is None:
            console.print(
                "[dim]没有用锚点，看不出末尾是否被截去：请定期抄下 fengqiao audit anchor 的输出，核对时加 --anchor[/]"
            )
    if not found.ok:
        raise typer.Exit(1)


@app.command()
def anchor() -> None:
    """印出最后一条的序号和散列值，供抄录在纸上，以后用 verify --anchor 核对。"""
    from assistant.audit.log import head_of
    from kb.catalog.engine import get_engine

    head = head_of(get_engine(settings_with_database()))
    if head is None:
        raise NotFound("数据库里没有审计日志", "服务启动并记下第一条之后才有；若本来有，说明整张表被删了")
    print(head)  # noqa: T201 (one bare line, to be kept or piped)
