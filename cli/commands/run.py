"""`fengqiao run`."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from cli.port import require_free
from cli.progress import bars
from kb.settings import get_settings

if TYPE_CHECKING:
    from assistant.accounts.accounts import Accounts
    from kb.settings import Settings


def run(
    host: Annotated[str, typer.Option(help="监听地址，默认见设置")] = "",
    port: Annotated[int, typer.Option(help="端口，默认见设置")] = 0,
    shipped: Annotated[bool, typer.Option(help="启动前收录自带的法律、村规和案例")] = True,
    demo: Annotated[
        bool, typer.Option("--demo", help="演示：每个角色一个不用密码的账号，只能在本机打开")
    ] = False,
) -> None:
    """启动服务；第一次启动会先建索引。"""
    import uvicorn

    from assistant.accounts.demo import require_loopback
    from assistant.observe.logs import configure
    from cli.compose import make_app
    from cli.recheck import recheck_drafts
    from corpora.manifest import shipped_files
    from ingest.pipeline import Pipeline
    from kb.base import KnowledgeBase

    settings = get_settings()
    if demo:
        settings = settings.model_copy(update={"demo": True})
    host, port = host or settings.host, port or settings.port
    if settings.demo:
        require_loopback(host)
    require_free(host, port)
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
        app = make_app(settings, kb)
        for line in _how_to_enter(app.state.backend.accounts(), settings):
            console.print(line, highlight=False)
        console.print(f"请用浏览器打开 [bold]{url}[/]，按 Ctrl+C 停止", highlight=False)
        configure(settings.log_format)
        uvicorn.run(
            app, host=host, port=port, log_config=None, access_log=False, server_header=False,
            proxy_headers=False,  # it would believe whoever is on this machine; the application asks whom to trust
        )  # fmt: skip


def _how_to_enter(accounts: "Accounts", settings: "Settings") -> list[str]:
    """Return what the first visitor must know: the demo's buttons, or the code that makes an administrator."""
    from assistant.accounts import setup

    if settings.demo:
        return ["演示模式：登录页上每个角色一个按钮，不用密码；只有本机能打开。正式使用请去掉 --demo"]
    if setup.needed(accounts):
        return [f"还没有管理员：请打开 /setup，设置码是 [bold]{setup.setup_code(settings)}[/]（只用一次）"]
    return []
