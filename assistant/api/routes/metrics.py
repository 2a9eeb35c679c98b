"""What Prometheus reads."""

import ipaddress
from collections.abc import Sequence
from typing import TypeAlias

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response

from assistant.api.guard import permits
from assistant.api.ratelimit import caller_address, networks
from assistant.observe.metrics import Metrics
from kb.errors import BadRequest, Forbidden
from kb.settings import Settings

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


def parse_networks(written: str) -> tuple[Network, ...]:
    """Return the networks of the setting `metrics_allow`.

    Raises:
        BadRequest: one isn't an address or a network.
    """
    try:
        return tuple(ipaddress.ip_network(p.strip(), strict=False) for p in written.split(",") if p.strip())
    except ValueError as error:
        raise BadRequest(
            f"设置 metrics_allow 不对：{written[:80]!r}", "请写地址或网段，例如 127.0.0.1, 192.168.0.0/16"
        ) from error


def metrics_router(metrics: Metrics, settings: Settings) -> APIRouter:
    """Return the route /metrics, which answers only the networks of `metrics_allow`.

    Where a request comes from is decided as for the rate limits: through trusted proxies, by what the
    nearest of them says. A request that came through a proxy nobody trusts is refused.
    """
    allowed = parse_networks(settings.metrics_allow)
    trusted = networks(settings.trusted_proxies)
    router = APIRouter(include_in_schema=False)

    @router.get("/metrics")
    @permits("public")  # by address, not by account
    def read(request: Request) -> Response:
        """Return all metrics in Prometheus' text format."""
        if not _may_read(request, allowed, trusted):
            raise Forbidden(
                "这个地址不能读监控数据",
                "请在服务所在的机器上读，或把监控服务器的地址写进设置 FENGQIAO_METRICS_ALLOW",
            )
        return Response(
            metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"}
        )

    return router


def _may_read(request: Request, allowed: Sequence[Network], trusted: tuple[Network, ...]) -> bool:
    # A proxy on this machine reaches us from loopback for everybody. Where it isn't trusted, the header it
    # adds can't say for whom; it can only say that somebody stands behind.
    peer = caller_address(request.scope, ())
    behind = "x-forwarded-for" in request.headers or "forwarded" in request.headers
    if behind and not any(peer in network for network in trusted if peer is not None):
        return False
    caller = caller_address(request.scope, trusted)
    return caller is not None and any(caller in network for network in allowed)
