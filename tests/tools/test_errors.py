"""One small tree of exceptions, drawn where it is defined."""

from __future__ import annotations

from typing import get_args

from vapi_sessions_tools import errors
from vapi_sessions_tools.answer_body import MalformedAnswerError
from vapi_sessions_tools.connection_failure import LostAnswerError
from vapi_sessions_tools.errors import CallError, ErrorKind, NoKeyError, SessionsError


def tree(kind: type[Exception]) -> set[str]:
    return {kind.__name__, *(name for child in kind.__subclasses__() for name in tree(child))}


def test_the_drawing_shows_every_exception() -> None:
    drawn = errors.__doc__ or ""
    refinements = {LostAnswerError.__name__, MalformedAnswerError.__name__}
    assert {name for name in tree(SessionsError) if name not in drawn} == refinements


def test_the_kinds_are_a_closed_set() -> None:
    assert set(get_args(ErrorKind)) == {
        *("invalid_arguments", "no_key", "unauthorized", "not_found", "rate_limited", "refused_by_api"),
        *("upstream", "network", "unknown_outcome", "declined"),
    }


def test_an_error_as_a_result_leaves_out_what_it_does_not_know() -> None:
    assert NoKeyError("No key.", next_step="Set one.").as_result() == {
        "error": {"kind": "no_key", "message": "No key.", "next": "Set one."}
    }


def test_an_error_as_a_result_tells_all_it_knows() -> None:
    error = CallError(
        "Lost.",
        kind="unknown_outcome",
        status=502,
        retry_after=3.0,
        candidates=[{"id": "1"}],
        next_step="Look.",
    )
    assert error.as_result() == {
        "error": {
            "kind": "unknown_outcome",
            "status": 502,
            "message": "Lost.",
            "retry_after": 3.0,
            "candidates": [{"id": "1"}],
            "next": "Look.",
        }
    }
