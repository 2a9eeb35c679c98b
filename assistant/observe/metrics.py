"""What Prometheus is told: requests as they pass, the state when it asks."""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine, func, select

from assistant.audit.log import read_head
from assistant.db.models import DraftRow
from assistant.observe.context import RequestInfo
from assistant.observe.readiness import Readiness
from assistant.publicity.types import DraftStatus
from kb.base import KnowledgeBase
from kb.catalog import tables as t

log = logging.getLogger("fengqiao.metrics")

#: Seconds; a search takes tens of milliseconds, a long text to check some seconds.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_SEARCH = "/api/v1/search"


class Metrics:
    """The metrics of one service; each has a registry of its own, so that two in a process don't mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        by = ["method", "route", "status"]
        self._requests = Counter("fengqiao_requests", "Requests answered.", by, registry=self.registry)
        self._seconds = Histogram(
            "fengqiao_request_seconds", "Time to answer.", by, buckets=BUCKETS, registry=self.registry
        )
        self._searches = Counter("fengqiao_searches", "Searches answered.", registry=self.registry)
        self._refusals = Counter(
            "fengqiao_refusals", "Questions that the chat declined to answer.", registry=self.registry
        )
        ProcessCollector(registry=self.registry)

    def request(self, info: RequestInfo, route: str, status: int, seconds: float) -> None:
        """Count one request.

        Args:
            info: what is known of it.
            route: its template, never its path: every label value is a series that is kept for good.
            status: HTTP status sent.
            seconds: time taken.
        """
        labels = (info.method, route, str(status))
        self._requests.labels(*labels).inc()
        self._seconds.labels(*labels).observe(seconds)
        if route == _SEARCH and status < 400:
            self._searches.inc()
        self._refusals.inc(info.counts["refusals"])

    def watch(self, state: "StateCollector") -> None:
        """Tell the state as well, from now on."""
        self.registry.register(state)

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)


class StateCollector(Collector):
    """Reads index, catalog, drafts and audit log at each scrape.

    A part that can't be read is left out and named in `fengqiao_scrape_failed`: the others still come, and
    nobody is told a number from before.

    Args:
        knowledge: returns the knowledge base, or raises while there is none.
        records: returns the engine of drafts and audit log.
        readiness: the same that /readyz asks.
    """

    def __init__(
        self, knowledge: Callable[[], KnowledgeBase], records: Callable[[], Engine], readiness: Readiness
    ) -> None:
        self._knowledge = knowledge
        self._records = records
        self._readiness = readiness

    def describe(self) -> Iterable[Metric]:
        """Return nothing: registering must not read the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges."""
        failed = GaugeMetricFamily("fengqiao_scrape_failed", "Parts that couldn't be read.", labels=["part"])
        parts: dict[str, Callable[[], list[Metric]]] = {
            "ready": self._ready,
            "index": self._index,
            "catalog": self._catalog,
            "drafts": self._drafts,
            "audit": self._audit,
        }
        for name, read in parts.items():
            try:
                yield from read()
                failed.add_metric([name], 0)
            except Exception:  # whatever it is, the other parts are wanted
                log.warning("metrics: part %s can't be read", name, exc_info=True)
                failed.add_metric([name], 1)
        yield failed

    def _ready(self) -> list[Metric]:
        report = self._readiness.check()
        checks = GaugeMetricFamily("fengqiao_check_ok", "Checks of /readyz.", labels=["check"])
        for check in report.checks:
            checks.add_metric([check.name], int(check.ok))
        return [GaugeMetricFamily("fengqiao_ready", "Whether /readyz says 200.", int(report.ready)), checks]

    def _index(self) -> list[Metric]:
        kb = self._knowledge()
        found: list[Metric] = [
            GaugeMetricFamily("fengqiao_index_passages", "Passages in the index.", kb.store.count())
        ]
        with kb.catalog.engine.connect() as connection:
            newest = connection.execute(select(func.max(t.sources.c.ingested_at))).scalar()
        if newest is not None:
            age = (datetime.now(UTC) - newest.replace(tzinfo=UTC)).total_seconds()
            found.append(
                GaugeMetricFamily("fengqiao_index_age_seconds", "Since a file was last taken in.", age)
            )
        return found

    def _catalog(self) -> list[Metric]:
        family = GaugeMetricFamily("fengqiao_catalog", "Things in the catalog.", labels=["kind"])
        for kind, count in self._knowledge().catalog.counts().items():
            family.add_metric([kind], count)
        return [family]

    def _drafts(self) -> list[Metric]:
        family = GaugeMetricFamily("fengqiao_drafts", "Drafts by status.", labels=["status"])
        query = select(DraftRow.status, func.count()).group_by(DraftRow.status)
        with self._records().connect() as connection:
            counts = {str(status): int(count) for status, count in connection.execute(query)}
        for status in {**dict.fromkeys(get_args(DraftStatus), 0), **counts}:
            family.add_metric([status], counts.get(status, 0))
        return [family]

    def _audit(self) -> list[Metric]:
        with self._records().connect() as connection:
            head = read_head(connection)
        return [
            GaugeMetricFamily("fengqiao_audit_entries", "Number of the audit log's last entry.", head.seq)
        ]
