"""The REST surface in this process, in front of a fake API."""

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

    from vapi_sessions_tools.toolset import Toolset

KEY = "a-key-of-the-servers"


@dataclass
class Rest:
    """A REST surface, its metrics, the calls in flight and a client of it."""

    in_flight: InFlight
    metrics: Metrics
    http: httpx.AsyncClient = field(repr=False)

    async def outcomes(self) -> list[str]:
        """Return the labels and the count of each outcome of calls."""
        transport = httpx.ASGITransport(self.metrics.application())
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            lines = (await client.get("/metrics")).text.splitlines()
        name = "vapi_sessions_tool_calls_total"
        return [line.removeprefix(name) for line in lines if line.startswith(f"{name}{{")]


@pytest.fixture
async def make_rest(toolset: Toolset) -> AsyncGenerator[Callable[..., Rest]]:
    made: list[Rest] = []

    def make(*, confirm: tuple[str, ...] = (), own_key: bool = True, capacity: int = 10) -> Rest:
        in_flight, metrics = InFlight(), Metrics()
        calls = RestCalls(
            toolset, Confirmation(confirm), in_flight, Handling(capacity), metrics, own_key=own_key
        )
        http = HttpSettings(credentials="server" if own_key else "header")
        guarded = Authentication(RestSurface(toolset.contract, calls), http, Credential(KEY))
        transport = httpx.ASGITransport(Starlette(routes=routes({}, {"/v1": guarded})))
        made.append(Rest(in_flight, metrics, httpx.AsyncClient(transport=transport, base_url="http://x")))
        return made[-1]

    yield make
    for rest in made:
        await rest.http.aclose()


@pytest.fixture
def rest(make_rest: Callable[..., Rest]) -> Rest:
    return make_rest()


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    """Return the problem details of a response, which must have all fields."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    assert {"type", "title", "detail", "kind", "next"} <= set(problem)
    return problem
