"""Whatever happens, each line of the log is one of ours, and nothing that anybody sent is in it."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from fake_upstream import SESSION_ID
from posted import HANDSHAKE, MODERN, Post, events_of
from served import Served, serving_http
from server.telemetry.ways import Caller, Parent, connections
from server_process import COMMAND, HELLO, LONGEST, environment, request

if TYPE_CHECKING:
    from pathlib import Path

    from server.telemetry.collector import Collector

KEY = 'planted"key\\with-signs-91c4'
"""As JSON writes it, it looks different."""

PLAIN = "plainly-planted-5d2e"
FORGED = ("\r\n", "\x1b[2J", "\u2028", "\x85", "\x0b", "\u202e")
PATHS = ("/mcp", "/sse", "/messages/", "/healthz", "/readyz", "/metrics", "/elsewhere")
DEBUG = ("--log-level", "debug", "--credentials", "header", "--sandbox")


def bodies(word: str) -> list[bytes]:
    """Return bodies that are no messages, with a word in each."""
    return [
        word.encode(),
        b'{"jsonrpc": "2.0", "id": 1, "method": ' + json.dumps(word).encode(),
        json.dumps({"jsonrpc": "2.0", "id": {"a": word}, "method": word, "params": word}).encode(),
        json.dumps({"jsonrpc": "1.0", word: word}).encode(),
        json.dumps([word, {"method": word}]).encode(),
        json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"_meta": word}}).encode(),
        json.dumps({"jsonrpc": "2.0", "method": word, "params": {"requestId": [word], "a": word}}).encode(),
        b"\xff\xfe" + word.encode("utf-16-le"),
    ]


async def post_everywhere(url: str, word: str, headers: dict[str, str]) -> None:
    """Send a word where it does not belong, over each transport and on each path."""
    media = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    async with connections({**headers, **media}) as http:
        post = Post(http, f"{url}/mcp", HANDSHAKE)
        await post.open()
        async with http.stream("GET", f"{url}/sse") as stream:
            events = events_of(stream)
            place = (await anext(events)).decode()
            await http.post(url + place, json=request("initialize", HELLO, 1))
            await anext(events)
            for body in bodies(word):
                for path in PATHS:
                    await http.post(f"{url}{path}", content=body, params={"q": word})
                await http.post(f"{url}/mcp", content=body, headers=post.headers)
                await http.post(f"{url}{place}", content=body)
                await http.post(f"{url}/mcp", content=body, headers={"mcp-protocol-version": MODERN})


def write(url: str, data: bytes) -> None:
    """Send bytes on a connection of their own, and read until its end."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port), LONGEST) as wire:
        wire.sendall(data)
        wire.shutdown(socket.SHUT_WR)
        while wire.recv(1 << 16):
            pass


def write_badly(url: str, word: bytes) -> None:
    """Send what is no HTTP, and what is but should not be."""
    for data in (
        word,
        b"GET /" + word,
        word + b" /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /" + word + b" HTTP/1.1\r\nHost: " + word + b"\r\nConnection: close\r\n\r\n",
        b"GET /messages/?session_id=" + word + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nMcp-Session-Id: "
        + word
        + b"\r\nContent-Length: x\r\n\r\n",
        b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + word + b"\r\n\r\n",
        b"GET /mcp HTTP/9.9\r\n" + word + b": " + word + b"\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + word,
    ):
        write(url, data)


def records(served: Served) -> list[dict[str, Any]]:
    """Return the log of a server that has ended; a line that is no object of JSON fails the test."""
    log = served.log()
    lines = [json.loads(line) for line in log.split("\n") if line]
    assert all(line["time"] and line["level"] and line["logger"] for line in lines)
    return lines


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_each_line_is_json_and_no_word_of_a_body_a_header_or_a_query_is_in_it(
    workers: str, tmp_path: Path
) -> None:
    flags = ["--workers", workers, "--sandbox-db", str(tmp_path / "db")] if workers != "1" else []
    with serving_http(*DEBUG, "--log-format", "json", *flags) as served:
        for key in (KEY, PLAIN):
            headers = {"authorization": f"Bearer {key}"}
            if workers == "1":
                await post_everywhere(served.url, key, headers)
                await post_everywhere(served.url, "a-strangers-word", headers)
            write_badly(served.url, key.encode())
        served.stop()
    lines = records(served)
    log = served.log()
    for word in (KEY, json.dumps(KEY)[1:-1], PLAIN, "a-strangers-word", "session_id"):
        assert word not in log
    assert {line["logger"] for line in lines} > {"vapi_sessions_mcp.http.access_log"}
    failed = {line["logger"] for line in lines if line["level"] in ("error", "critical")}
    assert failed <= {"mcp.server.sse"}, "only the SDK makes a fuss of a message that is none"


