"""`fengqiao run`."""

from typing import Annotated

import typer
from rich.console import Console

from cli.progress import bars
from kb.errors import Conflict
from kb.settings import get_settings


def run(
    host: Annotated[str, typer.Option(help="监听地址，默认见设置")] = "",
    port: Annotated[int, typer.Option(help="端口，默认见设置")] = 0,
    shipped: Annotated[bool, typer.Option(help="启动前收录自带的法律、村规和案例")] = True,
) -> None:
    """启动服务；第一次启动会先建索引。"""
    import uvicorn

    from cli.compose import make_app
    from cli.recheck import recheck_drafts
    from corpora.manifest import shipped_files
    from ingest.pipeline import Pipeline
    from kb.base import KnowledgeBase

    settings = get_settings()
    host, port = host or settings.host, port or settings.port
    _require_free(host, port)
    url = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"  # noqa: S104 (compared, not bound)
    console = Console(stderr=True)
    with KnowledgeBase.open(settings, url=url) as kb:
        if shipped:
            with bars() as progress:
                report = Pipeline(kb).run(shipped_files(), progress)
            for failure in report.failures:
                console.print(f"[red]没能收录 {failure.path}：{failure.reason}[/]")
        for question in recheck_drafts(kb):
            console.print(f"[yellow]所引法律有变，已退回重新审核：{question}[/]")
        counts = kb.catalog.counts()
        console.print(
            f"枫桥已就绪：法律 {counts['laws']} 部 {counts['provisions']} 条，村规 {counts['rules']} 条，案例 {counts['cases']} 件"
        )
        console.print(f"请用浏览器打开 [bold]{url}[/]，按 Ctrl+C 停止", highlight=False)
        uvicorn.run(make_app(settings, kb), host=host, port=port, log_level="warning", access_log=False)


def _require_free(host: str, port: int) -> None:
    """Say so before minutes of indexing, not after."""
    import socket

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Conflict(
                f"端口 {port} 用不了：{error.strerror}",
                f"可能已有服务在运行；或换一个端口：fengqiao run --port {port + 1}",
            ) from error
