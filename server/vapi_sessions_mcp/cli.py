"""The command line: which command, with which settings, and how its failure is told.

Nothing heavy is imported before it is known what is wanted: a client waits for the first answer.
"""

from __future__ import annotations

import gc
import io
import logging
import os
import sys
from typing import TYPE_CHECKING

from vapi_sessions_mcp.command_line import PROGRAM, WRONG_USAGE, build_parser

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from typing import TextIO

    from vapi_sessions_mcp.settings import Flags, LogLevel, Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status.

    Args:
        arguments: Without the program's name; the process's own when left out.
    """
    gc.disable()  # imports make much and drop nothing: collecting meanwhile only costs time
    parsed = _parse(list(sys.argv[1:] if arguments is None else arguments))
    try:
        _check_propagators()
        return _RUNS[parsed.command](parsed) if parsed.command in _SERVING else _print(parsed)
    except BrokenPipeError:
        _discard_output()  # whoever read standard output has seen enough
        return 1
    except KeyboardInterrupt:
        return 130
    except _settings_error() as error:
        sys.stderr.write(f"{PROGRAM}: {error}\n")
        return WRONG_USAGE


def _parse(given: list[str]) -> argparse.Namespace:
    bare = not given or (given[0].startswith("-") and given[0] not in ("-h", "--help", "--version"))
    parser = build_parser()
    parsed, unknown = parser.parse_known_args(["stdio", *given] if bare else given)
    late = next((word for word in unknown if word in _RUNS), None)
    if bare and late is not None:
        parser.error(f"flags come after the command word: {late} ... {given[0]}")
    if unknown:
        # The command's own parser knows the options that may have been meant.
        parsed.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    return parsed


def _print(parsed: argparse.Namespace) -> int:
    """Run a command that prints: JSON is UTF-8, whatever the environment says."""
    if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison]  typeshed: never None
        sys.stderr.write(f"{PROGRAM}: standard output is closed; there is nowhere to print to\n")
        return 1
    for stream, errors in ((sys.stdin, "strict"), (sys.stdout, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)
    try:
        status = _RUNS[parsed.command](parsed)
        sys.stdout.flush()  # here, where a reader that is gone is no fault; at exit it would be one
    except BrokenPipeError:
        raise
    except OSError as error:
        _discard_output()
        sys.stderr.write(f"{PROGRAM}: {error}\n")
        return 1
    return status


def _discard_output() -> None:
    """Leave what was not written nothing to complain about at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _settings_error() -> type[Exception]:
    from vapi_sessions_tools.errors import SettingsError

    return SettingsError


def _settings(parsed: argparse.Namespace) -> Settings:
    from vapi_sessions_mcp.logs import configure_logs

    settings = _resolved(parsed)
    configure_logs(settings.log_level, settings.credential)
    _warn_of_unfilled()
    return settings


def _resolved(parsed: argparse.Namespace, log_level: LogLevel = "warning") -> Settings:
    from vapi_sessions_mcp.settings import resolve

    return resolve(_flags(parsed), os.environ, log_level=log_level)


def _flags(parsed: argparse.Namespace) -> Flags:
    from vapi_sessions_mcp.settings import Flags

    return Flags(**{name: getattr(parsed, name) for name in Flags.model_fields})


def _warn_of_unfilled() -> None:
    from vapi_sessions_mcp.settings import unfilled

    for name in unfilled(os.environ):
        logging.getLogger(__name__).warning("%s holds a placeholder that was not filled in: not given", name)


def _check_propagators() -> None:
    """Find out that the MCP SDK can be loaded: it loads what this variable of OpenTelemetry's names.

    Raises:
        SettingsError: It cannot.
    """
    named = os.environ.get("OTEL_PROPAGATORS", "")
    if not named:
        return
    try:
        import opentelemetry.propagate as _  # noqa: F401
    except ValueError as error:
        message = f"OTEL_PROPAGATORS is {named!r}; expected names such as tracecontext,baggage, or nothing"
        raise _settings_error()(message) from error


