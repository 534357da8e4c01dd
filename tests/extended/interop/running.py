"""A client run from its start to its end, with a server of its own, bounded in time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extended.interop.leftovers import end_leftovers
from extended.interop.steps import as_brief
from extended.interop.verdict import KEY, Seen
from served import serving_http
from server_process import COMMAND, environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extended.interop.matrix import Client

LONGEST = 120.0
"""Seconds for a client to tell the whole story."""

_KEY_HEADER = {"Authorization": f"Bearer {KEY}"}


def see(client: Client, way: str, command: Sequence[str], longest: float = LONGEST) -> Seen:
    """Run a client against a server, and return what was seen.

    Args:
        client: The one to run.
        way: How it reaches the server.
        command: What runs its script.
        longest: Seconds after which it is ended.
    """
    if way == "stdio":
        return _see_over_stdio(client, command, longest)
    flags = ("--credentials", "header") if way == "key" else ()
    with serving_http("--sandbox", *flags) as server:
        url = f"{server.url}/{'sse' if way == 'sse' else 'mcp'}"
        headers = _KEY_HEADER if way == "key" else {}
        brief = _brief(client, "sse" if way == "sse" else "http", url=url, headers=headers)
        seen = _run(command, brief, longest)
        server.stop()
        return Seen(*seen, requests=_requests(server.log()), log=server.log())


def _see_over_stdio(client: Client, command: Sequence[str], longest: float) -> Seen:
    """Let the client start the server; once, or for each call, so that the sessions are kept in a file."""
    with tempfile.TemporaryDirectory() as folder:
        sessions = str(Path(folder) / "sessions.sqlite")
        variables = {"VAPI_SANDBOX": "true", "VAPI_SANDBOX_DB": sessions}
        seen = _run(command, _brief(client, "stdio", command=COMMAND, environment=variables), longest)
        return Seen(*seen, left=end_leftovers(sessions))


def _brief(client: Client, transport: str, **more: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {"command": [], "environment": {}, "url": None, "headers": {}}
    return {"transport": transport, "era": client.era, "steps": as_brief(), **nothing, **more}


def _run(command: Sequence[str], brief: dict[str, Any], longest: float) -> tuple[int | None, str, str]:
    """Run a client's script, and return its exit status and what it wrote.

    It writes into files: a pipe that a process of its own has inherited would not end with it.
    """
    file = tempfile.TemporaryFile
    with file() as told, file() as said, file() as errors:
        told.write(json.dumps(brief).encode())
        told.seek(0)
        process = subprocess.Popen(
            command, stdin=told, stdout=said, stderr=errors, env=_environment(), start_new_session=True
        )
        status = _status(process, longest)
        said.seek(0)
        errors.seek(0)
        return status, said.read().decode(errors="replace"), errors.read().decode(errors="replace")


def _status(process: subprocess.Popen[bytes], longest: float) -> int | None:
    try:
        return process.wait(longest)
    except subprocess.TimeoutExpired:
        if hasattr(os, "killpg"):  # and so all that it started and that stayed in its group
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()
        return None


def _environment() -> dict[str, str]:
    """Return an ordinary environment less the proxies: the server is on this machine."""
    return {name: value for name, value in environment().items() if not name.lower().endswith("_proxy")}


def _requests(log: str) -> frozenset[str]:
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    return frozenset(f"{line['method']} {line['path']}" for line in lines if "path" in line)
