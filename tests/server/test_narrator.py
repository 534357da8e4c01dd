"""The demo's telling: readable lines, no more of a problem than a person needs."""

from __future__ import annotations

import io

import mcp_types as types

from vapi_sessions_mcp.narrator import Narrator


def told(out: io.StringIO) -> list[str]:
    """Return the lines told."""
    return out.getvalue().splitlines()


def test_tools_are_listed_with_their_cost_and_first_sentence() -> None:
    out = io.StringIO()
    tools = [
        types.Tool(name="find", description="Finds it. And more.", input_schema={"type": "object"}),
        types.Tool(name="keep", input_schema={"type": "object"}),
    ]
    Narrator(out).tools(tools)
    lines = told(out)
    assert "2 tools are offered:" in lines
    assert any("find" in line and "bytes" in line and line.endswith("Finds it.") for line in lines)
    assert any("together" in line for line in lines)


def test_calls_are_numbered_and_shown_with_arguments_and_result() -> None:
    out = io.StringIO()
    narrator = Narrator(out)
    narrator.call("First.", "find", {"id": "ü"}, {"found": True}, failed=False)
    narrator.call("Then.", "find", {}, {"text": "word " * 60}, failed=False)
    lines = told(out)
    assert "1. First." in lines
    assert "2. Then." in lines
    assert '   find {"id": "ü"}' in lines
    assert '   -> {"found": true}' in lines
    assert max(map(len, lines)) <= 100


def test_a_refusal_is_told_by_its_problems_and_what_to_do() -> None:
    out = io.StringIO()
    problems = [
        {"path": "status", "rule": "must be listed", "allowed": ["a"]},
        {"path": "name", "rule": "is wrong"},
    ]
    error = {"kind": "invalid_arguments", "message": "long", "problems": problems, "next": "Correct it."}
    Narrator(out).call("Wrong.", "find", {}, {"error": error}, failed=True)
    text = out.getvalue()
    assert "-> error: invalid_arguments: refused before anything was sent" in text
    assert 'status must be listed (allowed: ["a"])' in text
    assert "name is wrong\n" in text
    assert "next: Correct it." in text


def test_an_error_without_problems_is_told_by_its_message() -> None:
    out = io.StringIO()
    error = {"kind": "not_found", "message": "It is gone.", "next": "Look it up."}
    Narrator(out).call("Gone.", "find", {}, {"error": error}, failed=True)
    assert "-> error: not_found: It is gone." in out.getvalue()


def test_it_begins_with_the_command_and_ends_with_what_to_do_next() -> None:
    out = io.StringIO()
    narrator = Narrator(out)
    narrator.opening("python -m program")
    narrator.closing()
    assert "python -m program" in out.getvalue()
    assert "doctor" in told(out)[-1]
