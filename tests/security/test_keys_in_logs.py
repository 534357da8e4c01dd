"""No key, token or word of a client is in the log at its most talkative, whatever goes wrong."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

import httpx
import pytest

from fake_upstream import FakeUpstream, serving
from in_process import KEY, http_server
from posted import HANDSHAKE, MODERN, Post, letter
from security.conftest import recorded_log
from security.users import ADA, respond_to_owner, shared_connections

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

UNKNOWN_KEY = "unknown-private-key-5b1c"
WORDS = "words-of-a-customer"
BODIES = (b"", b"{", b"[]", b"\xff", b'{"jsonrpc":"2.0","id":1,"method":"nope"}')


@pytest.fixture(scope="module")
def api() -> Generator[str]:
    """An API that repeats keys which it does not know."""
    with serving(FakeUpstream(respond_to_owner)) as url:
        yield url


async def send_everywhere(http: httpx.AsyncClient, url: str, headers: dict[str, str], secret: str) -> None:
    """Send a secret with every kind of request, well formed and not."""
    for path in ("/mcp", "/sse", "/messages/", f"/messages/?session_id={secret}", f"/mcp?key={secret}"):
        for method in ("POST", "DELETE"):
            for body in BODIES:
                await http.request(method, url + path, content=body, headers=headers)
    with suppress(httpx.TransportError):  # an unknown method; the connection may be closed at once
        await http.request(secret.replace("-", "").upper(), f"{url}/mcp", headers=headers)
    for path in ("/healthz", "/readyz", "/metrics", f"/{secret}"):
        await http.get(f"{url}{path}?key={secret}", headers=headers)
    for odd in ({"host": secret}, {"origin": f"https://{secret}"}, {"mcp-session-id": secret}):
        await http.get(f"{url}/mcp", headers={**headers, **odd, "accept": "text/event-stream"})


async def send_in_messages(post: Post, secret: str) -> None:
    """Send a secret at every place of a message."""
    sent: list[tuple[str, dict[str, Any]]] = [
        ("tools/call", {"name": secret, "arguments": {}}),
        ("tools/call", {"name": "get_session", "arguments": {"id": secret}}),
        ("tools/call", {"name": "list_sessions", "arguments": {"name": secret}}),
        ("tools/call", {"name": "create_session", "arguments": {"name": secret, secret: 1}}),
        ("tools/call", {"name": "create_session", "arguments": {"messages": [{"role": secret}]}}),
        ("resources/read", {"uri": f"vapi://sessions/{secret}"}),
        ("prompts/get", {"name": secret}),
        ("completion/complete", {"ref": {"type": "ref/prompt", "name": secret}, "argument": {}}),
        (secret, {}),
    ]
    for method, params in sent:
        await post.send(letter(method, params, era=post.era, request_id=secret))


@pytest.mark.parametrize("form", ["json", "text"])
async def test_keys_and_words_of_callers_are_not_in_the_log(api: str, form: Literal["json", "text"]) -> None:
    keys = (ADA.key, UNKNOWN_KEY)
    with recorded_log(form) as log:
        with http_server("--credentials", "header", "--base-url", api) as url:
            async with shared_connections() as http:
                for key in keys:
                    bearer = {"authorization": f"Bearer {key}"}
                    for headers in (bearer, {"x-vapi-key": key}, {"authorization": key}):
                        await send_everywhere(http, url, headers, key)
                    for era in (HANDSHAKE, MODERN):
                        post = Post(http, f"{url}/mcp", era, bearer)
                        await post.open()
                        await send_in_messages(post, key)
                        await send_in_messages(post, WORDS)
        text = log.getvalue()
    assert text.count("/mcp") > 100
    for secret in (*keys, *(key.replace("-", "").upper() for key in keys), WORDS, ADA.name):
        assert secret not in text
    if form == "json":
        assert all(json.loads(line)["message"] for line in text.splitlines())


async def test_neither_the_servers_key_nor_a_token_is_in_the_log(api: str, tmp_path: Path) -> None:
    token = "access-token-of-ada-5b1c"
    (tmp_path / "tokens").write_text(token)
    with recorded_log() as log:
        with http_server("--base-url", api, "--access-token-file", str(tmp_path / "tokens")) as url:
            async with shared_connections() as http:
                for secret in (token, KEY):
                    await send_everywhere(http, url, {"authorization": f"Bearer {secret}"}, secret)
                post = Post(http, f"{url}/mcp", MODERN, {"authorization": f"Bearer {token}"})
                for secret in (token, KEY):
                    await send_in_messages(post, secret)
        text = log.getvalue()
    assert "/mcp" in text
    assert token not in text
    assert KEY not in text
