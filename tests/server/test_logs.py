"""The log: on standard error, at the wanted level, and without the key."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from typing import Any

import pytest

from vapi_sessions_mcp.logs import JsonFormatter, KeylessFormatter, configure_logs
from vapi_sessions_tools.credential import Credential, MissingKey

KEY = "a-very-private-key"


def test_the_key_is_in_no_line_not_even_in_a_traceback() -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(KeylessFormatter(KEY))
    try:
        int(KEY)
    except ValueError:
        record = logging.LogRecord("any", logging.ERROR, "", 0, "failed with %s", (KEY,), sys.exc_info())
        handler.handle(record)
    assert "failed with" in out.getvalue()
    assert "ValueError" in out.getvalue()
    assert KEY not in out.getvalue()


def test_without_a_key_lines_are_as_they_are() -> None:
    record = logging.LogRecord("any", logging.INFO, "", 0, "as it is", None, None)
    assert KeylessFormatter(None).format(record).endswith("INFO any: as it is")


def test_our_modules_tell_from_the_wanted_level_on_and_libraries_only_warnings(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs("debug", Credential(KEY))
    logging.getLogger("vapi_sessions_mcp.any").debug("ours")
    logging.getLogger("httpx").info("theirs")
    logging.getLogger("httpx").warning("a warning with %s", KEY)
    told = capsys.readouterr()
    assert "ours" in told.err
    assert "theirs" not in told.err
    assert "a warning with" in told.err
    assert KEY not in told.err
    assert told.out == ""


def test_there_is_one_handler_however_often_it_is_configured() -> None:
    configure_logs("info", MissingKey())
    configure_logs("error", MissingKey())
    (handler,) = logging.getLogger().handlers
    assert getattr(handler, "stream", None) is sys.stderr
    assert logging.getLogger("vapi_sessions_tools").level == logging.ERROR


def lines_of(program: str, form: str = "json") -> list[dict[str, Any]]:
    """Return what a program of its own writes to standard error, as JSON."""
    start = (
        "import asyncio, logging, threading, warnings\n"
        "from vapi_sessions_mcp.logs import configure_logs\n"
        "from vapi_sessions_tools.credential import Credential\n"
        f"configure_logs('debug', Credential({KEY!r}), form={form!r})\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", start + program], capture_output=True, text=True, timeout=30, check=False
    )
    assert ended.stdout == ""
    assert KEY not in ended.stderr
    assert "private words" not in ended.stderr
    return [json.loads(line) for line in ended.stderr.splitlines()]


_IN_A_THREAD = """
def fail():
    raise ValueError('private words')
thread = threading.Thread(target=fail)
thread.start()
thread.join()
"""
_IN_A_TASK = """
async def fail():
    raise ValueError('private words')
async def main():
    asyncio.ensure_future(fail())
    await asyncio.sleep(0)
asyncio.run(main())
"""
_IN_NOBODYS_HANDS = """
class Broken:
    def __del__(self):
        raise ValueError('private words')
Broken()
"""


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("raise ValueError('private words')", "the program failed"),
        (_IN_A_THREAD, "a thread failed"),
        (_IN_NOBODYS_HANDS, "an error could not be raised"),
        (_IN_A_TASK, "Task exception was never retrieved"),
        ("logging.getLogger('any').error('three %s %s %s', 'private words')", ""),
        ("warnings.warn('a\\nwarning', stacklevel=1)", "warning"),
    ],
)
def test_whatever_happens_each_line_is_json_without_an_exceptions_words(program: str, told: str) -> None:
    lines = lines_of(program)
    assert any(told in line["message"] for line in lines) or not told


def test_a_library_s_message_is_told_without_what_it_fills_in() -> None:
    def told(message: str, *values: object) -> str:
        record = logging.LogRecord("mcp.server.sse", logging.WARNING, "", 0, message, values, None)
        return KeylessFormatter(None).message(record)

    one = "0197f3c2111142228333444455556666"
    assert told(f"Could not find session for ID: {one}") == "Could not find session for ID"
    assert told(f"Session {one} crashed") == "Session ... crashed"
    assert told("Rejecting message for session %s: credential does not match", one) == (
        "Rejecting message for session ...: credential does not match"
    )
    assert told("Failed to parse message\nsecret") == "Failed to parse message"


@pytest.mark.parametrize("sign", ["\n", "\r", "\x1b[2J", "\u2028", "\x85", "\x00", "\u202e", "\x0b"])
@pytest.mark.parametrize("formatter", [KeylessFormatter(None), JsonFormatter(None)])
def test_no_sign_in_a_message_begins_a_line_or_moves_a_cursor(formatter: KeylessFormatter, sign: str) -> None:
    record = logging.LogRecord(
        "vapi_sessions_mcp.any", logging.INFO, "", 0, "before%sERROR forged", (sign,), None
    )
    first, *rest = formatter.format(record).split("\n")
    assert "before" in first
    assert all(line.startswith("  ") for line in rest)
    assert all(line.isprintable() for line in (first, *rest))


def test_a_key_is_taken_out_before_a_long_message_is_cut() -> None:
    message = "x" * 1_990 + KEY
    record = logging.LogRecord("vapi_sessions_mcp.any", logging.INFO, "", 0, message, None, None)
    assert KEY[:5] not in KeylessFormatter(KEY).format(record)


def test_a_key_with_signs_that_json_escapes_is_taken_out() -> None:
    key = 'a"private\\key'
    record = logging.LogRecord("vapi_sessions_mcp.any", logging.INFO, "", 0, "with %s", (key,), None)
    told = json.loads(JsonFormatter(key).format(record))
    assert "private" not in told["message"]


def test_what_is_known_at_the_time_is_in_each_line() -> None:
    record = logging.LogRecord("vapi_sessions_mcp.any", logging.INFO, "", 0, "any", None, None)
    assert json.loads(JsonFormatter(None, more=lambda: {"trace_id": "1"}).format(record))["trace_id"] == "1"


@pytest.mark.parametrize("key", ['"', "\\", ":", "{", "}", ",", "e"])
def test_a_key_of_one_sign_takes_no_line_apart(key: str) -> None:
    record = logging.LogRecord("vapi_sessions_mcp.any", logging.INFO, "", 0, "said %s", (key,), None)
    record.fields = {"path": key, "ms": 1.5}
    told = json.loads(JsonFormatter(key).format(record))
    assert (told["level"], told["ms"]) == ("info", 1.5)
    assert told["path"] == told["message"].removeprefix("said ") or key == "e"
