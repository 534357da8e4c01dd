"""Host and Origin are checked on every path: no foreign web page reaches the server under any name."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from in_process import http_server
from security.wire import exchange, get, head, initialize, post
from server_process import request

if TYPE_CHECKING:
    from collections.abc import Generator

PATHS = ("/mcp", "/sse", "/messages/", "/healthz", "/readyz", "/metrics", "/v1/sessions", "/nothing")
FOREIGN_HOSTS = (
    *("evil.example", "localhost.evil.com", "127.0.0.1.nip.io", "evil.example:80"),
    *("localhost:80@evil.example", "localhost@evil.example", "evil.example/localhost", "localhost/evil"),
    *("localhost evil", "localhost:evil", "localhost:123456", "localhost:", "localhost..", "localhost:80:80"),
    *("localhost,evil.example", "localhost\\evil", "xn--lcalhost-5ya", "l\xf6calhost", "", "192.0.2.1"),
    "mcp.example.com.evil.com",
    *("0.0.0.0", "0", "2130706433", "0x7f000001", "0x7f.1", "127.1", "017700000001", "[::]"),
    *("[::1]evil.example", "[::1", "::1", "[127.0.0.1]x"),
)
FOREIGN_ORIGINS = (
    *("null", "https://evil.example", "http://localhost.evil.com", "http://localhost:80@evil.example", ""),
    *("http://127.0.0.1.nip.io", "file://", "chrome-extension://abc", "localhost", "//localhost"),
    *("http://2130706433", "http://0.0.0.0:8000", "ftp://localhost", "http://localhost/evil"),
    *("http://[::1]evil", "https://app.example.com.evil.com", "http://app.example.com"),
    *("https://app.example.com:444", "https://app.example.com https://evil.example"),
)
PUBLIC = (
    *("--host", "192.0.2.1", "--credentials", "header", "--behind-tls"),
    *("--allowed-host", "mcp.example.com,other.example:8443,[2001:db8::1]"),
    *("--allowed-origin", "https://app.example.com,http://[2001:db8::2]:3000"),
)
KEY = "X-Vapi-Key: a-users-key"


@pytest.fixture(scope="module")
def urls() -> Generator[dict[str, str]]:
    """A server that only this machine reaches, one with REST, and one that others reach."""
    with ExitStack() as running:
        yield {
            "local": running.enter_context(http_server()),
            "rest": running.enter_context(http_server("--rest")),
            "public": running.enter_context(http_server(*PUBLIC)),
        }


@pytest.fixture(params=["local", "public"])
def url(request: pytest.FixtureRequest, urls: dict[str, str]) -> str:
    return urls[request.param]


@pytest.mark.parametrize("host", FOREIGN_HOSTS, ids=ascii)
def test_foreign_host_is_refused(url: str, host: str) -> None:
    assert exchange(url, get("/healthz", host=host)).status in (421, 400)


@pytest.mark.parametrize("path", PATHS)
def test_foreign_host_and_origin_are_refused_for_every_path_and_method(url: str, path: str) -> None:
    asking = ("Origin: https://evil.example", "Access-Control-Request-Method: POST", KEY)
    for method in ("GET", "POST", "OPTIONS", "DELETE"):
        by_host = exchange(url, head(f"{method} {path} HTTP/1.1", KEY, host="evil.example"))
        by_origin = exchange(url, head(f"{method} {path} HTTP/1.1", *asking))
        for answer, status, kind in ((by_host, 421, "wrong_host"), (by_origin, 403, "wrong_origin")):
            assert (answer.status, answer.json.get("error", answer.json)["kind"]) == (status, kind)
            assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("hosts", "local", "public"),
    [
        (("localhost", "LOCALHOST", "localhost.", "localhost.:80", "localhost:8000", "127.0.0.1"), 200, 200),
        (("127.0.0.1:80", "[::1]", "[::1]:80"), 200, 200),
        (("mcp.example.com", "mcp.example.com:443", "MCP.Example.COM", "mcp.example.com."), 421, 200),
        (("other.example:8443", "[2001:db8::1]:443", "[2001:DB8::1]"), 421, 200),
        (("other.example", "other.example:443", "[2001:db8::2]"), 421, 421),
    ],
)
def test_own_and_allowed_hosts_are_served(
    urls: dict[str, str], hosts: tuple[str, ...], local: int, public: int
) -> None:
    for host in hosts:
        assert exchange(urls["local"], get("/healthz", host=host)).status == local, host
        assert exchange(urls["public"], get("/healthz", host=host)).status == public, host


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_foreign_origin_is_refused(url: str, origin: str) -> None:
    answer = exchange(url, get("/healthz", f"Origin: {origin}"))
    assert answer.status == 403
    assert "access-control-allow-origin" not in answer.headers


def test_two_origins_and_those_of_this_machine_are_refused_in_public(urls: dict[str, str]) -> None:
    both = ("Origin: http://localhost:3000", "Origin: https://app.example.com")
    for url in urls.values():
        assert exchange(url, get("/healthz", *both)).status == 403
    for origin in ("http://localhost:3000", "http://127.0.0.1:6274", "https://[::1]:1"):
        assert exchange(urls["public"], get("/healthz", f"Origin: {origin}")).status == 403


@pytest.mark.parametrize(
    ("server", "origin", "host"),
    [
        ("local", "http://localhost:3000", "localhost"),
        ("local", "http://127.0.0.1:3000", "127.0.0.1"),
        ("local", "https://[::1]:3000", "localhost"),
        ("public", "https://app.example.com", "mcp.example.com"),
        ("public", "http://[2001:db8::2]:3000", "mcp.example.com"),
    ],
)
def test_allowed_page_can_call(urls: dict[str, str], server: str, origin: str, host: str) -> None:
    url, page = urls[server], f"Origin: {origin}"
    wanted = ("content-type", "authorization", "x-vapi-key", "mcp-session-id", "mcp-protocol-version")
    asking = (
        *(page, "Access-Control-Request-Method: POST"),
        f"Access-Control-Request-Headers: {','.join(wanted)}",
    )
    may = exchange(url, head("OPTIONS /mcp HTTP/1.1", *asking, host=host))
    assert may.status == 200
    assert may.headers["access-control-allow-origin"] == origin
    assert "POST" in may.headers["access-control-allow-methods"]
    assert set(wanted) <= set(may.headers["access-control-allow-headers"].replace(" ", "").split(","))
    assert "access-control-allow-credentials" not in may.headers
    opened = exchange(url, post(initialize(), page, KEY, host=host))
    assert opened.headers["access-control-allow-origin"] == origin
    exposed = opened.headers["access-control-expose-headers"].lower()
    assert all(name in exposed for name in ("mcp-session-id", "www-authenticate", "retry-after"))
    session = f"Mcp-Session-Id: {opened.headers['mcp-session-id']}"
    assert exchange(url, post(request("ping"), page, KEY, session, host=host)).json["result"] == {}


def test_allowed_page_may_read_why_it_was_refused(urls: dict[str, str]) -> None:
    sent = post(initialize(), "Origin: https://app.example.com", host="mcp.example.com")
    answer = exchange(urls["public"], sent)
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (401, "https://app.example.com")


@pytest.mark.parametrize(
    ("path", "lines", "status"),
    [
        ("/v1/sessions", ("Sec-Fetch-Site: cross-site",), 403),
        ("/v1/sessions", ("Sec-Fetch-Site: same-origin",), 200),
        ("/v1/sessions", ("Sec-Fetch-Site: none",), 200),
        ("/v1/sessions", ("Sec-Fetch-Site: cross-site", "Origin: http://localhost:1"), 200),
        ("/healthz", ("Sec-Fetch-Site: cross-site",), 200),
    ],
)
def test_page_cannot_call_by_embedding_a_picture(
    urls: dict[str, str], path: str, lines: tuple[str, ...], status: int
) -> None:
    assert exchange(urls["rest"], get(path, *lines)).status == status


def test_cross_origin_headers_allow_no_more_than_the_server_needs(urls: dict[str, str]) -> None:
    asking = ("Access-Control-Request-Method: PATCH", KEY)
    for server in ("local", "rest"):
        answer = exchange(urls[server], head("OPTIONS /mcp HTTP/1.1", "Origin: http://localhost:1", *asking))
        assert ("PATCH" in answer.headers["access-control-allow-methods"]) is (server == "rest")
    with http_server(*PUBLIC[:-2]) as url:
        answer = exchange(url, head("OPTIONS /mcp HTTP/1.1", *asking))
        assert not [name for name in answer.headers if name.startswith("access-control")]
