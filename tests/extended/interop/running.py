"""A client run from its start to its end against a server, bounded in time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extended.interop.verdict import STEPS
from extended.tools import without_proxies
from served import serving_http
from server_process import COMMAND, environment

LONGEST = 120.0
"""Seconds for all calls of a client."""
KEY = "a-key-that-only-this-user-has"


@dataclass(frozen=True)
class Seen:
    """What a run left behind.

    Args:
        status: The client's exit status; None when it had to be killed.
        output: Its standard output.
        errors: Its standard error.
        log: The server's log; empty over stdio.
    """

    status: int | None
    output: str
    errors: str = ""
    log: str = ""

    @property
    def requests(self) -> set[str]:
        """The methods and paths that the server received, such as `POST /mcp`."""
        lines = [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]
        return {f"{line['method']} {line['path']}" for line in lines if "path" in line}


def run_client(command: list[str], protocol: str, transport: str) -> Seen:
    """Run a client over a transport, with a server of its own."""
    brief: dict[str, Any] = {
        "protocol": protocol,
        "transport": "http" if transport == "key" else transport,
        "command": [],
        "environment": {},
        "url": None,
        "headers": {},
        "steps": [{"step": step.name, "tool": step.tool, "arguments": step.arguments} for step in STEPS],
    }
    if transport == "stdio":  # some clients start a server for each call, so that sessions are kept in a file
        with tempfile.TemporaryDirectory() as folder:
            sessions = str(Path(folder) / "sessions.sqlite")
            variables = {"VAPI_SANDBOX": "true", "VAPI_SANDBOX_DB": sessions}
            return Seen(*_run(command, {**brief, "command": COMMAND, "environment": variables}))
    with serving_http("--sandbox", *(("--credentials", "header") if transport == "key" else ())) as server:
        headers = {"Authorization": f"Bearer {KEY}"} if transport == "key" else {}
        url = f"{server.url}/{'sse' if transport == 'sse' else 'mcp'}"
        seen = _run(command, {**brief, "url": url, "headers": headers})
        server.stop()
        return Seen(*seen, log=server.log())


def _run(command: list[str], brief: dict[str, Any]) -> tuple[int | None, str, str]:
    """Run a script; it writes into files, for a pipe stays open as long as a leftover process has it."""
    with (
        tempfile.TemporaryFile() as given,
        tempfile.TemporaryFile() as output,
        tempfile.TemporaryFile() as errors,
    ):
        given.write(json.dumps(brief).encode())
        given.seek(0)
        variables = without_proxies(environment())
        process = subprocess.Popen(
            command, stdin=given, stdout=output, stderr=errors, env=variables, start_new_session=True
        )
        try:
            status = process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            if process.poll() is None:
                _kill(process)
        for written in (output, errors):
            written.seek(0)
        return status, output.read().decode(errors="replace"), errors.read().decode(errors="replace")


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with all that it started in its group."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
