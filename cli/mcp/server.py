"""The server: lists the tools, sends each call to its route, answers in text and structure.

Built on the SDK's lower level: the higher one words refusals of arguments itself, in English and with the value
that was refused, and writes them to its log.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from typing import Any

import anyio
import anyio.to_thread
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
)

from cli.client import Client
from cli.mcp.sources import sources_of
from cli.mcp.tools import BY_NAME, INSTRUCTIONS, SPECS, Spec
from kb.errors import FengqiaoError
from kb.settings import Settings

log = logging.getLogger("fengqiao.mcp")

Context = ServerRequestContext[Any, Any]


class Desk:
    """The routes, opened in the background: a client waits for the handshake, not for the model.

    Args:
        settings: where the index is.
    """

    def __init__(self, settings: Settings) -> None:
        self._client = Client(settings)
        self._opened = anyio.Event()
        self._failure: FengqiaoError | None = None
        self._open = False

    @asynccontextmanager
    async def opening(self) -> AsyncIterator[None]:
        """Begin to open, and close in the end what was opened."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._start)
            try:
                yield
            finally:
                with anyio.CancelScope(shield=True):
                    await self._opened.wait()
                    if self._open:
                        await anyio.to_thread.run_sync(self._client.__exit__, None, None, None)

    async def _start(self) -> None:
        # shielded: a thread that opens the index can't be stopped, and what it opened must be closed
        with anyio.CancelScope(shield=True):
            try:
                await anyio.to_thread.run_sync(self._client.__enter__)
                self._open = True
            except FengqiaoError as failure:
                self._failure = failure
                log.error("%s；%s", failure.message, failure.hint)
            except Exception:
                log.exception("can't open the knowledge base")
                self._failure = FengqiaoError("知识库打不开", "请运行 fengqiao doctor 检查")
            finally:
                self._opened.set()

    async def call(self, spec: Spec, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return the answer of a tool.

        Raises:
            FengqiaoError: the route's refusal, or why there is nothing to ask.
        """
        await self._opened.wait()
        if self._failure is not None:
            raise self._failure
        return await anyio.to_thread.run_sync(self._answer, spec, arguments)

    def _answer(self, spec: Spec, arguments: dict[str, Any]) -> dict[str, Any]:
        # models send "" and null for what they leave out
        body = dict(spec.defaults) | {k: v for k, v in arguments.items() if v not in ("", None, [])}
        answer = self._client.send("POST", spec.path, body)
        if spec.sources:
            answer["sources"] = sources_of(answer, partial(self._client.send, "POST"))
        return {name: value for name, value in answer.items() if name not in spec.dropped}


def build(desk: Desk) -> Server[Any]:
    """Return the server over a desk that its caller opens."""

    async def list_tools(_context: Context, _params: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[spec.tool() for spec in SPECS])

    async def call_tool(_context: Context, params: CallToolRequestParams) -> CallToolResult:
        spec = BY_NAME.get(params.name)
        if spec is None:
            raise MCPError(INVALID_PARAMS, f"没有这个工具；可用：{'、'.join(BY_NAME)}")
        try:
            answer = await desk.call(spec, params.arguments or {})
            return CallToolResult(
                content=[TextContent(type="text", text=spec.show(answer))], structured_content=answer
            )
        except FengqiaoError as failure:
            return _refusal(failure)
        except Exception:
            log.exception("a call of %s failed", spec.name)
            return _refusal(FengqiaoError("内部出错，这次没有完成", "请稍后再试；仍不行，请看日志"))

    return Server(
        "fengqiao",
        title="枫桥 Fengqiao",
        version=version("fengqiao"),
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _refusal(failure: FengqiaoError) -> CallToolResult:
    """Return an error in the shape that the HTTP API has."""
    lines = [failure.message, *([f"怎么办：{failure.hint}"] if failure.hint else [])]
    return CallToolResult(
        content=[TextContent(type="text", text="\n".join(lines))],
        structured_content={"error": failure.as_dict()},
        is_error=True,
    )


async def serve_stdio(settings: Settings) -> None:
    """Serve one client over standard input and output, until it hangs up.

    While it runs, whatever else prints goes to standard error: the SDK keeps standard output to itself.
    """
    from mcp.server.stdio import stdio_server

    async with stdio_server() as (read, write):
        desk = Desk(settings)
        async with desk.opening():
            server = build(desk)
            await server.run(read, write, server.create_initialization_options())


async def serve_http(settings: Settings, port: int) -> None:
    """Serve clients on this machine over streamable HTTP at /mcp, until stopped.

    The SDK refuses requests made under other names than this machine's, and from pages of other sites.
    """
    import uvicorn

    desk = Desk(settings)
    async with desk.opening():
        app = build(desk).streamable_http_app(host="127.0.0.1", json_response=True, stateless_http=True)
        config = uvicorn.Config(
            app, host="127.0.0.1", port=port, log_config=None, access_log=False, server_header=False
        )
        await uvicorn.Server(config).serve()
