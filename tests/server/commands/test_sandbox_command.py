"""`sandbox`: the emulator on a port, and what it cannot be started with."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from server_process import ServerProcess
from vapi_sessions_mcp.commands.sandbox_command import run
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

ORDINARY: Mapping[str, Any] = {
    "port": 0,
    "database": None,
    "fail_status": None,
    "retry_after": None,
    "fail_rate": 1.0,
    "latency": 0.0,
}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"fail_status": 99}, "--fail-status"),
        ({"retry_after": -1}, "--retry-after"),
        ({"fail_rate": -1.0}, "--fail-rate"),
        ({"latency": -1.0}, "--latency"),
        ({"port": 70_000}, "port 70000 cannot be used"),
        ({"database": str(Path("no-such-folder") / "x.db")}, "no-such-folder"),
    ],
)
def test_what_it_cannot_be_started_with_is_named(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        run(**{**ORDINARY, **wrong})


def test_a_port_in_use_is_named_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"port {port} cannot be used.*--port, 0 for any"):
            run(**{**ORDINARY, "port": port})


WATCHED = """
import gc, os, signal, socket, sys, threading
from vapi_sessions_mcp.cli import main

def watch(port):
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(b"GET /session HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n")
        connection.recv(1)
    print("collecting", gc.isenabled(), flush=True)
    os.kill(os.getpid(), signal.SIGINT)

class Told:
    def write(self, text):
        port = int(text.split("127.0.0.1:")[1].split()[0])
        threading.Thread(target=watch, args=(port,), daemon=True).start()
    def flush(self):
        pass

sys.stderr = Told()
sys.exit(main(["sandbox", "--port", "0"]))
"""


def test_it_listens_when_it_says_so_and_collects_garbage_while_it_serves() -> None:
    with ServerProcess(command=(sys.executable, "-c", WATCHED)) as process:
        assert process.line() == b"collecting True\n"
        assert process.status() == 130
