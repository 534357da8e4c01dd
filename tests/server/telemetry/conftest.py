"""Servers that are watched, in front of an API that writes down what reaches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fake_upstream import FakeUpstream, serving
from served import serving_http
from server.telemetry.collector import Collector
from server.telemetry.ways import Caller, Way

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


OWN_KEY = "the-key-of-a-user-77c1"
"""Calls with it reach the API."""

SOON = "20"
"""Milliseconds after which spans are sent."""


@pytest.fixture(scope="session")
def recording_upstream() -> FakeUpstream:
    """The API."""
    return FakeUpstream()


@pytest.fixture(scope="session")
def recording_url(recording_upstream: FakeUpstream) -> Generator[str]:
    """Where it is."""
    with serving(recording_upstream) as url:
        yield url


@pytest.fixture
def upstream(recording_upstream: FakeUpstream) -> FakeUpstream:
    """The API, having seen nothing yet."""
    recording_upstream.reset()
    return recording_upstream


@pytest.fixture(scope="session")
def collector() -> Generator[Collector]:
    """Takes the spans of all servers."""
    with Collector().serving() as listening:
        yield listening


@pytest.fixture(scope="session")
def traced(collector: Collector, recording_url: str) -> Generator[Callable[[Way], Caller]]:
    """Calls servers that are traced, one way or the other."""
    flags = ("--base-url", recording_url, "--credentials", "header", "--rest")
    variables = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_BSP_SCHEDULE_DELAY": SOON,
        "OTEL_SERVICE_NAME": "sessions-of-a-team",
        "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=staging",
    }
    with (
        serving_http(*flags, **variables) as stateful,
        serving_http(*flags, "--stateless", **variables) as stateless,
    ):
        key = {"authorization": f"Bearer {OWN_KEY}"}
        yield lambda way: Caller(way, (stateless if way == "stateless" else stateful).url, key)
