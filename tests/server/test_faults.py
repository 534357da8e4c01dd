"""What goes wrong beside tool calls becomes a protocol error, in words that may be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from mcp.shared.exceptions import MCPError

from vapi_sessions_mcp.faults import told_as_faults
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.errors import NetworkError, SettingsError

if TYPE_CHECKING:
    from vapi_sessions_tools.toolset import Toolset

KEY = Credential("a-private-key")


def told(toolset: Toolset, error: Exception) -> MCPError:
    with pytest.raises(MCPError) as raised, told_as_faults(toolset, KEY, "reading"):
        raise error
    return raised.value


async def test_a_failed_call_is_told_with_what_to_do_next(toolset: Toolset) -> None:
    fault = told(toolset, NetworkError("no answer for a-private-key", next_step="Call again.")).error
    assert (fault.code, fault.message) == (-32603, "no answer for ***redacted***")
    assert fault.data == {"kind": "network", "message": "no answer for ***redacted***", "next": "Call again."}


async def test_a_wrong_setting_is_told_with_the_way_out(toolset: Toolset) -> None:
    fault = told(toolset, SettingsError("SSL_CERT_FILE names no file")).error
    assert fault.message == "SSL_CERT_FILE names no file"
    assert "restart" in fault.data["next"]


async def test_a_protocol_error_stays_as_it_is(toolset: Toolset) -> None:
    assert told(toolset, MCPError(-32602, "one page")).error.message == "one page"


async def test_a_fault_of_ours_is_told_without_its_text(
    toolset: Toolset, caplog: pytest.LogCaptureFixture
) -> None:
    text = "what must " + "not be told"
    fault = told(toolset, RuntimeError(text)).error
    assert (fault.code, fault.message) == (-32603, "reading failed inside the server; its log tells where.")
    assert "RuntimeError" in caplog.text
    assert "test_faults.py" in caplog.text
    assert text not in caplog.text
