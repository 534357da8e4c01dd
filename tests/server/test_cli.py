"""The command line: what it accepts, and how it reports what is wrong."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from in_process import run_main
from server_process import KEY
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from fake_upstream import FakeUpstream

COMMANDS = ("stdio", "http", "demo", "tools", "call", "sandbox", "config", "doctor", "export", "contract")


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_names_every_command_and_the_key(flag: str) -> None:
    ended = run_main(flag)
    assert (ended.status, ended.err) == (0, "")
    assert [name for name in COMMANDS if f"\n    {name} " not in ended.out] == []
    assert "VAPI_API_KEY" in ended.out


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_fits_a_terminal(command: str) -> None:
    text = run_main(command, "--help").out
    assert text.startswith(f"usage: vapi-sessions-mcp {command}")
    assert max(map(len, text.splitlines())) <= 110


def test_version_is_printed() -> None:
    assert run_main("--version").out == f"vapi-sessions-mcp {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--sandbx"], "unrecognized arguments: --sandbx; did you mean --sandbox?"),
        (["tools", "--jsn"], "did you mean --json?"),
        (["--base_url=https://x.example"], "did you mean --base-url?"),
        (["--key", "k"], "see vapi-sessions-mcp stdio --help"),
        (["tols"], "did you mean tools?"),
        (["contract", "bild"], "did you mean build?"),
        (["contract"], "say build or diff"),
        (["export"], "say openai, openai-chat, anthropic, skill or naftiko"),
        (["export", "naftiko", "-", "--spec", "1.0.0-alpha4"], "1.0.0-alpha3"),
        (["call"], "required: TOOL, JSON"),
        (["sandbox", "--port", "x"], "invalid int value: 'x'"),
        (["doctor", "surplus"], "unrecognized arguments: surplus"),
        (["--timeout"], "expected one argument"),
        (["--sand"], "--sand"),
        (["--sandbox", "call", "list_sessions", "{}"], "flags come after the command word: call"),
        (["--timeout", "3", "tools", "--json"], "flags come after the command word: tools"),
    ],
)
def test_wrong_option_is_refused_with_the_right_one(arguments: list[str], words: str) -> None:
    ended = run_main(*arguments)
    assert (ended.status, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert words in ended.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tools", "--region", "asia"], "expected us or eu"),
        (["tools", "--openapi", "no-such-file.json"], "no-such-file.json"),
        (["call", "nope", "{}", "--sandbox"], "there is no tool 'nope'"),
        (["call", "create_session", "{}", "--sandbox", "--read-only"], "no tool 'create_session'"),
        (["tools", "--tools", "list_session"], "did you mean list_sessions?"),
        (["tools", "--tools", "delete_session", "--read-only"], "leaves no tool"),
        (["tools", "--confirm", "delete_sesion"], "did you mean delete_session?"),
        (["tools", "--confirm", ","], "VAPI_CONFIRM) is ','; expected names of tools"),
        (["contract", "diff", "no-such-file", "x"], "no-such-file"),
        (["http", "--sandbox", "--port", "0", "--tools", "list_session"], "did you mean list_sessions?"),
        (["--sandbox", "--confirm", "delete_sesion"], "did you mean delete_session?"),
        (["sandbox", "--fail-rate", "2"], "--fail-rate"),
        (["doctor", "--document"], "expected one argument"),
    ],
)
def test_setting_that_cannot_be_used_ends_with_2_and_one_line(arguments: list[str], words: str) -> None:
    ended = run_main(*arguments)
    assert (ended.status, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert ended.err.startswith("vapi-sessions-mcp")
    assert words in ended.err


def test_variable_that_keeps_a_library_from_being_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "opentelemetry.propagate", raising=False)
    ended = run_main("tools", OTEL_PROPAGATORS="pigeon")
    assert (ended.status, ended.err.count("\n")) == (2, 1)
    assert "OTEL_PROPAGATORS is 'pigeon'" in ended.err
    assert run_main("tools", OTEL_PROPAGATORS="tracecontext").status == 0


def test_unfilled_placeholder_is_reported_by_the_name_of_its_variable() -> None:
    ended = run_main("tools", VAPI_TOOLS="${TOOLS}")
    assert ended.status == 0
    assert "VAPI_TOOLS holds a placeholder" in ended.err


@pytest.fixture
def document(tmp_path: Path) -> str:
    """An OpenAPI document of another API, which names its server."""
    answer = {"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "object"}}}}}
    published = {
        "openapi": "3.0.0",
        "info": {"title": "Things", "version": "1"},
        "servers": [{"url": "https://things.example"}],
        "paths": {"/things": {"get": {"operationId": "listThings", "responses": answer}}},
    }
    file = tmp_path / "things.json"
    file.write_text(json.dumps(published))
    return str(file)


def test_tool_of_another_document_is_called(document: str, upstream: FakeUpstream, upstream_url: str) -> None:
    (tool,) = json.loads(run_main("tools", "--json", "--openapi", document, "--sandbox").out)["tools"]
    upstream.respond({"things": 1})
    flags = ("--openapi", document, "--base-url", upstream_url)
    ended = run_main("call", tool["name"], "{}", *flags, VAPI_API_KEY=KEY)
    assert (ended.status, json.loads(ended.out)["things"]) == (0, 1)
    assert [(sent.method, sent.path) for sent in upstream.requests] == [("GET", "/things")]


def test_key_is_not_sent_to_an_address_that_only_a_document_names(document: str) -> None:
    ended = run_main("--openapi", document, VAPI_API_KEY=KEY)
    assert (ended.status, ended.out) == (2, "")
    assert "https://things.example" in ended.err
    assert "--base-url" in ended.err
    assert KEY not in ended.err
