"""What the contract knows of a place that the API names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_tools.engine.validation import Validator

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

MODEL: dict[str, Any] = {
    "assistant": {"model": {"provider": "openai", "model": "m", "tools": [{"type": "dtmf"}]}}
}


@pytest.fixture(scope="module")
def create(contract: Contract) -> Validator:
    operation = next(operation for operation in contract.operations if operation.tool == "create_session")
    return Validator(operation, contract.shapes)


@pytest.mark.parametrize(
    ("path", "arguments", "allowed"),
    [
        (["name"], {}, "a string, at most 40 characters"),
        (["status"], {}, ["active", "completed"]),
        (["assistant", "model", "temperature"], MODEL, "a number, 0 to 2"),
        (["messages", 0, "content"], {"messages": [{"role": "user"}]}, "a string, at most 10000 characters"),
        (["customer", "number"], {"customer": {}}, "a string, 3 to 40 characters"),
    ],
)
def test_a_known_place_is_told(
    create: Validator, path: list[str | int], arguments: dict[str, Any], allowed: Any
) -> None:
    assert create.allowed_at(path, arguments) == allowed


def test_the_branches_of_a_union_are_told_by_their_tag(create: Validator) -> None:
    told = create.allowed_at(
        ["assistant", "model", "provider"], {"assistant": {"model": {"provider": "new"}}}
    )
    assert "anthropic" in told


@pytest.mark.parametrize(
    "path",
    [[], ["nothing"], ["name", "deeper"], ["messages", 0], ["messages", 9, "new"], [0], ["assistant", 1]],
)
def test_of_an_unknown_place_nothing_is_told(create: Validator, path: list[str | int]) -> None:
    assert create.allowed_at(path, {"messages": [{"role": "user", "content": "hi"}]}) is None
