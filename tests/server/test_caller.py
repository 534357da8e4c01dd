"""The caller of a request: over a pipe always the same."""

from __future__ import annotations

from typing import Any, cast

from vapi_sessions_mcp.caller import Caller, only_caller
from vapi_sessions_tools.credential import Credential


def test_every_request_over_a_pipe_is_made_by_the_only_caller_whose_key_is_not_printed() -> None:
    key = Credential("a-very-private-key")
    caller = only_caller(key)(cast("Any", object()))
    assert caller == Caller(key, principal=None)
    assert key.reveal() not in repr(caller)
