"""Failures beside tool calls become protocol errors without the key and without foreign text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from mcp.shared.exceptions import MCPError

from vapi_sessions_mcp.faults import told_as_faults
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.errors import NetworkError, SettingsError

if TYPE_CHECKING:
    from mcp_types import ErrorData

    from vapi_sessions_tools.toolset import Toolset


def reported(toolset: Toolset, error: Exception) -> ErrorData:
    key = Credential("a-private-key")
    with pytest.raises(MCPError) as raised, told_as_faults(toolset, key, "reading"):
        raise error
    return raised.value.error


async def test_a_failed_call_is_reported_with_the_next_step(toolset: Toolset) -> None:
    fault = reported(toolset, NetworkError("no answer for a-private-key", next_step="Call again."))
    assert (fault.code, fault.message) == (-32603, "no answer for ***redacted***")
    assert fault.data == {"kind": "network", "message": "no answer for ***redacted***", "next": "Call again."}


async def test_invisible_characters_of_a_message_are_removed(toolset: Toolset) -> None:
    assert reported(toolset, NetworkError("a\u200b\u202eb", next_step="Call again.")).message == "ab"


async def test_a_wrong_setting_is_reported_with_the_next_step(toolset: Toolset) -> None:
    fault = reported(toolset, SettingsError("SSL_CERT_FILE names no file"))
    assert fault.message == "SSL_CERT_FILE names no file"
    assert "restart" in fault.data["next"]


async def test_a_protocol_error_stays_as_it_is(toolset: Toolset) -> None:
    assert reported(toolset, MCPError(-32602, "one page")).message == "one page"


async def test_an_exception_inside_the_server_is_reported_without_its_text(
    toolset: Toolset, caplog: pytest.LogCaptureFixture
) -> None:
    text = "words that " + "stay inside"
    fault = reported(toolset, RuntimeError(text))
    assert (fault.code, fault.message) == (-32603, "reading failed inside the server; its log tells where.")
    assert "RuntimeError" in caplog.text
    assert "test_faults.py" in caplog.text
    assert text not in caplog.text
