"""Rate limits per person and per network address, in fixed memory.

Every request counts against its address, and against the person where one is known. People behind one
address share its limit, so that of an address is the higher one.
"""

import math
import secrets
import time
from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Literal

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.accounts.throttle import subscriber
from assistant.api.addresses import caller_address, trusted_proxies
from assistant.api.errors import error_response
from kb.errors import BadRequest, TooManyRequests
from kb.settings import Settings

Bucket = Literal["expensive", "cheap"]
#: Who asks: a stable id of the person or API key that a request proves, "" for nobody.
Identity = Callable[[Scope], str]

#: What costs a model run or a file's reading. Everything else that isn't exempt is cheap.
EXPENSIVE = (
    "/api/v1/ask",
    "/v1/chat/completions",
    "/api/v1/hooks",
    "/api/v1/advise",
    "/api/v1/check",
    "/api/v1/rules/check",
    "/api/v1/drafts",
    "/api/v1/records",
    "/api/v1/feedback",
    "/api/v1/intakes",
)
#: Probes must answer always; static files are the server's cheapest work.
EXEMPT = ("/healthz", "/readyz", "/static/")
#: Callers are hashed into so many counters, a bucket each: two may share one, none can make more.
SLOTS = 1 << 14


def bucket_of(method: str, path: str) -> Bucket | None:
    """Return which limit a request counts against, None for none.

    >>> bucket_of("POST", "/api/v1/ask"), bucket_of("GET", "/api/v1/drafts"), bucket_of("GET", "/healthz")
    ('expensive', 'cheap', None)
    """
    if any(path == e or (e.endswith("/") and path.startswith(e)) for e in EXEMPT):
        return None
    wanted = path.rstrip("/")
    costly = any(wanted == e or wanted.startswith(f"{e}/") for e in EXPENSIVE)
    return "expensive" if costly and method not in ("GET", "HEAD", "OPTIONS") else "cheap"


class RateLimit:
    """Answers 429 with Retry-After to those who ask too often. An ASGI middleware.

    Counts are kept in this process: several processes count each for itself.

    Args:
        app: the next application.
        settings: the limits and the trusted proxies.
        identity: tells who asks; it must not believe a name that the request doesn't prove.

    Raises:
        BadRequest: a setting is malformed.
    """

    def __init__(self, app: ASGIApp, *, settings: Settings, identity: Identity | None = None) -> None:
        self.app = app
        self.identity = identity
        self.trusted = trusted_proxies(settings)
        self._limits: dict[tuple[Bucket, str], tuple[RateLimitItem, ...]] = {
            ("expensive", "person"): _items("rate_expensive_person", settings.rate_expensive_person),
            ("expensive", "address"): _items("rate_expensive_address", settings.rate_expensive_address),
            ("cheap", "person"): _items("rate_cheap_person", settings.rate_cheap_person),
            ("cheap", "address"): _items("rate_cheap_address", settings.rate_cheap_address),
        }
        self._storage = MemoryStorage()
        self._counter = FixedWindowRateLimiter(self._storage)
        self._key = secrets.token_bytes(16)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run one request."""
        bucket = bucket_of(scope["method"], scope["path"]) if scope["type"] == "http" else None
        wait = self._wait(bucket, scope) if bucket else 0
        if not wait:
            await self.app(scope, receive, send)
            return
        problem = TooManyRequests(
            "请求太频繁了", f"请过 {wait} 秒再试；批量的事请放慢速度，或请管理员调整上限"
        )
        refusal = error_response(
            Request(scope), problem.status, problem.code, problem.message, problem.hint,
            headers={"Retry-After": str(wait)},
        )  # fmt: skip
        await refusal(scope, receive, send)

    def _wait(self, bucket: Bucket, scope: Scope) -> int:
        """Count the request; return after how many seconds to come back, 0 when it may pass."""
        waits = [0]
        for kind, who in self._callers(scope):
            for item in self._limits[bucket, kind]:
                slot = f"{bucket}:{kind}:{self._slot(who)}"
                if not self._counter.hit(item, slot):
                    reset = self._counter.get_window_stats(item, slot).reset_time
                    waits.append(max(1, math.ceil(reset - time.time())))
        return max(waits)

    def _callers(self, scope: Scope) -> Iterator[tuple[str, str]]:
        address = caller_address(scope, self.trusted)
        if address is None:
            return
        yield "address", subscriber(address)
        person = self.identity(scope) if self.identity else ""
        if person:
            yield "person", person

    def _slot(self, who: str) -> int:
        """Return the counter of a caller. Keyed, so that nobody can look for names that share another's."""
        return int.from_bytes(blake2b(who.encode(), key=self._key, digest_size=4).digest()) % SLOTS


def _items(name: str, written: str) -> tuple[RateLimitItem, ...]:
    if not written.strip():
        return ()
    try:
        return tuple(parse_many(written))
    except ValueError as error:
        raise BadRequest(
            f"设置 {name} 不对：{written[:80]!r}", "请写成 60/minute、500/hour 这样的次数；不限就留空"
        ) from error
