"""Access tokens and keys: every path that leads to the API is guarded, and calls use exactly one key."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from in_process import http_server
from security.wire import Wire, calling, exchange, get, head, initialize, post
from server_process import KEY

if TYPE_CHECKING:
    from collections.abc import Generator

    from fake_upstream import FakeUpstream

TOKEN, SECOND = "a-token-of-the-operators", "another-token-of-theirs"
DIGEST = hashlib.sha256(TOKEN.encode()).hexdigest()
MCP = ("/mcp", "/mcp/", "/sse", "/messages/", "/messages", f"/messages/?session_id={'0' * 32}")
REST = ("/v1/sessions", "/v1/sessions/", f"/v1/sessions/{'0' * 32}", "/v1", "/v1/x", "/openapi.json")
CHALLENGE = 'Bearer realm="vapi-sessions-mcp"'


@pytest.fixture(scope="module")
def urls(api: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[dict[str, str]]:
    """Servers that ask for tokens, for keys, for both, and one that others reach."""
    file = tmp_path_factory.mktemp("tokens") / "tokens"
    file.write_text(f"# who may call\n{TOKEN}\n\n{SECOND}\n")
    tokens = ("--access-token-file", str(file))
    ways = {
        "tokens": tokens,
        "keys": ("--credentials", "header"),
        "both": ("--credentials", "header", *tokens),
        "public": ("--host", "192.0.2.1", "--behind-tls", "--allowed-host", "localhost", *tokens),
    }
    with ExitStack() as running:
        yield {
            name: running.enter_context(http_server("--rest", "--base-url", api, *flags))
            for name, flags in ways.items()
        }


@pytest.mark.parametrize("server", ["tokens", "keys", "both", "public"])
@pytest.mark.parametrize("path", MCP + REST)
def test_every_path_to_the_api_is_guarded(
    urls: dict[str, str], upstream: FakeUpstream, server: str, path: str
) -> None:
    for method in ("GET", "POST", "PATCH", "DELETE", "PUT", "HEAD"):
        with Wire(urls[server]) as wire:
            wire.send(head(f"{method} {path} HTTP/1.1"))
            answer = wire.answer(bodiless=method == "HEAD")
        assert answer is not None
        assert (answer.status, answer.headers["www-authenticate"]) == (401, CHALLENGE)
        problem = answer.headers["content-type"] == "application/problem+json"
        assert problem is (path in REST)
    assert upstream.requests == []


@pytest.mark.parametrize(
    "authorization",
    [
        *("", "Bearer", "Bearer ", f"Bearer{TOKEN}", f"Bearer: {TOKEN}", TOKEN, f"Token {TOKEN}"),
        *(f"Basic {TOKEN}", "Basic YTpi", f"Bearer {TOKEN} {TOKEN}", f"Bearer {TOKEN}, Bearer {TOKEN}"),
        *(f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Bearer {DIGEST}", f"Bearer sha256:{DIGEST}"),
        *("Bearer unknown-token", f"Bearer {KEY}", "Bearer %00", "Bearer \xff\xfe", "Bearer " + "a" * 50_000),
    ],
    ids=lambda value: ascii(value[:30]),
)
def test_wrong_token_is_refused_and_not_repeated(urls: dict[str, str], authorization: str) -> None:
    is_bearer = authorization.startswith("Bearer ") and len(authorization.split()) == 2
    for path in ("/mcp", "/sse", "/messages/", "/metrics", *REST):
        answer = exchange(urls["public"], get(path, f"Authorization: {authorization}"))
        assert answer.status == 401
        assert answer.headers["www-authenticate"].endswith('error="invalid_token"') is is_bearer
        error = answer.json.get("error", answer.json)
        assert error["kind"] == "unauthorized"
        assert "Authorization: Bearer TOKEN" in error["next"]
        assert set(error) - {"type", "title", "detail", "status"} <= {"kind", "message", "next"}
        assert len(answer.body) < 500


def test_probes_are_open_and_metrics_guarded_where_others_reach_them(urls: dict[str, str]) -> None:
    assert exchange(urls["public"], get("/healthz")).status == 200
    assert exchange(urls["public"], get("/readyz")).status == 200
    assert exchange(urls["tokens"], get("/metrics")).status == 200
    assert exchange(urls["public"], get("/metrics")).status == 401
    assert exchange(urls["public"], get("/metrics", f"Authorization: Bearer {TOKEN}")).status == 200


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["Authorization: Bearer"],
        ["Authorization: key-without-a-scheme"],
        ["Authorization: Bearer key-a key-b"],
        ["Authorization: Bearer key-a, Bearer key-b"],
        ["Authorization: Bearer key-a", "Authorization: Bearer key-b"],
        ["Authorization: Bearer key-a", "Authorization: Bearer key-a"],
        ["Authorization: Bearer kl\xe9"],
        ["X-Vapi-Key: "],
        ["X-Vapi-Key: key-a", "X-Vapi-Key: key-b"],
        ["X-Vapi-Key: key-a key-b"],
        ["X-Vapi-Key: key-a, key-b"],
        ["X-Vapi-Key: kl\xe9"],
        ["Authorization: Bearer key-a", "X-Vapi-Key: "],
        ["Cookie: authorization=key-a"],
        ["Proxy-Authorization: Bearer key-a"],
    ],
    ids=ascii,
)
def test_request_without_exactly_one_key_is_refused(
    urls: dict[str, str], upstream: FakeUpstream, lines: list[str]
) -> None:
    query = "?key=key-a&authorization=Bearer%20key-a"
    sent = [get(f"{path}{query}", *lines) for path in ("/mcp", "/sse", "/messages/")]
    for data in (*sent, calling("list_sessions", {}, *lines), post(initialize(), *lines)):
        answer = exchange(urls["keys"], data)
        assert (answer.status, answer.headers["www-authenticate"]) == (401, CHALLENGE)
        assert answer.headers["content-type"] == "application/json"
        assert answer.json["error"]["kind"] == "no_key"
        assert "X-Vapi-Key: KEY" in answer.json["error"]["next"]
        assert b"key-a" not in answer.body
    assert upstream.requests == []


@pytest.mark.parametrize(
    ("server", "lines", "key"),
    [
        *(
            ("tokens", [f"Authorization: {value}", "X-Vapi-Key: own-key"], KEY)
            for value in (f"Bearer {TOKEN}", f"bearer {SECOND}", f"BEARER   {TOKEN}", f"  Bearer {TOKEN}  ")
        ),
        ("keys", ["Authorization: Bearer own-key"], "own-key"),
        ("keys", ["authorization: bearer   own-key"], "own-key"),
        ("keys", ["x-vapi-key:   own-key  "], "own-key"),
        ("keys", ["X-Vapi-Key: own-key", "Authorization: Bearer something-of-a-proxy"], "own-key"),
        ("keys", ["X-Vapi-Key: own-key", "Authorization: Basic of-a-proxy"], "own-key"),
        ("both", [f"Authorization: Bearer {TOKEN}", "X-Vapi-Key: own-key"], "own-key"),
    ],
)
def test_calls_use_one_key_and_nothing_else_of_the_request(
    urls: dict[str, str], upstream: FakeUpstream, server: str, lines: list[str], key: str
) -> None:
    assert exchange(urls[server], calling("list_sessions", {}, *lines)).status == 200
    assert [sent.headers["authorization"] for sent in upstream.requests] == [f"Bearer {key}"]
    assert all(word not in str(upstream.requests) for word in (TOKEN, SECOND, "proxy", "x-vapi-key"))


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ((f"Authorization: Bearer {TOKEN}",), "no_key"),
        (("X-Vapi-Key: own-key", "Authorization: Bearer own-key"), "unauthorized"),
    ],
)
def test_token_is_never_the_key_and_the_key_never_the_token(
    urls: dict[str, str], upstream: FakeUpstream, lines: tuple[str, ...], kind: str
) -> None:
    answer = exchange(urls["both"], calling("list_sessions", {}, *lines))
    assert (answer.status, answer.json["error"]["kind"]) == (401, kind)
    assert "Bearer KEY" not in answer.json["error"]["next"]
    assert upstream.requests == []
