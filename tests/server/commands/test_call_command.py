"""`call`: one call from the shell."""

from __future__ import annotations

import io
import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.commands.call_command import run
from vapi_sessions_mcp.settings import Flags, resolve
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Generator

SANDBOX = resolve(Flags(sandbox=True), {})


@contextmanager
def standard_input(data: bytes) -> Generator[None]:
    """Let a command read these bytes."""
    before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")
    try:
        yield
    finally:
        sys.stdin = before


def test_the_result_is_one_line_of_json_and_the_status_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(SANDBOX, "create_session", '{"name": "Zoë"}') == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert json.loads(out)["name"] == "Zoë"


def test_an_error_of_the_tool_is_printed_with_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(SANDBOX, "get_session", '{"id": "x"}') == 1
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "invalid_arguments"


def test_a_missing_key_is_such_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(resolve(Flags(), {}), "list_sessions", "{}") == 1
    assert "VAPI_API_KEY" in capsys.readouterr().out


def test_a_dash_reads_the_arguments_from_standard_input(capsys: pytest.CaptureFixture[str]) -> None:
    with standard_input(b'{"name": "piped"}'):
        assert run(SANDBOX, "create_session", "-") == 0
    assert json.loads(capsys.readouterr().out)["name"] == "piped"


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000])
def test_arguments_that_are_no_json_are_wrong_usage(text: str) -> None:
    with pytest.raises(SettingsError, match="the arguments are no JSON"):
        run(SANDBOX, "list_sessions", text)


def test_bytes_that_are_no_text_are_wrong_usage() -> None:
    with standard_input(b"\xff"), pytest.raises(SettingsError, match="the arguments are no JSON"):
        run(SANDBOX, "list_sessions", "-")


@pytest.mark.parametrize("text", ["[]", "7", "null", '"{}"'])
def test_arguments_that_are_no_object_are_wrong_usage(text: str) -> None:
    with pytest.raises(SettingsError, match="no JSON object"):
        run(SANDBOX, "list_sessions", text)


def test_an_unknown_tool_is_wrong_usage_and_the_known_are_named() -> None:
    with pytest.raises(SettingsError, match=r"no tool 'find'; there are create_session, .*delete_session"):
        run(SANDBOX, "find", "{}")