async def test_a_key_of_one_sign_takes_no_line_apart() -> None:
    keys = ('"', "\\", ":", "{", "}", ",", "e", "0", "n")
    with serving_http(*DEBUG) as served:
        async with connections({"content-type": "application/json"}) as http:
            for key in keys:
                post = Post(http, f"{served.url}/mcp", HANDSHAKE, {"authorization": f"Bearer {key}"})
                await post.open()
                await post.call("list_sessions", {})
                await http.post(f"{served.url}/mcp", content=b"{", headers=post.headers)
                async with http.stream("GET", f"{served.url}/sse", headers=post.headers) as stream:
                    events = events_of(stream)
                    place = served.url + (await anext(events)).decode()
                    await http.post(place, content=b"{", headers=post.headers)
        served.stop()
    lines = records(served)
    assert {line["logger"] for line in lines} > {"mcp.server.sse"}
    assert {line["path"] for line in lines if "path" in line} >= {"/mcp"}


async def test_no_protocol_session_s_id_is_in_it() -> None:
    with serving_http(*DEBUG) as served:
        async with connections({"authorization": f"Bearer {PLAIN}"}) as http:
            post = Post(http, f"{served.url}/mcp", HANDSHAKE)
            opened = await post.open()
            await post.call("list_sessions", {})
            async with http.stream("GET", f"{served.url}/sse") as stream:
                events = events_of(stream)
                place = (await anext(events)).decode()
                await http.post(served.url + place, json=request("initialize", HELLO, 1))
                await http.post(served.url + place, content=b"{")
                other = {"authorization": "Bearer anothers-key-4711"}
                await http.post(served.url + place, json=request("ping"), headers=other)
            await http.post(served.url + place, json=request("ping"))
            await http.delete(f"{served.url}/mcp", headers=post.headers)
            await http.delete(f"{served.url}/mcp", headers=post.headers)
        served.stop()
    records(served)
    assert opened is not None
    assert opened not in served.log()
    assert place.partition("=")[2] not in served.log()


async def test_nobody_forges_a_line_or_moves_a_cursor() -> None:
    with serving_http(*DEBUG, "--log-format", "text") as served:
        for sign in FORGED:
            forged = f"x{sign}2026-01-01T00:00:00 CRITICAL forged"
            write_badly(served.url, forged.encode())
            async with connections() as http:
                post = Post(http, f"{served.url}/mcp", HANDSHAKE, {"authorization": f"Bearer {PLAIN}"})
                await post.open()
                await post.ask(forged)
                await post.call(forged, {forged: forged})
                await post.ask("resources/read", {"uri": forged})
        served.stop()
    log = served.log()
    assert "forged" not in log
    for line in log.removesuffix("\n").split("\n"):
        assert line.isprintable()
        assert re.match(
            r"\d{4}-\d\d-\d\dT[\d:.+]+ [A-Z]+ vapi_|  |\d{4}\S+ WARNING uvicorn|\d{4}\S+ WARNING mcp", line
        ), line


async def test_the_line_of_a_call_names_its_trace(collector: Collector) -> None:
    parent = Parent()
    with serving_http("--sandbox", OTEL_EXPORTER_OTLP_ENDPOINT=collector.url) as served:
        meta = {"traceparent": parent.header}
        await Caller("modern", served.url).call("get_session", {"id": SESSION_ID}, meta=meta)
        served.stop()
    (server,) = [span for span in collector.trace(parent.trace, 1) if span.name.startswith("tools/call")]
    (line,) = [line for line in records(served) if line.get("path") == "/mcp"]
    assert (line["trace_id"], line["span_id"]) == (parent.trace, server.id)


def test_on_a_terminal_it_is_text() -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "http", "--port", "0", "--sandbox"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env=environment(),
    )
    os.close(theirs)
    try:
        assert select.select([ours], [], [], LONGEST)[0]
        first = os.read(ours, 1 << 16).decode()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(LONGEST)
        os.close(ours)
    assert " INFO vapi_sessions_mcp" in first
    assert not first.startswith("{")
