"""Log lines cannot be forged and contain nothing that a client sent."""

from __future__ import annotations

import json
import re
import socket
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import pytest

from in_process import http_server
from posted import HANDSHAKE, Post, events_of
from security.conftest import recorded_log
from server_process import HELLO, LONGEST, request
from telemetry.callers import connections

if TYPE_CHECKING:
    import httpx

SIGNS = 'planted"key\\with-signs\r\n\x1b[2J\u2028\x85\x0b\u202e2026-01-01T00:00:00 CRITICAL forged'
LINE = re.compile(r"\d{4}-\d\d-\d\dT[\d:.+]+ [A-Z]+ (vapi_|uvicorn|mcp)|  ")


def write_malformed(url: str, word: bytes) -> None:
    """Send what is not HTTP, and HTTP that is not valid, each on a connection of its own."""
    place = urlsplit(url)
    for data in (
        word,
        b"GET /" + word,
        word + b" /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /" + word + b" HTTP/1.1\r\nHost: " + word + b"\r\nConnection: close\r\n\r\n",
        b"GET /sse?" + word + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\nX: " + word + b"\r\n\r\n",
        b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + word + b"\r\n",
        b"GET /mcp HTTP/9.9\r\n" + word + b": " + word + b"\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + word,
    ):
        with socket.create_connection((place.hostname, place.port), LONGEST) as wire:
            wire.sendall(data)
            wire.shutdown(socket.SHUT_WR)
            while wire.recv(1 << 16):
                pass


async def use_sessions(http: httpx.AsyncClient, url: str) -> tuple[str, str]:
    """Use a protocol session of each transport, rightly and wrongly, and return their ids."""
    post = Post(http, f"{url}/mcp", HANDSHAKE)
    opened = await post.open()
    assert opened is not None
    await post.ask(SIGNS)
    await post.call(SIGNS, {SIGNS: SIGNS})
    async with http.stream("GET", f"{url}/sse") as stream:
        place = url + (await anext(events_of(stream))).decode()
        await http.post(place, json=request("initialize", HELLO))
        await http.post(place, content=b"{")
        await http.post(place, json=request("ping"), headers={"authorization": "Bearer anothers-key-4711"})
    await http.post(place, json=request("ping"))
    for _ in range(2):
        await http.delete(f"{url}/mcp", headers=post.headers)
    return opened, place.partition("=")[2]


@pytest.mark.parametrize("form", ["json", "text"])
async def test_log_lines_cannot_be_forged_and_hold_no_input_and_no_session_id(
    form: Literal["json", "text"],
) -> None:
    with recorded_log(form) as log, http_server("--credentials", "header", "--sandbox") as url:
        for word in (SIGNS, *SIGNS.splitlines()):
            write_malformed(url, word.encode())
        async with connections({"authorization": 'Bearer planted"key\\'}) as http:
            ids = await use_sessions(http, url)
    for line in log.getvalue().removesuffix("\n").split("\n"):
        assert line.isprintable()
        assert json.loads(line)["message"] if form == "json" else LINE.match(line), line
    assert "/messages" in log.getvalue()
    for word in ("forged", "planted", "with-signs", "4711", *ids):
        assert word not in log.getvalue()
