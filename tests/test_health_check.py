"""The health check of the container: /healthz where `http` is served, at the port that the program has."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from deploy.health_check import main

from fake_upstream import FakeUpstream, serving

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def cmdline(tmp_path: Path) -> Path:
    return tmp_path / "cmdline"


def check(cmdline: Path, *words: str) -> int:
    """Run the health check for a process that was started with these words."""
    cmdline.write_text("\0".join(("vapi-sessions-mcp", *words, "")), "utf-8")
    return main(str(cmdline))


def test_stdio_is_healthy(cmdline: Path) -> None:
    assert check(cmdline, "--sandbox") == 0


@pytest.mark.parametrize("way", ["--port {}", "--port={}", "environment"])
@pytest.mark.parametrize(("status", "expected"), [(200, 0), (503, 1)])
def test_http_is_healthy_when_healthz_succeeds(
    cmdline: Path, monkeypatch: pytest.MonkeyPatch, way: str, status: int, expected: int
) -> None:
    upstream = FakeUpstream()
    upstream.respond({"status": "any"}, status)
    with serving(upstream) as url:
        port = url.rpartition(":")[2]
        if way == "environment":
            monkeypatch.setenv("VAPI_HTTP_PORT", port)
        words = [] if way == "environment" else way.format(port).split()
        assert check(cmdline, "http", *words) == expected
    assert [request.path for request in upstream.requests] == ["/healthz"]


def test_a_port_where_nothing_answers_is_unhealthy(cmdline: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert [check(cmdline, "http", f"--port={text}") for text in (port, "not a number")] == [1, 1]
    assert capsys.readouterr().out.count("no answer on port") == 2