def _stdio(parsed: argparse.Namespace) -> int:
    from vapi_sessions_mcp.commands.stdio_command import run

    return run(_settings(parsed))


def _http(parsed: argparse.Namespace) -> int:
    from vapi_sessions_mcp.commands.http_command import run
    from vapi_sessions_mcp.http.http_settings import HttpFlags, resolve_http
    from vapi_sessions_mcp.logs import configure_logs

    settings = _resolved(parsed, "info")
    flags = HttpFlags(**{name: getattr(parsed, name) for name in HttpFlags.model_fields})
    http = resolve_http(flags, os.environ, settings, terminal=_is_terminal(sys.stderr))
    configure_logs(settings.log_level, settings.credential, form=http.log_format)
    _warn_of_unfilled()
    return run(settings, http)


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _demo(_parsed: argparse.Namespace) -> int:
    from vapi_sessions_mcp.commands.demo_command import run

    return run()


def _tools(parsed: argparse.Namespace) -> int:
    from vapi_sessions_mcp.commands.tools_command import run

    return run(_settings(parsed), as_json=parsed.json)


def _call(parsed: argparse.Namespace) -> int:
    from vapi_sessions_mcp.commands.call_command import run

    return run(_settings(parsed), parsed.tool, parsed.arguments)


def _transcript(parsed: argparse.Namespace) -> int:
    from vapi_sessions_mcp.commands.transcript_command import run

    return run(_settings(parsed), parsed.identity)


def _sandbox(parsed: argparse.Namespace) -> int:
    from vapi_sessions_mcp.commands.sandbox_command import run

    return run(
        port=parsed.port,
        database=parsed.db,
        fail_status=parsed.fail_status,
        fail_rate=parsed.fail_rate,
        retry_after=parsed.retry_after,
        latency=parsed.latency,
    )


def _config(parsed: argparse.Namespace) -> int:
    from vapi_sessions_mcp.commands.config_command import run

    return run(parsed.client, _flags(parsed), write=parsed.write, file=parsed.file)


def _doctor(parsed: argparse.Namespace) -> int:
    from vapi_sessions_mcp.commands.doctor_command import run

    return run(_flags(parsed), document=parsed.document, as_json=parsed.json)


def _export(parsed: argparse.Namespace) -> int:
    from vapi_sessions_mcp.commands.export_command import definitions, naftiko, skill

    if parsed.form is None:
        parsed.parser.error("say openai, openai-chat, anthropic, skill or naftiko")
        return WRONG_USAGE
    settings, flags = _settings(parsed), _flags(parsed)
    if parsed.form == "skill":
        return skill(settings, parsed.folder, flags=flags, force=parsed.force)
    if parsed.form == "naftiko":
        return naftiko(
            settings,
            parsed.file,
            spec=parsed.spec,
            flags=flags,
            address=parsed.address,
            force=parsed.force,
        )
    return definitions(settings, parsed.form, flags=flags)


def _contract(parsed: argparse.Namespace) -> int:
    from vapi_sessions_mcp.commands.contract_command import build, diff

    if parsed.action == "build":
        return build(parsed.sources, parsed.output, overlay=parsed.overlay, only=parsed.only)
    if parsed.action == "diff":
        return diff(parsed.old, parsed.new, only=parsed.only)
    parsed.parser.error("say build or diff")
    return WRONG_USAGE


_RUNS = {
    "stdio": _stdio,
    "http": _http,
    "demo": _demo,
    "tools": _tools,
    "call": _call,
    "transcript": _transcript,
    "sandbox": _sandbox,
    "config": _config,
    "doctor": _doctor,
    "export": _export,
    "contract": _contract,
}
_SERVING = ("stdio", "http", "sandbox")
"""The commands that print nothing."""
