"""The program in this process: its command line, and its HTTP server in a thread.

Faster than a process of its own, and the same code but for its start. What only a process shows (signals,
pipes, exit, log format) is tested in `e2e/`.
"""

from __future__ import annotations

import io
import os
import socket
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unittest import mock

from fake_upstream import serving_config
from server_process import KEY, environment, restored_process
from vapi_sessions_mcp.assembly import assemble
from vapi_sessions_mcp.cli import main
from vapi_sessions_mcp.command_line import build_parser
from vapi_sessions_mcp.http.application import create_application
from vapi_sessions_mcp.http.http_settings import HttpFlags, resolve_http
from vapi_sessions_mcp.http.metrics import Metrics
from vapi_sessions_mcp.http.serving import server_config
from vapi_sessions_mcp.http.upstream_spans import Observers, UpstreamSpans
from vapi_sessions_mcp.settings import Flags, resolve

if TYPE_CHECKING:
    from collections.abc import Generator

    from vapi_sessions_mcp.http.tracing import Tracing


@dataclass(frozen=True)
class Ended:
    """Exit status of a command, and what it wrote."""

    status: int
    out: str
    err: str


def run_main(*arguments: str, stdin: str = "", **variables: str) -> Ended:
    """Run the command line to its end.

    Args:
        arguments: Without the program's name.
        stdin: What it reads; not a terminal.
        variables: Added to an environment that has none of our settings.
    """
    streams = [io.TextIOWrapper(io.BytesIO(data), encoding="utf-8") for data in (stdin.encode(), b"", b"")]
    with (
        restored_process(),
        mock.patch.dict(os.environ, environment(**variables), clear=True),
        mock.patch.multiple(sys, stdin=streams[0], stdout=streams[1], stderr=streams[2]),
    ):
        try:
            status = main(arguments)
        except SystemExit as ended:  # argparse ends the program
            status = int(ended.code or 0)
        for stream in streams[1:]:
            stream.flush()
    out, err = (stream.detach().getvalue().decode() for stream in streams[1:])  # type: ignore[attr-defined]
    return Ended(status, out, err)


@contextmanager
def http_server(
    *flags: str,
    tracing: Tracing | None = None,
    **variables: str,
) -> Generator[str]:
    """Serve MCP over HTTP on a free loopback port, in a thread; yields the URL.

    Args:
        flags: Of the `http` command; `--sandbox` when no API is named.
        tracing: Sends the traces, none when left out.
        variables: The environment; the key is added unless it is given, or comes with each request.
    """
    api = () if {"--base-url", "--sandbox", "--openapi"} & set(flags) else ("--sandbox",)
    given = vars(build_parser().parse_args(["http", *flags, *api]))
    found = variables if "header" in flags else {"VAPI_API_KEY": KEY, **variables}
    settings = resolve(Flags(**{name: given[name] for name in Flags.model_fields}), found)
    chosen = HttpFlags(**{name: given[name] for name in HttpFlags.model_fields})
    http = resolve_http(chosen, found, settings, terminal=False)
    metrics = Metrics()
    observers = (metrics.upstream(), *([UpstreamSpans(settings.base_url)] if tracing else []))
    toolset = assemble(settings, observer=Observers(*observers))
    application = metrics.over(create_application(settings, http, toolset, metrics, tracing=tracing))
    config = server_config(application)
    with socket.create_server(("127.0.0.1", 0)) as listener, serving_config(config, listener) as url:
        yield url
