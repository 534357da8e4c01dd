"""Who makes a request: over a pipe, always the same."""

from __future__ import annotations

from typing import Any, cast

from vapi_sessions_mcp.caller import Caller, only_caller
from vapi_sessions_tools.credential import Credential

KEY = Credential("a-very-private-key")


def test_over_a_pipe_every_request_is_the_only_callers() -> None:
    identify = only_caller(KEY)
    assert identify(cast("Any", None)) == Caller(KEY)
    assert identify(cast("Any", object())).principal is None


def test_a_callers_key_is_not_in_what_it_prints_as() -> None:
    assert "a-very-private-key" not in repr(Caller(KEY))
