"""A client of the SDK's own, talking from a thread with a loop: tests call it like a function."""

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from mcp import Client
from mcp.types import CallToolResult

from cli.mcp.server import Desk, build
from kb.settings import Settings
from tests.conftest import copy_home

Call = Callable[..., CallToolResult]


class Talking:
    """A connected client; each method waits for its answer."""

    def __init__(self, client: Client, run: Callable[..., Any]) -> None:
        self.client = client
        self._run = run

    def call(self, tool: str, **arguments: Any) -> CallToolResult:
        result = self._run(partial(self.client.call_tool, tool, arguments))
        assert isinstance(result, CallToolResult)
        return result

    def answer(self, tool: str, **arguments: Any) -> dict[str, Any]:
        result = self.call(tool, **arguments)
        assert not result.is_error, result.content
        assert isinstance(result.structured_content, dict)
        return result.structured_content

    def tools(self) -> list[Any]:
        return list(self._run(self.client.list_tools).tools)


def words(result: CallToolResult) -> str:
    """The text of a result."""
    (block,) = result.content
    assert block.type == "text"
    return block.text


@contextmanager
def talking(connected: AbstractAsyncContextManager[Client]) -> Iterator[Talking]:
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(connected) as client:
        yield Talking(client, portal.call)


@asynccontextmanager
async def in_memory(settings: Settings) -> Any:
    desk = Desk(settings)
    async with desk.opening(), Client(build(desk)) as client:
        yield client


@pytest.fixture(scope="package")
def mcp_home(base_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_home(base_home, tmp_path_factory.mktemp("mcp") / "home")


@pytest.fixture(scope="module")
def mcp(mcp_home: Path) -> Iterator[Talking]:
    """A client in this process, over the whole shipped index."""
    with talking(in_memory(Settings(home=mcp_home))) as opened:
        yield opened
