"""An operation is a value: it never changes, and takes nothing it does not know."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from vapi_sessions_tools.engine.operation import Argument, Hints


def test_an_argument_shows_itself_without_its_schema() -> None:
    argument = Argument(name="a", wire="a", place="body", required=False, schema_={"type": "string"})
    assert "schema_" not in repr(argument)
    assert (argument.form, argument.date_edge, argument.default, argument.words) == ("one", None, None, "")


def test_a_value_never_changes() -> None:
    hints = Hints(read_only=True, destructive=False, idempotent=True)
    with pytest.raises(ValidationError):
        hints.read_only = False  # pyright: ignore[reportAttributeAccessIssue]
    assert hints.open_world


def test_a_policy_that_is_misspelt_is_refused() -> None:
    with pytest.raises(ValidationError, match="readonly"):
        Hints.model_validate({"readonly": True, "read_only": True, "destructive": False, "idempotent": True})
