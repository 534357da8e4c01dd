"""No key and no token is in the log, at its most talkative, whatever goes wrong."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

from posted import HANDSHAKE, MODERN, Post, letter
from real_client import KEY
from security.isolation.users import ADA, newcomers, opened, sharing
from served import serving_http

if TYPE_CHECKING:
    from pathlib import Path

    from security.isolation.upstream import KnowingUpstream

DEBUG = ("--log-level", "debug")
BODIES = (b"", b"{", b"[]", b"\xff", b'{"jsonrpc":"2.0","id":1,"method":"nope"}')


async def provoke(http: httpx.AsyncClient, url: str, headers: dict[str, str], secret: str) -> None:
    """Make all kinds of requests with a secret, well formed and not."""
    for path in (
        "/mcp",
        "/sse",
        "/messages/",
        f"/messages/?session_id={secret}",
        f"/mcp?key={secret}",
    ):
        for method in ("POST", "DELETE"):
            for body in BODIES:
                await http.request(method, url + path, content=body, headers=headers)
    with suppress(httpx.TransportError):  # no method is named so, and the connection may be closed at once
        await http.request(secret.replace("-", "").upper(), f"{url}/mcp", headers=headers)
    for path in ("/healthz", "/readyz", "/metrics", f"/{secret}"):
        await http.get(f"{url}{path}?key={secret}", headers=headers)
    await http.get(f"{url}/mcp", headers={**headers, "host": secret})
    await http.get(f"{url}/mcp", headers={**headers, "origin": f"https://{secret}"})
    await http.get(f"{url}/mcp", headers={**headers, "mcp-session-id": secret, "accept": "text/event-stream"})


async def speak(post: Post, secret: str) -> None:
    """Say a secret wherever a client may say anything."""
    said: list[tuple[str, dict[str, Any]]] = [
        ("tools/call", {"name": secret, "arguments": {}}),
        ("tools/call", {"name": "get_session", "arguments": {"id": secret}}),
        ("tools/call", {"name": "create_session", "arguments": {"name": secret, secret: 1}}),
        ("resources/read", {"uri": f"vapi://sessions/{secret}"}),
        ("prompts/get", {"name": secret}),
        ("completion/complete", {"ref": {"type": "ref/prompt", "name": secret}, "argument": {}}),
        (secret, {}),
    ]
    for method, params in said:
        await post.send(letter(method, params, era=post.era, request_id=secret))


@pytest.mark.parametrize("form", ["json", "text"])
async def test_no_key_of_a_user_is_in_it(upstream: KnowingUpstream, knowing_url: str, form: str) -> None:
    flags = ("--credentials", "header", "--base-url", knowing_url, "--log-format", form, *DEBUG)
    users = (ADA, newcomers()[0])  # the API knows only the first
    with serving_http(*flags) as server:
        async with sharing() as http:
            for user in users:
                for headers in (user.headers, {"x-vapi-key": user.key}, {"authorization": user.key}):
                    await provoke(http, server.url, headers, user.key)
                for era in (HANDSHAKE, MODERN):
                    post = await opened(user, http, server.url, era)
                    upstream.spills = True
                    await speak(post, user.key)
                    upstream.spills = False
                    await post.call("list_sessions", {})
        server.stop()
        log = server.log()
    assert "/mcp" in log
    assert len(log.splitlines()) > 100
    for user in users:
        assert user.key not in log
        assert user.key.replace("-", "").upper() not in log
    if form == "json":
        assert all(json.loads(line)["message"] for line in log.splitlines())


async def test_nobodys_words_are_in_it(upstream: KnowingUpstream, knowing_url: str) -> None:
    assert upstream.requests == []
    said = "a-customers-own-words"
    with serving_http("--credentials", "header", "--base-url", knowing_url, *DEBUG) as server:
        async with sharing() as http:
            for era in (HANDSHAKE, MODERN):
                post = await opened(ADA, http, server.url, era)
                await post.call("create_session", {"messages": [{"role": "user", "content": said}]})
                await post.call("create_session", {"messages": [{"role": said, "content": said}]})
                await post.call("list_sessions", {"name": said})
        server.stop()
        assert said not in server.log()
        assert ADA.name not in server.log()


async def test_neither_the_servers_key_nor_a_token_is_in_it(
    upstream: KnowingUpstream, knowing_url: str, tmp_path: Path
) -> None:
    assert upstream.requests == []
    token = "access-token-of-ada-5b1c"
    (tmp_path / "tokens").write_text(token)
    flags = ("--base-url", knowing_url, "--access-token-file", str(tmp_path / "tokens"), *DEBUG)
    with serving_http(*flags, VAPI_API_KEY=KEY) as server:
        async with sharing() as http, anyio.create_task_group() as tasks:
            for secret in (token, KEY):
                headers = {"authorization": f"Bearer {secret}"}
                tasks.start_soon(provoke, http, server.url, headers, secret)
            post = Post(http, f"{server.url}/mcp", MODERN, {"authorization": f"Bearer {token}"})
            for secret in (token, KEY):
                await speak(post, secret)
        server.stop()
        log = server.log()
    assert "/mcp" in log
    assert token not in log
    assert KEY not in log
