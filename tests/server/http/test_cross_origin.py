"""What browsers are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.http.cross_origin import cross_origin
from vapi_sessions_mcp.http.http_settings import HttpSettings

if TYPE_CHECKING:
    from server.http.conftest import Asking, Innermost

OUTSIDE = HttpSettings(host="192.0.2.1", allowed_origins=("https://app.example.com",))
ASKS = ("access-control-request-method", "POST")


@pytest.mark.parametrize(
    ("http", "origin", "may"),
    [
        (HttpSettings(), "http://localhost:3000", True),
        (HttpSettings(), "https://[::1]", True),
        (HttpSettings(), "http://127.0.0.1:1", True),
        (HttpSettings(), "http://localhost.evil.com", False),
        (HttpSettings(), "http://localhost:1@evil.example", False),
        (OUTSIDE, "https://app.example.com", True),
        (OUTSIDE, "http://localhost:3000", False),
    ],
)
async def test_allowed_pages_are_told_that_they_may(
    ask: Asking, innermost: Innermost, http: HttpSettings, origin: str, *, may: bool
) -> None:
    answer = await ask(cross_origin(innermost, http), ("origin", origin), ASKS, method="OPTIONS")
    assert (answer.headers.get("access-control-allow-origin") == origin) is may
    assert "access-control-allow-credentials" not in answer.headers
    assert innermost.scopes == []


def test_where_no_page_may_nothing_is_told(innermost: Innermost) -> None:
    assert cross_origin(innermost, HttpSettings(host="192.0.2.1")) is innermost


@pytest.mark.parametrize("rest", [True, False])
async def test_a_page_may_change_what_is_there_where_there_is_plain_http(
    ask: Asking, innermost: Innermost, *, rest: bool
) -> None:
    app = cross_origin(innermost, HttpSettings(rest=rest))
    asks = ("access-control-request-method", "PATCH")
    answer = await ask(app, ("origin", "http://localhost:3000"), asks, method="OPTIONS")
    assert ("PATCH" in answer.headers["access-control-allow-methods"]) is rest
