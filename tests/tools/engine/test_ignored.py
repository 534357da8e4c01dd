"""What is taken and not used is said, because who gave it believes that it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_tools.engine.ignored import ignored_fields

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

ID = "0197f3c2-1111-4222-8333-444455556666"


@pytest.mark.parametrize(
    ("arguments", "ignored"),
    [
        ({"assistantId": ID, "assistant": {}}, {"assistant": "assistantId is given, and wins"}),
        ({"squadId": ID, "squad": {"members": []}}, {"squad": "squadId is given, and wins"}),
        (
            {"phoneNumber": {"twilioAuthToken": "t", "twilioApiKey": "k"}},
            {"phoneNumber.twilioApiKey": "twilioAuthToken is given, and wins"},
        ),
        ({"assistant": {"name": "a"}}, {}),
        ({"assistantId": None, "assistant": {}}, {}),
        ({"assistantId": ID, "assistant": None}, {}),
        ({"assistantId": ID, "squad": {"members": []}}, {}),
        ({"assistant": {"model": {"provider": "unheard-of"}}, "unknown": {}}, {}),
    ],
)
def test_a_field_that_another_overrides(
    contract: Contract, arguments: dict[str, Any], ignored: dict[str, str]
) -> None:
    assert ignored_fields(contract.operations[0], contract.shapes, arguments) == ignored
