"""A container's health: that /healthz answers where `http` is served; stdio has nobody to ask.

    health_check.py [CMDLINE]

CMDLINE is the file that tells how the program was started, the container's first process when left out.
"""

from __future__ import annotations

import http.client
import os
import sys
from pathlib import Path

FIRST_PROCESS = "/proc/1/cmdline"
DEFAULT_PORT = "8000"
LONGEST = 4.0
"""Seconds for an answer, less than the container's engine waits."""


def main(cmdline: str = FIRST_PROCESS) -> int:
    """Return 0 when the program is healthy, 1 when it is not."""
    words = Path(cmdline).read_text("utf-8", errors="replace").split("\0")
    if "http" not in words:
        return 0
    port = stated_port(words)
    try:
        status = health(int(port))
    except (OSError, ValueError, http.client.HTTPException) as error:
        sys.stdout.write(f"no answer on port {port}: {error}\n")
        return 1
    sys.stdout.write(f"/healthz answered {status}\n")
    return 0 if status == 200 else 1


def stated_port(words: list[str]) -> str:
    """Return the port that the command line, else the environment, gives."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "--port":
            return following
        if word.startswith("--port="):
            return word.removeprefix("--port=")
    return os.environ.get("VAPI_HTTP_PORT", "").strip() or DEFAULT_PORT


def health(port: int) -> int:
    """Ask this machine and return the status of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
