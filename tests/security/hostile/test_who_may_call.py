"""Tokens and keys: who has none is told how to send one, on every path that leads to the API."""

from __future__ import annotations

import hashlib
import json
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from fake_upstream import FakeUpstream, serving
from security.hostile.short_limits import limited
from security.hostile.wire import Wire, calling, exchange, get, head, initialize, message, post
from vapi_sessions_mcp.http.access_tokens import AccessTokens
from vapi_sessions_mcp.http.http_settings import HttpSettings

if TYPE_CHECKING:
    from collections.abc import Generator

TOKEN, SECOND = "a-token-of-the-operators", "another-token-of-theirs"
TOKENS = AccessTokens(tuple(hashlib.sha256(token.encode()).digest() for token in (TOKEN, SECOND)))
GUARDED = ("/mcp", "/mcp/", "/sse", "/messages/", "/messages", "/messages/?session_id=" + "0" * 32)
REST = ("/v1/sessions", "/v1/sessions/", "/v1/sessions/" + "0" * 32, "/v1", "/v1/x", "/openapi.json")
WRONG = (
    "",
    "Bearer",
    "Bearer ",
    "Bearer a-token-of-nobodys",
    f"Bearer {TOKEN}x",
    f"Bearer {TOKEN[:-1]}",
    f"Bearer {TOKEN} {TOKEN}",
    f"Bearer {TOKEN}, Bearer {TOKEN}",
    f"Bearer{TOKEN}",
    f"Bearer: {TOKEN}",
    f"Basic {TOKEN}",
    "Basic YTpi",
    TOKEN,
    f"Token {TOKEN}",
    f"Bearer {hashlib.sha256(TOKEN.encode()).hexdigest()}",
    f"Bearer sha256:{hashlib.sha256(TOKEN.encode()).hexdigest()}",
    "Bearer " + "a" * 50_000,
    "Bearer \xff\xfe\xfd",
    "Bearer %00",
)


@pytest.fixture(scope="module")
def upstream_of_module() -> FakeUpstream:
    """The API that all of these servers call."""
    return FakeUpstream()


@pytest.fixture
def upstream(upstream_of_module: FakeUpstream) -> FakeUpstream:
    """The same, having seen nothing yet."""
    upstream_of_module.reset()
    return upstream_of_module


@pytest.fixture(scope="module")
def urls(upstream_of_module: FakeUpstream) -> Generator[dict[str, str]]:
    """Servers that ask for tokens, for keys, for both, and one that others could reach."""
    ways = {
        "tokens": HttpSettings(rest=True, access_tokens=TOKENS),
        "keys": HttpSettings(rest=True, credentials="header"),
        "both": HttpSettings(rest=True, credentials="header", access_tokens=TOKENS),
        "outside": HttpSettings(
            rest=True,
            host="192.0.2.1",
            behind_tls=True,
            allowed_hosts=("localhost",),
            access_tokens=TOKENS,
        ),
    }
    with serving(upstream_of_module) as api, ExitStack() as running:
        yield {name: running.enter_context(limited(http, base_url=api)) for name, http in ways.items()}


def key_of(upstream: FakeUpstream) -> str:
    """Return the key that the one request to the API came with."""
    (request,) = upstream.requests
    return request.headers["authorization"]


