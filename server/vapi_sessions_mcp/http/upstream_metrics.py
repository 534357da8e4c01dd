"""Requests to the API, counted."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge, Histogram

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from prometheus_client import CollectorRegistry

    from vapi_sessions_tools.observation import Attempt


class UpstreamMetrics:
    """Counts each request to the API: an observer of the client.

    Args:
        registry: Where it is counted.
        buckets: Seconds by which latencies are told apart.
    """

    def __init__(self, registry: CollectorRegistry, buckets: Sequence[float]) -> None:
        self._requests = Counter(
            "vapi_sessions_upstream_requests",
            "Requests to the API, by their status, or how they failed.",
            ("method", "outcome"),
            registry=registry,
        )
        self._retries = Counter(
            "vapi_sessions_upstream_retries",
            "Requests to the API that repeat one that failed.",
            ("method",),
            registry=registry,
        )
        self._seconds = Histogram(
            "vapi_sessions_upstream_request_seconds",
            "How long requests to the API took.",
            ("method",),
            buckets=buckets,
            registry=registry,
        )
        self._running, self._waiting = (
            Gauge(f"vapi_sessions_upstream_{name}", words, multiprocess_mode="livesum", registry=registry)
            for name, words in (
                ("requests_in_flight", "Requests to the API that are under way."),
                ("calls_waiting", "Calls that wait for their key's share of the rate limit."),
            )
        )

    @contextmanager
    def attempt(self, attempt: Attempt) -> Generator[dict[str, str]]:
        """Count a request, which ends with the context."""
        if attempt.number > 1:
            self._retries.labels(attempt.method).inc()
        with self._running.track_inprogress():
            yield {}
        outcome = attempt.failure or _told(attempt.status)
        self._requests.labels(attempt.method, outcome).inc()
        self._seconds.labels(attempt.method).observe(attempt.seconds)

    @contextmanager
    def waiting(self) -> Generator[None]:
        """Count a call that waits while the context lasts."""
        with self._waiting.track_inprogress():
            yield


def _told(status: int | None) -> str:
    """Return a status as a label: the API's own words decide over no number of them."""
    return str(status) if status is not None and 100 <= status < 600 else "other"
