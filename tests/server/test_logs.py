"""The log: on standard error, at the wanted level, and without the key."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import threading
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_mcp.logs import JsonFormatter, KeylessFormatter, configure_logs
from vapi_sessions_tools.credential import Credential, MissingKey

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = "a-very-private-key"
OURS = "vapi_sessions_mcp.any"
WORDS = "private words"


def record_of(message: str, *values: object, name: str = OURS, error: Any = None) -> logging.LogRecord:
    return logging.LogRecord(name, logging.INFO, "", 0, message, values, error)


def test_exception_is_logged_without_its_words() -> None:
    with pytest.raises(ValueError, match=KEY) as raised:
        int(KEY)
    error = (raised.type, raised.value, raised.tb)
    text = KeylessFormatter(KEY).format(record_of("failed with %s", KEY, error=error))
    assert "failed with" in text
    assert text.endswith("ValueError")
    assert KEY not in text
    assert KeylessFormatter(None).format(record_of("as it is")).endswith(f"INFO {OURS}: as it is")


def test_our_modules_log_from_the_wanted_level_on_and_libraries_only_warnings(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs("debug", Credential(KEY))
    logging.getLogger(OURS).debug("ours")
    logging.getLogger("httpx").info("theirs")
    logging.getLogger("httpx").warning("a warning with %s", KEY)
    shown = capsys.readouterr()
    assert "ours" in shown.err
    assert "theirs" not in shown.err
    assert "a warning with" in shown.err
    assert KEY not in shown.err
    assert shown.out == ""
    configure_logs("error", MissingKey())
    (handler,) = logging.getLogger().handlers
    assert getattr(handler, "stream", None) is sys.stderr
    assert logging.getLogger("vapi_sessions_tools").level == logging.ERROR


def fail() -> None:
    raise ValueError(WORDS)


def fail_in_the_program() -> None:
    try:
        fail()
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)


def fail_in_a_thread() -> None:
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()


def fail_in_a_finalizer() -> None:
    class Broken:
        def __del__(self) -> None:
            fail()

    Broken()


def fail_in_a_task() -> None:
    async def main() -> None:
        async def run() -> None:
            fail()

        asyncio.ensure_future(run())  # noqa: RUF006  nobody waits for it
        await asyncio.sleep(0)

    asyncio.run(main())


def fail_to_log() -> None:
    for name in ("any", OURS):
        logging.getLogger(name).error("three %s %s %s", WORDS)


def warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("a\nwarning", stacklevel=1)


@pytest.mark.parametrize(
    ("failing", "words"),
    [
        (fail_in_the_program, "the program failed"),
        (fail_in_a_thread, "a thread failed"),
        (fail_in_a_finalizer, "an error could not be raised"),
        (fail_in_a_task, "Task exception was never retrieved"),
        (fail_to_log, "three ... ... ..."),
        (warn, "warning"),
    ],
)
def test_each_line_is_json_without_the_words_of_an_exception(
    capsys: pytest.CaptureFixture[str], failing: Callable[[], None], words: str
) -> None:
    configure_logs("debug", Credential(KEY), form="json")
    failing()
    shown = capsys.readouterr()
    assert shown.out == ""
    assert WORDS not in shown.err
    messages = [json.loads(line)["message"] for line in shown.err.splitlines()]
    assert any(words in message for message in messages)


@pytest.mark.parametrize(
    ("message", "values", "logged"),
    [
        ("Could not find session for ID: 0197f3c2", (), "Could not find session for ID"),
        ("Session 0197f3c2 crashed", (), "Session ... crashed"),
        ("Rejecting session %s: no match", ("0197f3c2",), "Rejecting session ...: no match"),
        ("Failed to parse message\nsecret", (), "Failed to parse message"),
    ],
)
def test_message_of_a_library_is_logged_without_what_it_fills_in(
    message: str, values: tuple[str, ...], logged: str
) -> None:
    record = record_of(message, *values, name="mcp.server.sse")
    assert KeylessFormatter(None).message(record) == logged


@pytest.mark.parametrize("sign", ["\n", "\r", "\x1b[2J", "\u2028", "\x85", "\x00", "\u202e"])
@pytest.mark.parametrize("formatter", [KeylessFormatter(None), JsonFormatter(None)], ids=["text", "json"])
def test_no_sign_in_a_message_begins_a_line_or_moves_a_cursor(formatter: KeylessFormatter, sign: str) -> None:
    first, *rest = formatter.format(record_of("before%sERROR forged", sign)).split("\n")
    assert "before" in first
    assert all(line.startswith("  ") for line in rest)
    assert all(line.isprintable() for line in (first, *rest))


def test_key_is_removed_before_a_message_is_cut_or_escaped() -> None:
    text = KeylessFormatter(KEY).format(record_of("x" * 1_990 + KEY + "y" * 100))
    assert KEY[:5] not in text
    assert text.endswith("...")
    key = 'a"private\\key'
    line = json.loads(JsonFormatter(key).format(record_of(f"with %s and {json.dumps(key)}", key)))
    assert "private" not in line["message"]


@pytest.mark.parametrize("key", ['"', "\\", ":", "{", "}", ",", "e"])
def test_key_of_one_sign_breaks_no_line(key: str) -> None:
    record = record_of("said %s", key)
    record.fields = {"path": key, "ms": 1.5}
    line = json.loads(JsonFormatter(key, more=lambda: {"trace_id": "1"}).format(record))
    assert (line["level"], line["ms"], line["trace_id"]) == ("info", 1.5, "1")
    assert line["path"] == line["message"].removeprefix("said ") or key == "e"