class TestTokens:
    @pytest.mark.parametrize("path", GUARDED + REST)
    @pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE", "PUT", "HEAD"])
    @pytest.mark.parametrize("server", ["tokens", "keys", "both", "outside"])
    def test_every_path_to_the_api_is_guarded_alike(
        self, urls: dict[str, str], server: str, method: str, path: str
    ) -> None:
        with Wire(urls[server]) as wire:
            wire.send(head(f"{method} {path} HTTP/1.1"))
            answer = wire.answer(bodiless=method == "HEAD")
        assert answer is not None
        assert answer.status == 401
        assert answer.headers["www-authenticate"] == 'Bearer realm="vapi-sessions-mcp"'

    @pytest.mark.parametrize("authorization", WRONG)
    @pytest.mark.parametrize("path", ["/mcp", "/sse", "/messages/", "/metrics"])
    def test_a_wrong_one_is_refused_and_not_repeated(
        self, urls: dict[str, str], path: str, authorization: str
    ) -> None:
        answer = exchange(urls["outside"], get(path, f"Authorization: {authorization}"))
        assert answer.status == 401
        error = answer.json["error"]
        assert error["kind"] == "unauthorized"
        assert "Authorization: Bearer TOKEN" in error["next"]
        assert set(error) == {"kind", "message", "next"}
        assert len(answer.body) < 400

    @pytest.mark.parametrize("path", REST)
    def test_plain_http_is_told_so_in_problem_details(self, urls: dict[str, str], path: str) -> None:
        answer = exchange(urls["outside"], get(path, "Authorization: Bearer a-token-of-nobodys"))
        assert answer.headers["content-type"] == "application/problem+json"
        assert (answer.json["kind"], answer.json["status"]) == ("unauthorized", 401)
        assert "Authorization: Bearer TOKEN" in answer.json["next"]

    def test_one_that_is_none_of_them_is_called_so(self, urls: dict[str, str]) -> None:
        answer = exchange(urls["tokens"], get("/mcp", "Authorization: Bearer a-token-of-nobodys"))
        assert answer.headers["www-authenticate"].endswith('error="invalid_token"')

    def test_two_are_none(self, urls: dict[str, str]) -> None:
        both = (f"Authorization: Bearer {TOKEN}", f"Authorization: Bearer {SECOND}")
        assert exchange(urls["tokens"], get("/mcp", *both)).status == 401

    @pytest.mark.parametrize("place", ["X-Vapi-Key: ", "Cookie: token=", "Proxy-Authorization: Bearer "])
    def test_elsewhere_it_is_none(self, urls: dict[str, str], place: str) -> None:
        assert exchange(urls["tokens"], get("/mcp", place + TOKEN)).status == 401
        assert exchange(urls["tokens"], get(f"/mcp?access_token={TOKEN}")).status == 401

    @pytest.mark.parametrize(
        "authorization",
        [
            f"Bearer {TOKEN}",
            f"Bearer {SECOND}",
            f"bearer {TOKEN}",
            f"BEARER   {TOKEN}",
            f"  Bearer {TOKEN}  ",
        ],
    )
    def test_each_of_them_lets_in_and_calls_with_the_servers_key(
        self, urls: dict[str, str], upstream: FakeUpstream, authorization: str
    ) -> None:
        lines = (f"Authorization: {authorization}", "X-Vapi-Key: a-key-of-theirs")
        assert exchange(urls["tokens"], calling("list_sessions", {}, *lines)).status == 200
        assert key_of(upstream) == "Bearer a-private-key"

    def test_what_is_no_way_to_the_api_is_open_to_probes(self, urls: dict[str, str]) -> None:
        assert exchange(urls["outside"], get("/healthz")).status == 200
        assert exchange(urls["outside"], get("/readyz")).status in (200, 503)

    def test_metrics_are_guarded_where_others_reach_them(self, urls: dict[str, str]) -> None:
        assert exchange(urls["tokens"], get("/metrics")).status == 200
        assert exchange(urls["outside"], get("/metrics")).status == 401
        assert exchange(urls["outside"], get("/metrics", f"Authorization: Bearer {TOKEN}")).status == 200


