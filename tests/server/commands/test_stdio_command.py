"""The server that a client starts: what it leaves behind of its process while it serves."""

from __future__ import annotations

import sys

from server_process import ServerProcess, opening, request

SCRIPT = """
import atexit, gc, sys
from vapi_sessions_mcp.cli import main

def tell():
    sys.stderr.write(f"collecting {gc.isenabled()} frozen {gc.get_freeze_count() > 0}\\n")

atexit.register(tell)
sys.exit(main(["--sandbox"]))
"""


def test_it_serves_to_the_end_of_the_input_and_collects_garbage_but_its_own() -> None:
    with ServerProcess(command=(sys.executable, "-c", SCRIPT)) as process:
        process.write(opening())
        process.send(request("tools/list"))
        process.end_input()
        assert [answer["id"] for answer in process.rest()] == ["hello", 1]
        assert process.status() == 0
        assert "collecting True frozen True" in process.log()
