"""Host and Origin on every path: a page of a stranger's reaches nothing, under whatever name it comes."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from security.hostile.short_limits import limited
from security.hostile.wire import exchange, get, head, initialize, message, post
from vapi_sessions_mcp.http.http_settings import HttpSettings

if TYPE_CHECKING:
    from collections.abc import Generator

PATHS = ("/mcp", "/sse", "/messages/", "/healthz", "/readyz", "/metrics", "/nothing")
OURS = (
    "localhost",
    "LOCALHOST",
    "localhost.",
    "localhost:8000",
    "127.0.0.1",
    "127.0.0.1:80",
    "[::1]",
    "[::1]:80",
)
STRANGERS = (
    *(
        "evil.example",
        "localhost.evil.com",
        "127.0.0.1.nip.io",
        "evil.example:80",
        "localhost:80@evil.example",
    ),
    *(
        "localhost@evil.example",
        "evil.example/localhost",
        "localhost/evil",
        "localhost evil",
        "localhost:evil",
    ),
    *(
        "0.0.0.0",  # noqa: S104
        "0",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "127.1",
        "017700000001",
        "[::]",
        "[::1]evil.example",
    ),
    *(
        "[::1",
        "::1",
        "[127.0.0.1]x",
        "",
        "localhost:",
        "localhost..",
        "192.0.2.1",
        "mcp.example.com.evil.com",
    ),
    *("localhost:80:80", "localhost,evil.example", "xn--lcalhost-5ya", "l\xf6calhost", "localhost\\evil"),
)
FOREIGN = (
    *("null", "https://evil.example", "http://localhost.evil.com", "http://localhost:80@evil.example"),
    *("http://127.0.0.1.nip.io", "file://", "chrome-extension://abc", "localhost", "//localhost", ""),
    *(
        "http://2130706433",
        "http://0.0.0.0:8000",
        "ftp://localhost",
        "http://localhost/evil",
        "http://[::1]evil",
    ),
    *("https://app.example.com.evil.com", "http://app.example.com", "https://app.example.com:444"),
    "https://app.example.com https://evil.example",
)
NAMED = HttpSettings(
    host="192.0.2.1",
    credentials="header",
    behind_tls=True,
    allowed_hosts=("mcp.example.com", "other.example:8443", "[2001:db8::1]"),
    allowed_origins=("https://app.example.com", "http://[2001:db8::2]:3000"),
)
KEY = "X-Vapi-Key: somebodys-key"


@pytest.fixture(scope="module")
def urls() -> Generator[dict[str, str]]:
    """A server that only this machine reaches, and one that believes it is reached from elsewhere."""
    with ExitStack() as running:
        yield {
            "local": running.enter_context(limited()),
            "named": running.enter_context(limited(NAMED)),
        }


@pytest.fixture(params=["local", "named"])
def url(request: pytest.FixtureRequest, urls: dict[str, str]) -> str:
    """Each of them."""
    return urls[request.param]


class TestHosts:
    @pytest.mark.parametrize("host", STRANGERS)
    def test_a_name_that_is_not_the_servers_is_refused(self, url: str, host: str) -> None:
        answer = exchange(url, get("/healthz", host=host))
        assert answer.status in (421, 400)

    @pytest.mark.parametrize("path", PATHS)
    @pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "DELETE"])
    def test_on_every_path_and_for_every_method(self, url: str, method: str, path: str) -> None:
        answer = exchange(url, head(f"{method} {path} HTTP/1.1", KEY, host="evil.example"))
        assert answer.status == 421
        assert answer.json["error"]["kind"] == "wrong_host"

    @pytest.mark.parametrize("host", OURS)
    def test_this_machines_own_names_are_the_servers(self, url: str, host: str) -> None:
        assert exchange(url, get("/healthz", host=host)).status == 200

    @pytest.mark.parametrize(
        ("host", "status"),
        [
            ("mcp.example.com", 200),
            ("mcp.example.com:443", 200),
            ("MCP.Example.COM", 200),
            ("mcp.example.com.", 200),
            ("other.example:8443", 200),
            ("other.example", 421),
            ("other.example:443", 421),
            ("[2001:db8::1]:443", 200),
            ("[2001:DB8::1]", 200),
            ("[2001:db8::2]", 421),
        ],
    )
    def test_those_that_are_allowed_are_with_their_port_or_with_any(
        self, urls: dict[str, str], host: str, status: int
    ) -> None:
        assert exchange(urls["named"], get("/healthz", host=host)).status == status


class TestOrigins:
    @pytest.mark.parametrize("origin", FOREIGN)
    def test_a_strangers_page_is_refused(self, url: str, origin: str) -> None:
        answer = exchange(url, get("/healthz", f"Origin: {origin}"))
        assert answer.status == 403
        assert "access-control-allow-origin" not in answer.headers

    @pytest.mark.parametrize("path", PATHS)
    @pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "DELETE"])
    def test_on_every_path_and_for_every_method(self, url: str, method: str, path: str) -> None:
        asking = ("Access-Control-Request-Method: POST", KEY)
        sent = head(f"{method} {path} HTTP/1.1", "Origin: https://evil.example", *asking)
        answer = exchange(url, sent)
        assert answer.status == 403
        assert answer.json["error"]["kind"] == "wrong_origin"

    def test_two_at_once_are_none(self, url: str) -> None:
        both = ("Origin: http://localhost:3000", "Origin: https://app.example.com")
        assert exchange(url, get("/healthz", *both)).status == 403

    @pytest.mark.parametrize("origin", ["http://localhost:3000", "http://127.0.0.1:6274", "https://[::1]:1"])
    def test_a_page_of_this_machine_may_call_what_only_this_machine_reaches(
        self, urls: dict[str, str], origin: str
    ) -> None:
        assert exchange(urls["local"], get("/healthz", f"Origin: {origin}")).status == 200
        assert exchange(urls["named"], get("/healthz", f"Origin: {origin}")).status == 403


@pytest.mark.parametrize(
    ("server", "origin", "host"),
    [
        ("local", "http://localhost:3000", "localhost"),
        ("local", "http://127.0.0.1:3000", "127.0.0.1"),
        ("local", "http://[::1]:3000", "localhost"),
        ("named", "https://app.example.com", "mcp.example.com"),
        ("named", "http://[2001:db8::2]:3000", "mcp.example.com"),
    ],
)
def test_an_allowed_page_can_really_call(urls: dict[str, str], server: str, origin: str, host: str) -> None:
    asked = (
        "content-type",
        "authorization",
        "x-vapi-key",
        "mcp-session-id",
        "mcp-protocol-version",
        "mcp-method",
    )
    question = (
        f"Origin: {origin}",
        "Access-Control-Request-Method: POST",
        f"Access-Control-Request-Headers: {','.join(asked)}",
    )
    may = exchange(urls[server], head("OPTIONS /mcp HTTP/1.1", *question, host=host))
    assert may.status == 200
    assert may.headers["access-control-allow-origin"] == origin
    assert "POST" in may.headers["access-control-allow-methods"]
    assert set(asked) <= set(may.headers["access-control-allow-headers"].lower().replace(" ", "").split(","))
    assert "access-control-allow-credentials" not in may.headers
    opened = exchange(urls[server], post(initialize(), f"Origin: {origin}", KEY, host=host))
    assert opened.status == 200
    assert opened.headers["access-control-allow-origin"] == origin
    told = opened.headers["access-control-expose-headers"].lower()
    for name in ("mcp-session-id", "www-authenticate", "retry-after"):
        assert name in told
    session = f"Mcp-Session-Id: {opened.headers['mcp-session-id']}"
    pinged = exchange(urls[server], post(message("ping"), f"Origin: {origin}", KEY, session, host=host))
    assert pinged.json["result"] == {}


def test_an_allowed_page_may_read_why_it_was_refused(urls: dict[str, str]) -> None:
    sent = post(initialize(), "Origin: https://app.example.com", host="mcp.example.com")
    answer = exchange(urls["named"], sent)
    assert answer.status == 401
    assert answer.headers["access-control-allow-origin"] == "https://app.example.com"
