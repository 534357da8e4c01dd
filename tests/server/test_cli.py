"""The command line: what is understood, and how a mistake is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.cli import main
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = ("stdio", "http", "demo", "tools", "call", "sandbox", "contract")


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return what is said of arguments that must be refused."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    return told.err


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return what is printed by arguments that end the program well."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0
    return capsys.readouterr().out


class TestHelp:
    @pytest.mark.parametrize("flag", ["-h", "--help"])
    def test_it_names_every_command_and_the_key(self, capsys: pytest.CaptureFixture[str], flag: str) -> None:
        text = shown(capsys, flag)
        for name in COMMANDS:
            assert f"\n    {name} " in text
        assert "VAPI_API_KEY" in text
        assert "serves MCP over standard input and output" in text

    @pytest.mark.parametrize("command", COMMANDS)
    def test_each_command_has_its_own(self, capsys: pytest.CaptureFixture[str], command: str) -> None:
        text = shown(capsys, command, "--help")
        assert text.startswith(f"usage: vapi-sessions-mcp {command}")
        assert max(map(len, text.splitlines())) <= 110

    def test_a_setting_is_shown_with_its_variable(self, capsys: pytest.CaptureFixture[str]) -> None:
        text = " ".join(shown(capsys, "stdio", "--help").split())
        for name in (
            "SANDBOX",
            "SANDBOX_DB",
            "BASE_URL",
            "REGION",
            "TIMEOUT",
            "OPENAPI",
            "LOG_LEVEL",
            "READ_ONLY",
            "TOOLS",
        ):
            assert f"VAPI_{name}" in text
            assert f"--{name.lower().replace('_', '-')}" in text

    def test_the_version_is_told(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert shown(capsys, "--version") == f"vapi-sessions-mcp {__version__}\n"


class TestMistakes:
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
            (["call", "list_sessions"], "required: JSON"),
            (["call"], "required: TOOL, JSON"),
            (["sandbox", "--port", "x"], "invalid int value: 'x'"),
            (["--timeout"], "expected one argument"),
            (["--sand"], "--sand"),
            (["--sandbox", "call", "list_sessions", "{}"], "flags come after the command word: call"),
            (["--timeout", "3", "tools", "--json"], "flags come after the command word: tools"),
        ],
    )
    def test_what_is_right_is_named(
        self, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
    ) -> None:
        told = refused(capsys, *arguments)
        assert words in told
        assert told.count("\n") == 1

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["tools", "--timeout", "soon"], "--timeout"),
            (["tools", "--region", "asia"], "expected us or eu"),
            (["tools", "--openapi", "no-such-file.json"], "no-such-file.json"),
            (["call", "list_sessions", "{", "--sandbox"], "no JSON"),
            (["call", "nope", "{}", "--sandbox"], "there is no tool 'nope'"),
            (["call", "create_session", "{}", "--sandbox", "--read-only"], "no tool 'create_session'"),
            (["tools", "--tools", "list_session"], "did you mean list_sessions?"),
            (["tools", "--tools", "delete_session", "--read-only"], "leaves no tool"),
            (["tools", "--confirm", "delete_sesion"], "did you mean delete_session?"),
            (["tools", "--confirm", ","], "VAPI_CONFIRM) is ','; expected names of tools"),
            (["contract", "diff", "no-such-file", "x"], "no-such-file"),
        ],
    )
    def test_a_setting_that_cannot_be_used_ends_with_2_and_one_line(
        self, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
    ) -> None:
        assert main(arguments) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert words in told.err
        assert told.err.startswith("vapi-sessions-mcp: ")
        assert told.err.count("\n") == 1


class TestCommands:
    def test_tools_prints_them(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["tools", "--sandbox", "--json"]) == 0
        assert len(json.loads(capsys.readouterr().out)["tools"]) == 5

    def test_call_prints_the_result(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["call", "list_sessions", "{}", "--sandbox"]) == 0
        assert json.loads(capsys.readouterr().out)["results"] == []

    def test_contract_builds_and_compares(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        source, target = tmp_path / "source.json", tmp_path / "facts.json"
        source.write_text(
            json.dumps(
                {
                    "openapi": "3.0.0",
                    "info": {"title": "t", "version": "1"},
                    "paths": {"/a": {"get": {"responses": {"200": {"description": "ok"}}}}},
                }
            )
        )
        assert main(["contract", "build", str(source), "-o", str(target)]) == 0
        assert main(["contract", "diff", str(source), str(target)]) == 0
        assert capsys.readouterr().out.endswith("no differences\n")
