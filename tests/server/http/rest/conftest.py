"""The REST surface in this process, in front of an upstream that writes down what reaches it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.applications import Starlette

from vapi_sessions_mcp.confirmation import Confirmation
from vapi_sessions_mcp.http.authentication import Authentication
from vapi_sessions_mcp.http.handling import Handling
from vapi_sessions_mcp.http.http_settings import HttpSettings
from vapi_sessions_mcp.http.metrics import Metrics
from vapi_sessions_mcp.http.rest.rest_calls import RestCalls
from vapi_sessions_mcp.http.rest.rest_surface import RestSurface
from vapi_sessions_mcp.http.routing import routes
from vapi_sessions_mcp.in_flight import InFlight
from vapi_sessions_tools.credential import Credential

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from starlette.types import ASGIApp

    from vapi_sessions_tools.toolset import Toolset

KEY = "a-key-of-the-servers"


@dataclass
class Rest:
    """A REST surface and what it is made of.

    Args:
        app: Answers requests.
        in_flight: The calls that are being carried out.
        metrics: What was counted.
        http: Asks it.
    """

    app: ASGIApp
    in_flight: InFlight
    metrics: Metrics
    http: httpx.AsyncClient = field(repr=False)

    async def outcomes(self) -> dict[tuple[str, str], float]:
        """Return how many calls ended how."""
        transport = httpx.ASGITransport(self.metrics.application())
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            lines = (await client.get("/metrics")).text.splitlines()
        counted = [line for line in lines if line.startswith("vapi_sessions_tool_calls_total{")]
        return {
            (line.split('tool="')[1].split('"')[0], line.split('outcome="')[1].split('"')[0]): float(
                line.rsplit(" ", 1)[1]
            )
            for line in counted
        }


@pytest.fixture
async def make_rest(toolset: Toolset) -> AsyncGenerator[Callable[..., Rest]]:
    """Makes surfaces."""
    made: list[Rest] = []

    def make(*, confirm: tuple[str, ...] = (), own_key: bool = True, room: int = 10) -> Rest:
        in_flight, metrics = InFlight(), Metrics()
        calls = RestCalls(toolset, Confirmation(confirm), in_flight, Handling(room), metrics, own_key=own_key)
        http = HttpSettings(credentials="server" if own_key else "header")
        guarded = Authentication(RestSurface(toolset.contract, calls), http, Credential(KEY))
        app = Starlette(routes=routes({}, {"/v1": guarded}))
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")
        made.append(Rest(app, in_flight, metrics, client))
        return made[-1]

    yield make
    for rest in made:
        await rest.http.aclose()


@pytest.fixture
def rest(make_rest: Callable[..., Rest]) -> Rest:
    """The surface as it is without flags."""
    return make_rest()


@pytest.fixture
def problem() -> Callable[[httpx.Response], dict[str, Any]]:
    """Reads an answer that must be problem details."""

    def read(answer: httpx.Response) -> dict[str, Any]:
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        told: dict[str, Any] = answer.json()
        assert told["status"] == answer.status_code
        assert {"type", "title", "detail", "kind", "next"} <= set(told)
        return told

    return read
