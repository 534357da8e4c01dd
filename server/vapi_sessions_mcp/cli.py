"""The command line: which command, with which settings, and how its failure is told.

Nothing heavy is imported before it is known what is wanted: a client waits for the first answer.
"""

from __future__ import annotations

import argparse
import difflib
import gc
import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vapi_sessions_mcp.settings import Settings

PROGRAM = "vapi-sessions-mcp"
WRONG_USAGE = 2

_DESCRIPTION = """\
MCP server for Vapi sessions: conversations that outlive a call, as five agent tools.

Without a command it serves MCP over standard input and output, which is what an MCP client starts."""

_EPILOG = """\
The key is read from VAPI_API_KEY (or VAPI_TOKEN, VAPI_PRIVATE_API_KEY, or the file that
VAPI_API_KEY_FILE names); there is no flag for it. With --sandbox no key is needed.

  vapi-sessions-mcp demo                         see it work, no account needed
  vapi-sessions-mcp tools                        the tools, and what they cost
  vapi-sessions-mcp call list_sessions '{}'      one call from the shell"""


class _Parser(argparse.ArgumentParser):
    """A parser that says what was likely meant."""

    def error(self, message: str) -> NoReturn:
        """End the program, naming the nearest option or command."""
        self.print_usage(sys.stderr)
        wrong = _wrong_word(message)
        known = [option for action in self._actions for option in action.option_strings]
        commands = [name for action in self._actions for name in action.choices or ()]
        near = difflib.get_close_matches(wrong, [*known, *map(str, commands)], n=1)
        hint = f"; did you mean {near[0]}?" if near and near[0] != wrong else f"; see {self.prog} --help"
        self.exit(WRONG_USAGE, f"{self.prog}: {message}{hint}\n")


def _wrong_word(message: str) -> str:
    """Return the word that argparse complains about."""
    _, _, rest = message.partition("unrecognized arguments: ")
    if not rest:
        _, _, rest = message.partition("invalid choice: ")
    word = (rest or message).split(" ")[0].strip("',")
    return word.partition("=")[0]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status.

    Args:
        arguments: Without the program's name; the process's own when left out.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or (given[0].startswith("-") and given[0] not in ("-h", "--help", "--version")):
        given.insert(0, "stdio")
    gc.disable()  # imports make much and drop nothing: collecting meanwhile only costs time
    parsed, unknown = _parser().parse_known_args(given)
    if unknown:
        # The command's own parser knows the options that may have been meant.
        parsed.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    try:
        status: int = parsed.run(parsed)
        if parsed.command != "stdio":
            sys.stdout.flush()  # here, where a reader that is gone is no fault; at exit it would be one
    except BrokenPipeError:
        # Whoever read standard output has seen enough; leave it nothing to complain about at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except KeyboardInterrupt:
        return 130
    except _settings_error() as error:
        sys.stderr.write(f"{PROGRAM}: {error}\n")
        return WRONG_USAGE
    return status


