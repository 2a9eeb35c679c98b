"""What Prometheus reads."""

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response

from assistant.api.addresses import certain_address, networks, trusted_proxies, within
from assistant.api.guard import permits
from assistant.observe.metrics import Metrics
from kb.errors import Forbidden
from kb.settings import Settings


def metrics_router(metrics: Metrics, settings: Settings) -> APIRouter:
    """Return the route /metrics, which answers only the networks of `metrics_allow`.

    Where a request comes from is decided as for the rate limits: through trusted proxies, by what the
    nearest of them says. A request that came through a proxy nobody trusts is refused.

    Raises:
        BadRequest: a setting is malformed.
    """
    allowed = networks(
        settings.metrics_allow, "metrics_allow", "请写地址或网段，例如 127.0.0.1, 192.168.0.0/16"
    )
    trusted = trusted_proxies(settings)
    router = APIRouter(include_in_schema=False)

    @router.get("/metrics")
    @permits("public")  # by address, not by account
    def read(request: Request) -> Response:
        """Return all metrics in Prometheus' text format."""
        caller = certain_address(request.scope, trusted)
        if caller is None or not within(caller, allowed):
            raise Forbidden(
                "这个地址不能读监控数据",
                "请在服务所在的机器上读，或把监控服务器的地址写进设置 FENGQIAO_METRICS_ALLOW",
            )
        return Response(
            metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"}
        )

    return router
