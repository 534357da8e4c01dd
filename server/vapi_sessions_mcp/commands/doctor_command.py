"""`vapi-sessions-mcp doctor`: what keeps the server from working, and the way out of each."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import anyio

from vapi_sessions_mcp.doctor import report
from vapi_sessions_mcp.doctor.examination import Examination
from vapi_sessions_mcp.doctor.limits import Limits

if TYPE_CHECKING:
    from vapi_sessions_mcp.doctor.finding import Finding
    from vapi_sessions_mcp.settings import Flags

_REQUESTS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""To end: by the keyboard, by another program, or by the terminal that is closed."""

_SIGNALLED = 128
"""With a signal's number, the exit status of a program that it ended."""


def run(flags: Flags, *, document: str | None, as_json: bool, limits: Limits | None = None) -> int:
    """Look at everything and print what was found.

    Args:
        flags: The command line's.
        document: The API's description to compare the contract with; the live one when None.
        as_json: Whether JSON is printed, and nothing else.
        limits: How long everything may take.

    Returns:
        0 when nothing keeps the server from working, else 1.
    """
    _be_quiet()
    limits = limits or Limits()
    if not as_json and sys.stderr is not None and sys.stderr.isatty():  # pyright: ignore[reportUnnecessaryComparison]  typeshed: never None
        sys.stderr.write(f"This takes at most {limits.total:g} seconds ...\n")
    findings = anyio.run(_found, flags, document, limits)
    if isinstance(findings, int):
        return findings
    print(report.as_json(findings) if as_json else _as_text(findings))
    return 0 if report.healthy(findings) else 1


async def _found(flags: Flags, document: str | None, limits: Limits) -> tuple[Finding, ...] | int:
    """Return what is found, or the exit status when the process is asked to end before.

    What was started has ended by then: the event loop by itself would leave behind what servers started.
    """
    asked: list[int] = []
    with anyio.CancelScope() as scope:

        def end(request: int) -> None:
            asked.append(request)
            scope.cancel()

        with suppress(NotImplementedError):  # Windows: the loop ends as it does everywhere else
            for request in _REQUESTS:
                asyncio.get_running_loop().add_signal_handler(request, end, request)
        return await Examination(flags, os.environ, document, limits).findings()
    return _SIGNALLED + asked[0]


def _as_text(findings: tuple[Finding, ...]) -> str:
    terminal = sys.stdout.isatty()
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") != "dumb"
    width = shutil.get_terminal_size((110, 24)).columns if terminal else 110
    return report.as_text(findings, width=width, colour=colour)


def _be_quiet() -> None:
    """Let libraries say nothing: what they would say of a failure is told as a finding."""
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False
    logging.getLogger().handlers[:] = [logging.NullHandler()]
    sys.unraisablehook = lambda _: None
