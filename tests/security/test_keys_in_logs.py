"""No key, token or word of a client is in the log at its most talkative, whatever goes wrong."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

import httpx
import pytest

from in_process import http_server
from posted import HANDSHAKE, MODERN, Post, letter
from security.conftest import recorded_log
from security.users import ADA, shared_connections
from server_process import KEY

if TYPE_CHECKING:
    from pathlib import Path

UNKNOWN_KEY = "unknown-private-key-5b1c"
WORDS = "words-of-a-customer"
BODIES = (b"", b"{", b"[]", b"\xff", b'{"jsonrpc":"2.0","id":1,"method":"nope"}')


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


@pytest.mark.parametrize(("form", "own_keys"), [("json", True), ("text", True), ("json", False)])
async def test_keys_tokens_and_words_of_callers_are_not_in_the_log(
    api: str, tmp_path: Path, form: Literal["json", "text"], *, own_keys: bool
) -> None:
    token = "access-token-of-ada-5b1c"
    (tmp_path / "tokens").write_text(token)
    flags = ("--credentials", "header") if own_keys else ("--access-token-file", str(tmp_path / "tokens"))
    secrets = (ADA.key, UNKNOWN_KEY) if own_keys else (token, KEY)
    with recorded_log(form) as log:
        with http_server(*flags, "--base-url", api) as url:
            async with shared_connections() as http:
                for secret in secrets:
                    bearer = {"authorization": f"Bearer {secret}"}
                    for headers in (bearer, {"x-vapi-key": secret}, {"authorization": secret}):
                        await send_everywhere(http, url, headers, secret)
                    for era in (HANDSHAKE, MODERN):
                        admitted = bearer if own_keys else {"authorization": f"Bearer {token}"}
                        post = Post(http, f"{url}/mcp", era, admitted)
                        await post.open()
                        await send_in_messages(post, secret)
                        await send_in_messages(post, WORDS)
        text = log.getvalue()
    assert text.count("/mcp") > 100
    for secret in (*secrets, *(key.replace("-", "").upper() for key in secrets), WORDS, ADA.name):
        assert secret not in text
    if form == "json":
        assert all(json.loads(line)["message"] for line in text.splitlines())
