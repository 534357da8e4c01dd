"""The output of the demo: readable lines, no more of a problem than a person needs."""

from __future__ import annotations

import io
from typing import Any

import mcp_types as types

from vapi_sessions_mcp.narrator import Narrator


def shown(arguments: dict[str, Any], result: dict[str, Any], *, failed: bool) -> list[str]:
    """Return the lines that show one call."""
    out = io.StringIO()
    Narrator(out).call("First.", "find", arguments, result, failed=failed)
    return out.getvalue().splitlines()


def test_tools_are_listed_with_their_cost_and_first_sentence() -> None:
    out = io.StringIO()
    tools = [
        types.Tool(name="find", description="Finds it. And more.", input_schema={"type": "object"}),
        types.Tool(name="keep", input_schema={"type": "object"}),
    ]
    Narrator(out).tools(tools)
    lines = out.getvalue().splitlines()
    assert "2 tools are offered:" in lines
    assert any("find" in line and "bytes" in line and line.endswith("Finds it.") for line in lines)
    assert any("together" in line for line in lines)


def test_calls_are_numbered() -> None:
    out = io.StringIO()
    narrator = Narrator(out)
    for story in ("First.", "Then."):
        narrator.call(story, "find", {}, {}, failed=False)
    assert "1. First." in out.getvalue()
    assert "2. Then." in out.getvalue()


def test_a_call_is_shown_with_its_arguments_and_its_result_in_short_lines() -> None:
    lines = shown({"id": "ü"}, {"found": True}, failed=False)
    assert lines[-2:] == ['   find {"id": "ü"}', '   -> {"found": true}']
    assert max(map(len, shown({}, {"text": "word " * 60}, failed=False))) <= 100


def test_a_refusal_is_shown_by_its_problems_and_the_next_step() -> None:
    problems: list[dict[str, Any]] = [
        {"path": "status", "rule": "must be listed", "allowed": ["a"]},
        {"path": "name", "rule": "is wrong", "schema": {"type": "string"}},
    ]
    error = {"kind": "invalid_arguments", "message": "long", "problems": problems, "next": "Correct it."}
    assert shown({}, {"error": error}, failed=True)[3:] == [
        "   -> error: invalid_arguments: refused before anything was sent",
        '      status must be listed (allowed: ["a"])',
        "      name is wrong",
        '      schema: {"type": "string"}',
        "      next: Correct it.",
    ]


def test_an_error_without_problems_is_shown_by_its_message() -> None:
    error = {"kind": "not_found", "message": "It is gone.", "next": "Look it up."}
    assert "   -> error: not_found: It is gone." in shown({}, {"error": error}, failed=True)


def test_the_demo_begins_with_the_command_and_ends_with_the_next_command() -> None:
    out = io.StringIO()
    narrator = Narrator(out)
    narrator.opening("python -m program")
    narrator.closing()
    assert "python -m program" in out.getvalue()
    assert "doctor" in out.getvalue().splitlines()[-1]
