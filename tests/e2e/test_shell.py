"""Commands as processes: a terminal, a closed pipe, a full disk, signals."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from fake_upstream import SESSION_ID, session
from served import serving_sandbox
from server_process import COMMAND, KEY, LONGEST, ServerProcess, environment
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from fake_upstream import FakeUpstream

POSIX = pytest.mark.skipif(os.name != "posix", reason="POSIX terminals, descriptors and signals")


def test_installed_command_is_the_program() -> None:
    installed = next(Path(sys.executable).parent.glob("vapi-sessions-mcp*"))
    with ServerProcess("--version", command=(str(installed),)) as process:
        assert process.line().decode().strip() == f"vapi-sessions-mcp {__version__}"
        assert process.status() == 0


@POSIX
def test_broken_pipe_prints_no_error() -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    command = ("call", "list_sessions", "{}", "--sandbox")  # short enough to be kept until the end
    with os.fdopen(theirs, "wb") as output, ServerProcess(*command, stdout=output) as process:
        assert process.status() == 1
        assert process.log() == ""


@POSIX
@pytest.mark.parametrize(
    ("redirection", "words"),
    [
        (">&-", "standard output is closed"),
        pytest.param(
            ">/dev/full",
            "No space left on device",
            marks=pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device"),
        ),
    ],
)
def test_output_that_cannot_be_written_is_reported_in_one_line(redirection: str, words: str) -> None:
    script = f'exec "$0" -m vapi_sessions_mcp tools {redirection}'
    with ServerProcess(command=("sh", "-c", script, sys.executable)) as process:
        assert process.status() == 1
        (line,) = process.log().splitlines()
        assert words in line


@POSIX
def test_call_is_confirmed_at_a_terminal(upstream: FakeUpstream, upstream_url: str) -> None:
    import pty

    upstream.respond(session(name="Order 1042"))
    arguments = ("call", "delete_session", f'{{"id": "{SESSION_ID}"}}', "--confirm", "delete_session")
    env = environment(VAPI_API_KEY=KEY, VAPI_BASE_URL=upstream_url)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *arguments], stdin=theirs, stderr=theirs, stdout=subprocess.DEVNULL, env=env
    )
    with process, os.fdopen(ours, "r+b", buffering=0) as terminal:
        os.close(theirs)
        shown = b""
        while b"[y/N] " not in shown:
            assert select.select([terminal], [], [], LONGEST)[0], shown
            shown += terminal.read(1024) or b""
        assert shown.decode().splitlines() == [
            f"Delete session {SESSION_ID} for good:",
            '- current name: "Order 1042"',
            "Shall this be done? [y/N] ",
        ]
        terminal.write(b"y\n")
        assert process.wait(LONGEST) == 0
    assert [request.method for request in upstream.requests] == ["GET", "DELETE"]


STUBBORN = """
import signal, socket
signal.signal(signal.SIGTERM, signal.SIG_IGN)
connection = socket.create_connection(("127.0.0.1", {port}))
connection.sendall(b"started")
while True:
    signal.pause()
"""


@POSIX
def test_interrupted_doctor_ends_the_servers_that_it_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(LONGEST)
        script = tmp_path / "stubborn.py"
        script.write_text(STUBBORN.format(port=listener.getsockname()[1]))
        entry = {"command": "sh", "args": ["-c", f"{sys.executable} {script}; true", "vapi-sessions-mcp"]}
        (tmp_path / ".claude.json").write_text(json.dumps({"mcpServers": {"stubborn": entry}}))
        process = subprocess.Popen(
            [*COMMAND, "doctor", "--sandbox", "--json"],
            env=environment(HOME=str(tmp_path)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(LONGEST)
            assert connection.recv(16) == b"started"
            process.send_signal(signal.SIGTERM)
            assert process.communicate(timeout=LONGEST) == (b"", b"")
            assert connection.recv(16) == b""  # its only holder has ended
    assert process.returncode == 143


@POSIX
def test_sandbox_listens_when_it_reports_its_address_and_ends_on_ctrl_c() -> None:
    with serving_sandbox() as sandbox:
        assert httpx.get(f"{sandbox.url}/session", timeout=LONGEST).status_code == 401
        sandbox.process.send_signal(signal.SIGINT)
        assert sandbox.status() == 130
