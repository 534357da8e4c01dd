"""The command line's grammar: commands, options, and what is said when neither fits."""

from __future__ import annotations

import argparse
import difflib
from typing import TYPE_CHECKING, NoReturn

from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

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


class Parser(argparse.ArgumentParser):
    """A parser that says what was likely meant."""

    def error(self, message: str) -> NoReturn:
        """End the program, naming the nearest option or command."""
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


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line; it names the command, the action, and their own parser."""
    parser = Parser(
        prog=PROGRAM,
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    for name, (words, complete) in _COMMANDS.items():
        added = commands.add_parser(name, help=words, description=_sentence(words), allow_abbrev=False)
        added.set_defaults(parser=added)
        complete(added)
    return parser


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:] + "."


def _stdio(parser: argparse.ArgumentParser) -> None:
    """Add the settings that everything which calls the API takes."""
    group = parser.add_argument_group(f"settings ({_PRECEDENCE})")
    for flag, metavar, words in _SETTINGS:
        if metavar is None:
            group.add_argument(flag, action="store_true", default=None, help=words)
        else:
            group.add_argument(flag, metavar=metavar, help=words)


_PRECEDENCE = "a flag wins over its variable, but lifts no restriction that a variable sets"

_SETTINGS = (
    ("--sandbox", None, "use the built-in emulator, no key needed; VAPI_SANDBOX"),
    ("--sandbox-db", "FILE", "keep its sessions in FILE; VAPI_SANDBOX_DB"),
    ("--base-url", "URL", "the API's root, http:// only for this machine; VAPI_BASE_URL"),
    ("--region", "us|eu", "the API's region, us by default; VAPI_REGION"),
    ("--timeout", "SECONDS", "what a call may take in all, 50 by default; VAPI_TIMEOUT"),
    ("--openapi", "FILE|URL", "offer the tools of another OpenAPI document; VAPI_OPENAPI"),
    ("--read-only", None, "offer only the tools that change nothing; VAPI_READ_ONLY"),
    ("--tools", "NAME,NAME", "offer only these tools; VAPI_TOOLS"),
    ("--confirm", "NAME,NAME", "ask the user before these tools are called; VAPI_CONFIRM"),
    ("--reveal-links", None, "show links to recordings and logs; VAPI_REVEAL_LINKS"),
    ("--log-level", "LEVEL", "debug, info, warning or error, on standard error; VAPI_LOG_LEVEL"),
)


def _http(parser: argparse.ArgumentParser) -> None:
    """Add the settings of the HTTP server, and those that everything which calls the API takes."""
    group = parser.add_argument_group(f"over HTTP ({_PRECEDENCE})")
    for flag, metavar, words in _HTTP_SETTINGS:
        if metavar is None:
            group.add_argument(flag, action="store_true", default=None, help=words)
        elif flag.startswith("--allowed"):
            group.add_argument(flag, action="append", metavar=metavar, help=words)
        else:
            group.add_argument(flag, metavar=metavar, help=words)
    _stdio(parser)


_HTTP_SETTINGS = (
    ("--host", "HOST", "the address to listen on, 127.0.0.1 by default; VAPI_HTTP_HOST"),
    ("--port", "N", "the port, 8000 by default, 0 for any; VAPI_HTTP_PORT"),
    ("--workers", "N", "processes that serve, 1 by default, more imply --stateless; VAPI_HTTP_WORKERS"),
    ("--stateless", None, "keep no protocol sessions, so that any replica can answer; VAPI_HTTP_STATELESS"),
    (
        "--credentials",
        "header|server",
        "whose key calls are made with: each request's own, or the server's (default); VAPI_HTTP_CREDENTIALS",
    ),
    (
        "--access-token-file",
        "FILE",
        "tokens that let requests in, one a line; VAPI_HTTP_ACCESS_TOKEN_FILE",
    ),
    ("--behind-tls", None, "TLS is in front of the server; VAPI_HTTP_BEHIND_TLS"),
    ("--allowed-host", "NAME", "a name that clients address it by, repeatable; VAPI_HTTP_ALLOWED_HOST"),
    ("--allowed-origin", "ORIGIN", "web pages that may call it, repeatable; VAPI_HTTP_ALLOWED_ORIGIN"),
    (
        "--state-key-file",
        "FILE",
        "keys that replicas share, so that one can ask the user and another go on; VAPI_HTTP_STATE_KEY_FILE",
    ),
    ("--rest", None, "serve the tools as plain JSON at /v1 too, described at /openapi.json; VAPI_HTTP_REST"),
    ("--log-format", "json|text", "of the log, text on a terminal, else json; VAPI_LOG_FORMAT"),
)


def _demo(_parser: argparse.ArgumentParser) -> None:
    """Add nothing: the demo is always the same."""


def _tools(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--json", action="store_true", help="print them as JSON: name, description and input schema of each"
    )
    _stdio(parser)


def _call(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tool", metavar="TOOL", help="the tool's name, such as list_sessions")
    parser.add_argument("arguments", metavar="JSON", help="its arguments as a JSON object, or - to read them")
    _stdio(parser)


def _transcript(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("identity", metavar="ID", help="the session's id")
    _stdio(parser)


def _sandbox(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--port", type=int, default=8787, metavar="N", help="the port, 8787 by default; 0 for any")
    add("--db", metavar="FILE", help="keep the sessions in FILE; memory by default")
    add("--fail-status", type=int, metavar="N", help="fail requests with this HTTP status")
    add("--fail-rate", type=float, default=1.0, metavar="SHARE", help="of requests that fail, 0 to 1")
    add("--retry-after", type=int, metavar="SECONDS", help="what failing requests are told to wait")
    add("--latency", type=float, default=0.0, metavar="SECONDS", help="delay every answer")


def _contract(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", parser_class=Parser)
    for name, (words, sentence, complete) in _CONTRACT_ACTIONS.items():
        added = actions.add_parser(name, help=words, description=sentence, allow_abbrev=False)
        added.set_defaults(parser=added)
        only = "keep only paths below PATH; repeatable"
        added.add_argument("--only", action="append", default=[], metavar="PATH", help=only)
        complete(added)


def _contract_build(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="a file or a URL")
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="where to write it")
    parser.add_argument("--overlay", metavar="FILE", help="an OpenAPI Overlay 1.0 to lay over the facts")


def _contract_diff(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", metavar="OLD", help="a file or a URL")
    parser.add_argument("new", metavar="NEW", help="a file or a URL")


def _config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("client", metavar="CLIENT", choices=CLIENTS, help=f"one of {', '.join(CLIENTS)}")
    parser.add_argument(
        "--write", action="store_true", help="merge it into the client's own file, after a backup"
    )
    parser.add_argument(
        "--file", metavar="FILE", help="the client's file, where it is not at its usual place"
    )
    _stdio(parser)


CLIENTS = (
    *("claude-desktop", "claude-code", "cursor", "vscode"),
    *("openai-agents", "langchain", "pydantic-ai"),
)
"""The clients that a configuration can be made for."""


def _doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print what was found as JSON, and nothing else")
    parser.add_argument(
        "--document", metavar="FILE|URL", help="the API's live description, to compare the contract with"
    )
    _stdio(parser)


def _export(parser: argparse.ArgumentParser) -> None:
    forms = parser.add_subparsers(dest="form", metavar="FORM", parser_class=Parser)
    for name, (words, complete) in _EXPORT_FORMS.items():
        added = forms.add_parser(name, help=words, description=_sentence(words), allow_abbrev=False)
        added.set_defaults(parser=added)
        complete(added)


def _export_skill(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="where the skill's folder is written")
    _add_force(parser)
    _stdio(parser)


def _add_force(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="overwrite existing files")


def _export_naftiko(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="where it is written, or - to print it")
    parser.add_argument(
        "--spec",
        choices=("1.0.0-alpha2", "1.0.0-alpha3"),
        default="1.0.0-alpha3",
        help="the version of the specification, 1.0.0-alpha3 by default",
    )
    parser.add_argument(
        "--address", default="127.0.0.1", metavar="HOST", help="the servers' address, 127.0.0.1 by default"
    )
    _add_force(parser)
    _stdio(parser)


_BUILD = """\
Turn published OpenAPI 3.0 documents (YAML or JSON, oldest first) into one document of facts,
without their prose; with --overlay, into a contract."""

_COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "stdio": ("serve MCP over standard input and output (the default)", _stdio),
    "http": ("serve MCP over HTTP, to many clients", _http),
    "demo": ("show the server at work on the built-in sandbox", _demo),
    "tools": ("print the tools and what they cost a model", _tools),
    "call": ("make one call and print its result", _call),
    "transcript": ("print a session as people read it", _transcript),
    "sandbox": ("serve the emulator of the API on a port of this machine", _sandbox),
    "config": ("print the configuration of an MCP client or agent framework, or write it", _config),
    "doctor": ("find out what keeps the server from working", _doctor),
    "export": ("write the tools in another form", _export),
    "contract": ("build a contract from published documents, or compare two", _contract),
}
_EXPORT_FORMS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "openai": ("print the tools as OpenAI's Responses API takes them", _stdio),
    "openai-chat": (
        "print the tools as OpenAI's Chat Completions API, and what speaks it, takes them",
        _stdio,
    ),
    "anthropic": ("print the tools as Anthropic's Messages API takes them", _stdio),
    "skill": ("write an Agent Skill that works from the command line", _export_skill),
    "naftiko": (
        "write a Naftiko capability: the operations consumed, and exposed as MCP and REST",
        _export_naftiko,
    ),
}
_CONTRACT_ACTIONS: dict[str, tuple[str, str, Callable[[argparse.ArgumentParser], None]]] = {
    "build": (
        "turn published OpenAPI 3.0 documents into facts",
        _BUILD,
        _contract_build,
    ),
    "diff": (
        "print what changed between two documents",
        "Print what changed between two OpenAPI documents: operations, fields, types, limits, enum values.",
        _contract_diff,
    ),
}
