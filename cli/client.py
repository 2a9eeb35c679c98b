"""How commands ask the service: in this process, or over HTTP where a running service owns the index.

Either way the request goes through the same routes, so the command line and HTTP can't drift apart.
"""

import os
from contextlib import ExitStack
from functools import partial
from types import TracebackType
from typing import Any, Self

import httpx
from anyio.from_thread import start_blocking_portal

from kb.base import KnowledgeBase
from kb.errors import FengqiaoError, NotReady
from kb.settings import Settings
from kb.store.lock import IndexHeld

_TIMEOUT = 120.0


class ServiceError(FengqiaoError):
    """An error as the service answered it."""

    def __init__(self, body: dict[str, Any], status: int) -> None:
        error = body.get("error", {})
        super().__init__(error.get("message", "请求没有成功"), error.get("hint", ""))
        self.code = error.get("code", "internal")
        self.status = status


class Client:
    """Sends requests to /api/v1. A context manager: it holds the index, where no service does.

    Args:
        settings: where the index is.
        person: who acts, for drafts; default FENGQIAO_PERSON or the system's user name.
    """

    def __init__(self, settings: Settings, person: str = "") -> None:
        self.settings = settings
        self.person = person or os.environ.get("FENGQIAO_PERSON") or os.environ.get("USER") or "命令行"
        self.remote = ""
        self._kb: KnowledgeBase | None = None

    def __enter__(self) -> Self:
        """Open the index, or find the service that has it."""
        with ExitStack() as stack:
            self._open(stack)
            self._held = stack.pop_all()
        return self

    def _open(self, stack: ExitStack) -> None:
        try:
            self._kb = KnowledgeBase.open(self.settings)
        except IndexHeld as held:
            if not (held.holder and held.holder.url):
                raise
            self.remote = held.holder.url
        if self._kb is not None:
            stack.callback(self._kb.close)
            if self._kb.store.count() == 0:
                raise NotReady(
                    "知识库还是空的",
                    "请先运行 make run，或 fengqiao ingest --shipped 导入自带的法律、村规和案例",
                )
        self._http = httpx.AsyncClient(
            transport=self._transport(),
            base_url=self.remote or "http://fengqiao",
            timeout=_TIMEOUT,
            trust_env=False,
        )
        # a loop of its own in a thread of its own: the caller's thread may be running one already
        self._portal = stack.enter_context(start_blocking_portal())
        stack.callback(self._portal.call, self._http.aclose)

    def _transport(self) -> httpx.AsyncBaseTransport | None:
        if self._kb is None:
            return None
        from cli.compose import make_app

        return httpx.ASGITransport(
            app=make_app(self.settings, self._kb, local=True), raise_app_exceptions=False
        )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the index go."""
        self._held.close()

    def send(
        self, method: str, path: str, body: dict[str, Any] | None = None, **params: Any
    ) -> dict[str, Any]:
        """Return the answer's JSON.

        Raises:
            ServiceError: the service answered with an error.
            NotReady: the running service can't be reached.
        """
        response = self._send(method, path, body, params)
        data: dict[str, Any] = response.json()
        return data

    def fetch(self, path: str, **params: Any) -> bytes:
        """Return the answer's bytes, for exports."""
        return self._send("GET", path, None, params).content

    def _send(
        self, method: str, path: str, body: dict[str, Any] | None, params: dict[str, Any]
    ) -> httpx.Response:
        from urllib.parse import quote

        headers = {"X-Fengqiao-User": quote(self.person)}
        if self.remote and (key := os.environ.get("FENGQIAO_API_KEY")):
            headers["Authorization"] = f"Bearer {key}"
        wanted = {k: v for k, v in params.items() if v is not None}
        call = partial(
            self._http.request, method, f"/api/v1{path}", json=body, params=wanted, headers=headers
        )
        try:
            response = self._portal.call(call)
        except httpx.HTTPError as error:
            raise NotReady(
                f"连不上正在运行的服务 {self.remote}", f"请确认服务正常，或停掉它再试（{error}）"
            ) from error
        if response.status_code >= 400:
            raise ServiceError(response.json(), response.status_code)
        return response
