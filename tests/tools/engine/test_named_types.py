"""The contract's named types, each told whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vapi_sessions_tools.engine.named_types import describe_type

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract


def test_a_type_is_described_whole_with_the_types_that_it_is_made_of(contract: Contract) -> None:
    described = describe_type(contract.shapes, "CreateAssistantDTO")
    assert described["type"] == "CreateAssistantDTO"
    assert "further" not in described
    assert {"OpenAIModel", "DeepgramTranscriber", "TransportConfigurationTwilio"} <= set(described["types"])
    assert set(described["types"]) <= set(contract.shapes.names)


def test_every_type_can_be_described_and_no_other(contract: Contract) -> None:
    for name in contract.shapes.names:
        assert describe_type(contract.shapes, name)["type"] == name
    with pytest.raises(KeyError):
        describe_type(contract.shapes, "Nothing")