def _settings_error() -> type[Exception]:
    from vapi_sessions_tools.errors import SettingsError

    return SettingsError


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = _Parser(
        prog=PROGRAM, description=_DESCRIPTION, epilog=_EPILOG, formatter_class=raw, allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)

    def command(name: str, words: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        added = commands.add_parser(
            name, help=words, description=words[0].upper() + words[1:] + ".", allow_abbrev=False
        )
        added.set_defaults(run=run, parser=added)
        return added

    _add_settings(command("stdio", "serve MCP over standard input and output (the default)", _stdio))
    command("demo", "show the server at work on the built-in sandbox", _demo)
    tools = command("tools", "print the tools and what they cost a model", _tools)
    tools.add_argument("--json", action="store_true", help="print them as JSON, as a client receives them")
    _add_settings(tools)
    call = command("call", "make one call and print its result", _call)
    call.add_argument("tool", metavar="TOOL", help="the tool's name, such as list_sessions")
    call.add_argument("arguments", metavar="JSON", help="its arguments as a JSON object, or - to read them")
    _add_settings(call)
    _add_sandbox(command("sandbox", "serve the emulator of the API on a port of this machine", _sandbox))
    contract = command("contract", "build a contract from published documents, or compare two", _no_command)
    _add_contract(contract)
    return parser


def _add_settings(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("settings (a flag wins over its variable)")
    group.add_argument(
        "--sandbox",
        action="store_true",
        default=None,
        help="use the built-in emulator, no key needed; VAPI_SANDBOX",
    )
    group.add_argument("--sandbox-db", metavar="FILE", help="keep its sessions in FILE; VAPI_SANDBOX_DB")
    group.add_argument(
        "--base-url", metavar="URL", help="the API's root, http:// only for this machine; VAPI_BASE_URL"
    )
    group.add_argument("--region", metavar="us|eu", help="the API's region, us by default; VAPI_REGION")
    group.add_argument(
        "--timeout", metavar="SECONDS", help="what a call may take in all, 50 by default; VAPI_TIMEOUT"
    )
    group.add_argument(
        "--openapi", metavar="FILE|URL", help="offer the tools of another OpenAPI document; VAPI_OPENAPI"
    )
    group.add_argument(
        "--reveal-links",
        action="store_true",
        default=None,
        help="show links to recordings and logs; VAPI_REVEAL_LINKS",
    )
    group.add_argument(
        "--log-level",
        metavar="LEVEL",
        help="debug, info, warning or error, on standard error; VAPI_LOG_LEVEL",
    )


def _add_sandbox(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=int, default=8787, metavar="N", help="the port, 8787 by default; 0 for any"
    )
    parser.add_argument("--db", metavar="FILE", help="keep the sessions in FILE; memory by default")
    parser.add_argument("--fail-status", type=int, metavar="N", help="fail requests with this HTTP status")
    parser.add_argument(
        "--fail-rate", type=float, default=1.0, metavar="SHARE", help="of requests that fail, 0 to 1"
    )
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="delay every answer")


def _add_contract(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", parser_class=_Parser)
    build = actions.add_parser(
        "build",
        help="turn published OpenAPI 3.0 documents into facts",
        description="Turn published OpenAPI 3.0 documents (YAML or JSON, oldest first) into one document of "
        "facts, without their prose; with --overlay, into a contract.",
        allow_abbrev=False,
    )
    build.add_argument("sources", nargs="+", metavar="SOURCE", help="a file or a URL")
    build.add_argument("-o", "--output", required=True, metavar="FILE", help="where to write it")
    build.add_argument("--overlay", metavar="FILE", help="an OpenAPI Overlay 1.0 to lay over the facts")
    build.add_argument(
        "--only", action="append", default=[], metavar="PATH", help="keep only paths below PATH; repeatable"
    )
    build.set_defaults(run=_contract_build, parser=build)
    diff = actions.add_parser(
        "diff",
        help="print what changed between two documents",
        description="Print what changed between two OpenAPI documents: operations, fields, types, limits, "
        "enum values.",
        allow_abbrev=False,
    )
    diff.add_argument("old", metavar="OLD", help="a file or a URL")
    diff.add_argument("new", metavar="NEW", help="a file or a URL")
    diff.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="PATH",
        help="compare only paths below PATH; repeatable",
    )
    diff.set_defaults(run=_contract_diff, parser=diff)


def _settings(parsed: argparse.Namespace) -> Settings:
    from vapi_sessions_mcp.logs import configure_logs
    from vapi_sessions_mcp.settings import Flags, resolve

    flags = Flags(**{name: getattr(parsed, name) for name in Flags.model_fields})
    settings = resolve(flags, os.environ)
    configure_logs(settings.log_level, settings.credential)
    return settings


def _stdio(parsed: argparse.Namespace) -> int:
    from vapi_sessions_mcp.commands.stdio_command import run

    return run(_settings(parsed))


def _demo(_parsed: argparse.Namespace) -> int:
    from vapi_sessions_mcp.commands.demo_command import run

    return run()


def _tools(parsed: argparse.Namespace) -> int:
    from vapi_sessions_mcp.commands.tools_command import run

    return run(_settings(parsed), as_json=parsed.json)


def _call(parsed: argparse.Namespace) -> int:
    from vapi_sessions_mcp.commands.call_command import run

    return run(_settings(parsed), parsed.tool, parsed.arguments)


def _sandbox(parsed: argparse.Namespace) -> int:
    from vapi_sessions_mcp.commands.sandbox_command import run

    return run(
        port=parsed.port,
        database=parsed.db,
        fail_status=parsed.fail_status,
        fail_rate=parsed.fail_rate,
        latency=parsed.latency,
    )


def _no_command(parsed: argparse.Namespace) -> int:
    parser: Any = parsed.parser
    parser.error("say build or diff")
    return WRONG_USAGE


def _contract_build(parsed: argparse.Namespace) -> int:
    from vapi_sessions_mcp.commands.contract_command import build

    return build(parsed.sources, parsed.output, overlay=parsed.overlay, only=parsed.only)


def _contract_diff(parsed: argparse.Namespace) -> int:
    from vapi_sessions_mcp.commands.contract_command import diff

    return diff(parsed.old, parsed.new, only=parsed.only)
