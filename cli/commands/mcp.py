"""`fengqiao mcp`."""

from typing import Annotated

import typer

from cli.port import require_free
from kb.settings import get_settings

DEFAULT_PORT = 8765


def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="用 HTTP（/mcp）而不是标准输入输出；只有本机能连")
    ] = False,
    port: Annotated[int, typer.Option(help="--http 的端口")] = DEFAULT_PORT,
) -> None:
    """给 AI 助手当工具：按模型上下文协议（MCP）提供检索、查法条、核查引用、问答。"""
    import anyio

    from assistant.observe.logs import configure
    from cli.mcp.server import serve_http, serve_stdio

    settings = get_settings()
    configure(settings.log_format)
    if http:
        require_free("127.0.0.1", port)
        typer.echo(f"MCP 服务在 http://127.0.0.1:{port}/mcp，按 Ctrl+C 停止", err=True)
        anyio.run(serve_http, settings, port)
    else:
        anyio.run(serve_stdio, settings)
