"""One small tree of exceptions, drawn where it is defined."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import TYPE_CHECKING, Any, get_args

import pytest

from vapi_sessions_tools import errors
from vapi_sessions_tools.answer_body import MalformedAnswerError
from vapi_sessions_tools.connection_failure import ClosedMeanwhileError, LostAnswerError
from vapi_sessions_tools.engine.problem import Problem
from vapi_sessions_tools.errors import CallError, ErrorKind, NoKeyError, SessionsError

if TYPE_CHECKING:
    from collections.abc import Callable


def tree(kind: type[Exception]) -> set[str]:
    return {kind.__name__, *(name for child in kind.__subclasses__() for name in tree(child))}


def test_the_drawing_shows_every_exception() -> None:
    drawn = errors.__doc__ or ""
    refinements = {error.__name__ for error in (ClosedMeanwhileError, LostAnswerError, MalformedAnswerError)}
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


def pickled(error: CallError) -> Any:
    return pickle.loads(pickle.dumps(error))


def kinds(root: type[CallError]) -> list[type[CallError]]:
    return [root, *(kind for child in root.__subclasses__() for kind in kinds(child))]


@pytest.mark.parametrize("kind", kinds(CallError))
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickled])
def test_an_error_can_be_copied_and_sent_between_processes(
    kind: type[CallError], copied: Callable[[CallError], CallError]
) -> None:
    stated = inspect.signature(kind).parameters
    problem = Problem("a", "must be b", ("x", "y"), place=("a",), schema={"type": "T"})
    given: dict[str, Any] = {
        "kind": "upstream",
        "status": 502,
        "problems": [problem],
        "candidates": [{"id": "1"}],
        "untrusted": ["error.message"],
        "quote": "words",
        "next_step": "Look.",
    }
    error: Any = kind("Failed.", **{name: value for name, value in given.items() if name in stated})
    again = copied(error)
    assert type(again) is kind
    assert (str(again), again.__dict__) == ("Failed.", error.__dict__)
    assert again.as_result() == error.as_result()
