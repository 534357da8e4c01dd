"""The faster parser: however the bytes are cut, each request is the one that was sent, and only one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast
from unittest import mock

import pytest
from uvicorn.server import ServerState

from vapi_sessions_mcp.http.connection import ConnectionConfig, LimitedProtocol

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

UPGRADE = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
CHUNKED = b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
NEXT = b"GET /next HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def seen(*pieces: bytes) -> list[tuple[str, dict[bytes, bytes], bytes]]:
    """Return the requests that an application gets from pieces of bytes."""
    found: list[tuple[str, dict[bytes, bytes], bytes]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        found.append((f"{scope['method']} {scope['path']}", dict(scope["headers"]), body))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    config = ConnectionConfig(app, log_config=None, ws="none", lifespan="off")
    config.load()
    make = cast("Any", LimitedProtocol)
    protocol = make(config=config, server_state=ServerState(), app_state={})
    wire = mock.Mock(spec=asyncio.Transport)
    wire.get_extra_info.return_value = None
    wire.is_closing.side_effect = lambda: wire.close.called or wire.abort.called
    protocol.connection_made(wire)
    for piece in pieces:
        if not wire.is_closing():
            protocol.data_received(piece)
        for _ in range(5):
            await asyncio.sleep(0)
    protocol.connection_lost(None)
    return found


def posted(body: bytes, headers: bytes = b"") -> bytes:
    length = b"Content-Length: %d\r\n" % len(body)
    return b"POST /mcp HTTP/1.1\r\nHost: localhost\r\n" + headers + length + b"\r\n" + body


@pytest.mark.parametrize("before", [b"", NEXT])
async def test_offered_protocol_is_ignored_wherever_the_bytes_are_cut(before: bytes) -> None:
    whole = before + posted(b'{"a": 1}', UPGRADE) + NEXT
    for cut in range(len(before) + 1, len(whole)):
        *_, one, following = await seen(whole[:cut], whole[cut:])
        assert (one[0], one[2]) == ("POST /mcp", b'{"a": 1}'), cut
        assert b"upgrade" not in one[1]
        assert b"connection" not in one[1]
        assert following[0] == "GET /next"


async def test_body_is_not_read_as_headers_wherever_the_bytes_are_cut() -> None:
    body = b"A" + b"\r\nupgrade: x" * 3 + b"\r\n\r\n" + NEXT
    whole = posted(body)
    for cut in range(1, len(whole)):
        (one,) = await seen(whole[:cut], whole[cut:])
        assert one[2] == body


async def test_other_connection_options_are_kept() -> None:
    (one,) = await seen(posted(b"", b"Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"))
    assert one[1][b"connection"] == b"keep-alive"


async def test_trailer_fields_are_not_headers() -> None:
    (one,) = await seen(CHUNKED + b"2\r\n{}\r\n0\r\nHost: other\r\nX-Vapi-Key: planted\r\n\r\n")
    assert one[1:] == ({b"host": b"localhost", b"transfer-encoding": b"chunked"}, b"{}")


@pytest.mark.parametrize("field", [b"x" * 60_000, b"X: y\r\n" * 10_000])
async def test_trailer_fields_without_end_end_the_connection(field: bytes) -> None:
    assert await seen(CHUNKED + b"2\r\n{}\r\n0\r\n", *[field] * 4, b"\r\n\r\n") == []


async def test_large_body_in_chunks_is_read() -> None:
    sent = CHUNKED + (b"400\r\n" + b"x" * 1024 + b"\r\n") * 500 + b"0\r\n\r\n"
    (one,) = await seen(*(sent[at : at + 30_000] for at in range(0, len(sent), 30_000)))
    assert len(one[2]) == 500 * 1024


@pytest.mark.parametrize("request_", [NEXT, posted(b"{}", UPGRADE)])
async def test_too_many_pipelined_requests_end_the_connection(request_: bytes) -> None:
    assert len(await seen(request_ * 200, request_ * 200)) <= 2
