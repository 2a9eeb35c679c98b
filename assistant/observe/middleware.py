"""Time every request, count it, and log one line about it."""

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.observe.context import RequestInfo, begin, current, end
from assistant.observe.metrics import Metrics
from assistant.observe.route import route_template

log = logging.getLogger("fengqiao.access")

#: Asked every few seconds by machines: they would drown the rest.
_PROBES = ("/healthz", "/readyz", "/metrics", "/static/*")


class Observed:
    """Outermost of all: it sees the status that is really sent, and its context holds for all within.

    Args:
        app: the next application.
        metrics: where requests are counted.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        token = begin(scope)
        info = current()
        assert info is not None
        started = time.perf_counter()
        status = 500

        async def noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        try:
            await self.app(scope, receive, noting_status)
        finally:
            info.request_id = info.request_id or scope.get("fengqiao.request_id", "")
            self._note(scope, info, status, time.perf_counter() - started)
            end(token)

    def _note(self, scope: Scope, info: RequestInfo, status: int, seconds: float) -> None:
        route = route_template(scope)
        self.metrics.request(info, route, status, seconds)
        log.log(
            logging.DEBUG if route in _PROBES and status < 400 else logging.INFO,
            "request",
            extra={
                "route": route,
                "method": info.method,
                "status": status,
                "duration_ms": round(seconds * 1000, 1),
            },
        )