class TestKeys:
    @pytest.mark.parametrize(
        "lines",
        [
            [],
            ["Authorization: Basic YTpi"],
            ["Authorization: key-without-a-scheme"],
            ["Authorization: Bearer key-a", "Authorization: Bearer key-b"],
            ["X-Vapi-Key: key-a", "X-Vapi-Key: key-b"],
            ["X-Vapi-Key: "],
            ["X-Vapi-Key: two words"],
            ["X-Vapi-Key: kl\xe9"],
            ["Authorization: Bearer kl\xe9"],
            ["Cookie: key-a"],
        ],
    )
    @pytest.mark.parametrize("path", ["/mcp", "/sse", "/messages/"])
    def test_without_one_there_is_told_how_to_send_it(
        self, urls: dict[str, str], path: str, lines: list[str]
    ) -> None:
        answer = exchange(urls["keys"], get(path, *lines))
        assert answer.status == 401
        assert answer.json["error"]["kind"] == "no_key"
        assert "X-Vapi-Key: KEY" in answer.json["error"]["next"]
        assert answer.headers["www-authenticate"].startswith("Bearer ")

    @pytest.mark.parametrize(
        "lines",
        [
            ["Authorization: Bearer users-own-key"],
            ["authorization: bearer users-own-key"],
            ["X-Vapi-Key: users-own-key"],
            ["x-vapi-key:   users-own-key  "],
            ["X-Vapi-Key: users-own-key", "Authorization: Bearer something-of-a-proxys"],
        ],
    )
    def test_calls_are_made_with_it(
        self, urls: dict[str, str], upstream: FakeUpstream, lines: list[str]
    ) -> None:
        assert exchange(urls["keys"], calling("list_sessions", {}, *lines)).status == 200
        assert key_of(upstream) == "Bearer users-own-key"

    def test_a_message_beside_a_stream_must_come_from_whom_it_is_of(self, urls: dict[str, str]) -> None:
        with Wire(urls["keys"]) as stream:
            stream.send(get("/sse", "X-Vapi-Key: key-of-one"))
            assert stream.head() is not None
            place = stream.event().decode().partition("data: ")[2].strip()
            greeting = json.dumps(initialize()).encode()
            for lines, status in (
                ([], 401),
                (["X-Vapi-Key: key-of-two"], 404),
                (["X-Vapi-Key: key-of-one"], 202),
            ):
                assert exchange(urls["keys"], post(greeting, *lines, path=place)).status == status

    def test_a_session_is_only_its_owners(self, urls: dict[str, str]) -> None:
        opened = exchange(urls["keys"], post(initialize(), "X-Vapi-Key: key-of-one"))
        session = f"Mcp-Session-Id: {opened.headers['mcp-session-id']}"
        for method in ("GET", "DELETE"):
            sent = head(f"{method} /mcp HTTP/1.1", session, "X-Vapi-Key: key-of-two", "Accept: */*")
            assert exchange(urls["keys"], sent).status == 404
        theirs = post(message("ping"), session, "X-Vapi-Key: key-of-two")
        assert exchange(urls["keys"], theirs).status == 404
        own = post(message("ping"), session, "X-Vapi-Key: key-of-one")
        assert exchange(urls["keys"], own).json["result"] == {}


class TestBoth:
    def test_the_token_lets_in_and_the_key_calls(self, urls: dict[str, str], upstream: FakeUpstream) -> None:
        lines = (f"Authorization: Bearer {TOKEN}", "X-Vapi-Key: users-own-key")
        assert exchange(urls["both"], calling("list_sessions", {}, *lines)).status == 200
        assert key_of(upstream) == "Bearer users-own-key"

    def test_the_token_is_never_taken_for_the_key(self, urls: dict[str, str], upstream: FakeUpstream) -> None:
        answer = exchange(urls["both"], calling("list_sessions", {}, f"Authorization: Bearer {TOKEN}"))
        assert answer.status == 401
        assert answer.json["error"]["next"].count("KEY") == 1
        assert upstream.requests == []

    def test_the_key_alone_does_not_let_in(self, urls: dict[str, str], upstream: FakeUpstream) -> None:
        lines = ("X-Vapi-Key: users-own-key", "Authorization: Bearer users-own-key")
        answer = exchange(urls["both"], calling("list_sessions", {}, *lines))
        assert answer.json["error"]["kind"] == "unauthorized"
        assert upstream.requests == []
