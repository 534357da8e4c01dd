"""The exceptions of the package: their kinds, their form as a result, and copies of them."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_tools.engine.problem import Problem
from vapi_sessions_tools.errors import CallError, NoKeyError

if TYPE_CHECKING:
    from collections.abc import Callable


def test_an_error_result_has_the_parts_that_are_known() -> None:
    assert NoKeyError("No key.", next_step="Set one.").as_result() == {
        "error": {"kind": "no_key", "message": "No key.", "next": "Set one."}
    }
    error = CallError(
        "Lost.",
        kind="unknown_outcome",
        status=502,
        problems=[Problem("a", "must be b")],
        more=3,
        retry_after=3.0,
        candidates=[{"id": "1"}],
        untrusted=["error.message"],
        next_step="Look.",
    )
    assert error.as_result() == {
        "untrusted": ["error.message"],
        "error": {
            "kind": "unknown_outcome",
            "status": 502,
            "message": "Lost.",
            "problems": [{"path": "a", "rule": "must be b"}],
            "more": 3,
            "retry_after": 3.0,
            "candidates": [{"id": "1"}],
            "next": "Look.",
        },
    }


def pickled(error: CallError) -> Any:
    return pickle.loads(pickle.dumps(error))


def kinds(root: type[CallError]) -> list[type[CallError]]:
    return [root, *(kind for child in root.__subclasses__() for kind in kinds(child))]


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickled])
def test_every_error_can_be_copied_and_sent_between_processes(
    copied: Callable[[CallError], CallError],
) -> None:
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
    for kind in kinds(CallError):
        stated = inspect.signature(kind).parameters
        error: Any = kind("Failed.", **{name: value for name, value in given.items() if name in stated})
        again = copied(error)
        assert type(again) is kind
        assert (str(again), again.__dict__) == ("Failed.", error.__dict__)
        assert again.as_result() == error.as_result()
