"""Host and Origin: who is let in is settled by these two alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.http.addressing import Addressing, host_and_port
from vapi_sessions_mcp.http.http_settings import HttpSettings

if TYPE_CHECKING:
    from server.http.conftest import Asking, Innermost


@pytest.mark.parametrize(
    ("host", "parts"),
    [
        ("a.example", ("a.example", "")),
        ("a.example.", ("a.example", "")),
        ("a.example.:80", ("a.example", ":80")),
        ("[::1]:80", ("[::1]", ":80")),
        ("[::1]", ("[::1]", "")),
        ("[::1]x", ("", "")),
        ("a:80@b", ("", "")),
        ("a@b", ("", "")),
        ("a:", ("", "")),
        ("a..", ("", "")),
        ("a:123456", ("", "")),
        ("a b", ("", "")),
        ("a/b", ("", "")),
        ("", ("", "")),
        ("::1", ("", "")),
    ],
)
def test_a_host_is_a_name_and_perhaps_a_port_and_nothing_else(host: str, parts: tuple[str, str]) -> None:
    assert host_and_port(host) == parts


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([("host", "localhost")], 200),
        ([("host", "mcp.example.com")], 200),
        ([("host", "evil.example")], 421),
        ([("host", "localhost"), ("host", "localhost")], 421),
        ([("host", "localhost"), ("origin", "https://app.example.com")], 200),
        ([("host", "localhost"), ("origin", "HTTPS://APP.EXAMPLE.COM")], 200),
        ([("host", "localhost"), ("origin", "http://localhost:1")], 403),
        ([("host", "localhost"), ("origin", "null")], 403),
        ([("host", "evil.example"), ("origin", "null")], 421),
    ],
)
async def test_what_is_addressed_to_it_and_from_no_strangers_page_gets_through(
    ask: Asking, innermost: Innermost, headers: list[tuple[str, str]], status: int
) -> None:
    http = HttpSettings(
        host="192.0.2.1",
        allowed_hosts=("mcp.example.com",),
        allowed_origins=("https://app.example.com",),
    )
    answer = await ask(Addressing(innermost, http), *headers)
    assert answer.status_code == status
    assert len(innermost.scopes) == (status == 200)


async def test_only_requests_are_looked_at(innermost: Innermost) -> None:
    async def nothing() -> dict[str, str]:
        return {}

    async def drop(_message: object) -> None: ...

    await Addressing(innermost, HttpSettings())({"type": "lifespan"}, nothing, drop)
    assert innermost.scopes == [{"type": "lifespan"}]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/things", [("sec-fetch-site", "cross-site")], 403),
        ("/v1/things", [("sec-fetch-site", "same-origin")], 200),
        ("/v1/things", [("sec-fetch-site", "none")], 200),
        ("/v1/things", [("sec-fetch-site", "cross-site"), ("origin", "http://localhost:1")], 200),
        ("/healthz", [("sec-fetch-site", "cross-site")], 200),
    ],
)
async def test_a_strangers_page_cannot_have_calls_made_by_showing_them_as_a_picture(
    ask: Asking, innermost: Innermost, path: str, headers: list[tuple[str, str]], status: int
) -> None:
    answer = await ask(Addressing(innermost, HttpSettings()), *headers, path=path)
    assert answer.status_code == status
