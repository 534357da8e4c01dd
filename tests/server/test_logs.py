"""The log: on standard error, at the wanted level, and without the key."""

from __future__ import annotations

import io
import logging
import sys
from typing import TYPE_CHECKING

from vapi_sessions_mcp.logs import KeylessFormatter, configure_logs
from vapi_sessions_tools.credential import Credential, MissingKey

if TYPE_CHECKING:
    import pytest

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
