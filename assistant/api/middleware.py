"""What wraps every request: an id, security headers, a limit on the body, and the last resort on failure."""

import logging
import re
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.errors import error_response, unhandled
from assistant.observe.context import number
from assistant.observe.route import route_template

log = logging.getLogger("fengqiao.api")

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
#: No inline script or style and nothing from elsewhere: a passage of a case can't become code.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), camera=()",
}


class RequestContext:
    """Outermost: gives the request an id, adds headers, turns what nobody caught into a 500 with the id.

    Starlette's own last resort sits outside all middleware, so its answers would lack id and headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        # A caller's id is kept so that logs on both sides can be joined, but only a harmless one.
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        scope["fengqiao.request_id"] = request_id
        number(request_id)
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith(("/api/", "/v1/")):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception:
            # The template, not the path: a path holds what people typed, line ends and tokens included.
            log.exception("request %s failed in %s", request_id, route_template(scope))
            if started:
                raise
            await unhandled(Request(scope))(scope, receive, send_with_headers)


class BodyLimit:
    """Refuses a body that is too large, before reading it where its length is announced.

    Args:
        app: the next application.
        json_bytes: limit for everything but file uploads.
        upload_mb: limit for multipart/form-data, in MiB.
    """

    def __init__(self, app: ASGIApp, *, json_bytes: int, upload_mb: int) -> None:
        self.app = app
        self.json_bytes = json_bytes
        self.upload_mb = upload_mb

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if headers.get("content-type", "").startswith("multipart/"):
            # The file's own limit is checked when it is read; the envelope around it may add a little.
            limit = (self.upload_mb << 20) + (1 << 16)
            message = f"上传的文件超过上限 {self.upload_mb} MB"
        else:
            limit = self.json_bytes
            message = f"请求体超过上限 {limit // 1024} KB"
        announced = headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            refusal = error_response(Request(scope), 413, "too_large", message, "请缩短文本或分几次提交")
            await refusal(scope, receive, send)
            return
        total = 0

        async def limited() -> Message:
            nonlocal total
            part = await receive()
            total += len(part.get("body", b""))
            if total > limit:
                raise HTTPException(413, message)
            return part

        await self.app(scope, limited, send)
