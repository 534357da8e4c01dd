"""`doctor` where the network is taken away: it ends and reports what it could not reach."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from extended.tools import program
from server_process import COMMAND, environment

if TYPE_CHECKING:
    from pathlib import Path

ISOLATED = ("--map-root-user", "--net", "--mount")

SILENT_NAMES = """
import fcntl, socket, struct, subprocess, sys
subprocess.run(["mount", "--bind", sys.argv[1], "/etc/resolv.conf"], check=True)
silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(silent, 0x8914, struct.pack("16sh14x", b"lo", 0x41))  # SIOCSIFFLAGS: up and running
silent.bind(("127.0.0.1", 53))
sys.exit(subprocess.run(sys.argv[2:]).returncode)
"""
"""Runs a command where the one name server takes every question and answers none."""


def checks(home: Path, *before: str) -> dict[str, Any]:
    """Return the checks of a run without a network, by name."""
    ended = subprocess.run(
        [program("unshare", "util-linux"), *ISOLATED, *before, *COMMAND, "doctor", "--json"],
        env=environment(HOME=str(home), VAPI_API_KEY="a-private-key-1234"),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (1, b"")
    return {each["name"]: each for each in json.loads(ended.stdout)["checks"]}


def test_it_reports_that_nothing_is_reached(tmp_path: Path) -> None:
    found = checks(tmp_path)
    assert found["DNS"]["status"] == found["call"]["status"] == "problem"
    assert found["drift"]["status"] == "skipped"


def test_it_gives_up_name_servers_and_servers_that_are_silent(tmp_path: Path) -> None:
    text = "import signal, time; signal.signal(15, signal.SIG_IGN); [time.sleep(9) for _ in range(99)]"
    entry = {"command": sys.executable, "args": ["-c", text, "vapi-sessions-mcp"]}
    (tmp_path / ".claude.json").write_text(json.dumps({"mcpServers": {"mine": entry}}))
    names = tmp_path / "resolv.conf"
    names.write_text("nameserver 127.0.0.1\noptions timeout:30 attempts:5\n")
    found = checks(tmp_path, sys.executable, "-c", SILENT_NAMES, str(names))
    assert found["DNS"]["status"] == "problem"
    assert "did not answer" in found["claude-code: mine"]["found"]
    assert found["drift"]["status"] == "skipped"
