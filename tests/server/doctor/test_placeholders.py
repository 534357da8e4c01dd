"""What each client puts in the place of `${...}`."""

from __future__ import annotations

from pathlib import Path

import pytest

from vapi_sessions_mcp.doctor.entries import Entry
from vapi_sessions_mcp.doctor.placeholders import Filled, fill

ENVIRONMENT = {"KEY": "the-key", "EMPTY": ""}


def filled(client: str, value: str, *, argument: str = "serve") -> Filled:
    return fill(Entry(client, "mine", "server", (argument,), {"IT": value}, "/"), ENVIRONMENT)


@pytest.mark.parametrize(
    ("client", "value", "made"),
    [
        ("claude-code", "${KEY}", "the-key"),
        ("claude-code", "Bearer ${KEY}!", "Bearer the-key!"),
        ("claude-code", "${NONE:-else}", "else"),
        ("claude-code", "${KEY:-else}", "the-key"),
        ("claude-code", "plain", "plain"),
        ("claude-desktop", "${KEY}", "${KEY}"),
        ("cursor", "${env:KEY}", "the-key"),
        ("cursor", "${env:NONE}", ""),
        ("cursor", "${KEY}", "${KEY}"),
        ("cursor", "${userHome}/x", f"{Path.home()}/x"),
        ("vscode", "${env:KEY}-${env:KEY}", "the-key-the-key"),
    ],
)
def test_values_are_put_in_as_the_client_does(client: str, value: str, made: str) -> None:
    found = filled(client, value)
    assert found.entry.variables == {"IT": made}
    assert (found.asked, found.missing, found.startable) == ((), (), True)


def test_what_the_client_asks_its_user_for_is_left_out() -> None:
    found = filled("vscode", "${input:vapi-key}")
    assert found.entry.variables == {}
    assert found.asked == ("IT",)
    assert found.startable


def test_what_claude_code_needs_and_does_not_find_is_told() -> None:
    assert filled("claude-code", "${NONE}").missing == ("NONE",)


def test_a_command_that_only_the_client_knows_cannot_be_started() -> None:
    assert not filled("vscode", "x", argument="${workspaceFolder}/server").startable
