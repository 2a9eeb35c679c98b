"""Put observation around the service."""

from fastapi import FastAPI

from assistant.api.routes.metrics import metrics_router
from assistant.api.state import Backend
from assistant.observe.metrics import Metrics, StateCollector
from assistant.observe.middleware import Observed
from kb.catalog.engine import get_engine


def install(app: FastAPI) -> Metrics:
    """Add the middleware that times, counts and logs, and /metrics; doing it twice does nothing.

    Call it after every other middleware was added: the last one added is the outermost.

    Args:
        app: with its `Backend` at `app.state.backend`.

    Returns:
        The metrics, also at `app.state.metrics`.
    """
    present = getattr(app.state, "metrics", None)
    if isinstance(present, Metrics):
        return present
    backend: Backend = app.state.backend
    metrics = Metrics()
    metrics.watch(StateCollector(backend.knowledge, lambda: get_engine(backend.settings), backend.readiness))
    app.state.metrics = metrics
    app.add_middleware(Observed, metrics=metrics)
    app.include_router(metrics_router(metrics, backend.settings))
    return metrics
