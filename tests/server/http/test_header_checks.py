"""Headers of MCP requests are checked before the SDK sees them, and its errors become JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from server.http.conftest import respond
from server_process import HELLO, request
from vapi_sessions_mcp.http.header_checks import check_protocol_version, explain_errors, require_json

if TYPE_CHECKING:
    from server.http.conftest import Asking, Innermost

SESSION = ("mcp-session-id", "a-session")
UNKNOWN = ("mcp-protocol-version", "1999")
SUPPORTED = ["2024-11-05", "2025-06-18", "2025-11-25", "2026-07-28"]
ENVELOPE: dict[str, Any] = {
    "_meta": {
        "io.modelcontextprotocol/protocolVersion": "1999",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
}


@pytest.mark.parametrize("media", ["text/plain", "", "application/jsonx", "text/plain, application/json"])
async def test_body_of_another_type_is_refused_in_json(ask: Asking, innermost: Innermost, media: str) -> None:
    answer = await ask(require_json(innermost), ("content-type", media), method="POST", content=b"{}")
    assert (answer.status_code, answer.headers["content-type"]) == (415, "application/json")
    assert answer.json()["error"]["kind"] == "not_json"
    assert "Content-Type: application/json" in answer.json()["error"]["next"]
    assert innermost.bodies == []


@pytest.mark.parametrize("media", ["application/json", "Application/JSON", "application/json; charset=utf-8"])
async def test_json_type_is_passed_on_as_the_sdk_compares_it(
    ask: Asking, innermost: Innermost, media: str
) -> None:
    await ask(require_json(innermost), ("content-type", media), method="POST", content=b"{}")
    assert innermost.bodies == [b"{}"]
    assert dict(innermost.scopes[0]["headers"])[b"content-type"] == b"application/json"


async def test_request_without_a_body_needs_no_content_type(ask: Asking, innermost: Innermost) -> None:
    assert (await ask(require_json(innermost))).status_code == 200


@pytest.mark.parametrize(
    ("headers", "method", "message", "request_id"),
    [
        ([SESSION], "POST", request("tools/list", None, 7), 7),
        ([SESSION], "POST", request("tools/list", ENVELOPE, "a"), "a"),
        ([SESSION], "POST", {"jsonrpc": "2.0", "method": "notifications/initialized"}, None),
        ([SESSION], "POST", [1], None),
        ([SESSION], "GET", None, None),
        ([SESSION], "DELETE", None, None),
        ([], "POST", request("initialize", HELLO, 7), 7),
    ],
)
async def test_unsupported_version_is_refused_with_the_supported_ones(
    ask: Asking,
    innermost: Innermost,
    headers: list[tuple[str, str]],
    method: str,
    message: Any,
    request_id: int | str | None,
) -> None:
    app = check_protocol_version(innermost)
    answer = await ask(app, *headers, UNKNOWN, method=method, content=json.dumps(message).encode())
    assert (answer.status_code, answer.json()["id"]) == (400, request_id)
    error = answer.json()["error"]
    assert error["code"] == -32022
    assert "MCP-Protocol-Version header" in error["message"]
    assert ", ".join(SUPPORTED) in error["message"]
    assert error["data"] == {"supported": SUPPORTED, "requested": "1999"}
    assert innermost.bodies == []


async def test_envelope_of_a_newer_version_is_left_to_the_sdk(ask: Asking, innermost: Innermost) -> None:
    content = json.dumps(request("tools/list", ENVELOPE)).encode()
    answer = await ask(check_protocol_version(innermost), UNKNOWN, method="POST", content=content)
    assert answer.status_code == 200
    assert innermost.bodies == [content]


@pytest.mark.parametrize("version", [None, "2025-03-26", *SUPPORTED])
async def test_known_versions_are_passed_on(ask: Asking, innermost: Innermost, version: str | None) -> None:
    stated = [] if version is None else [("mcp-protocol-version", version)]
    answer = await ask(check_protocol_version(innermost), SESSION, *stated, method="POST", content=b"{}")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("status", "text", "kind", "message"),
    [
        (400, b"session_id is required", "bad_request", "session_id is required."),
        (404, b"Could not find session", "not_found", "Could not find session."),
        (405, b"", "not_allowed", "Method Not Allowed."),
        (406, b"", "not_acceptable", "Not Acceptable."),
        (500, b"", "fault", "Internal Server Error."),
    ],
)
async def test_error_in_plain_text_becomes_json(
    ask: Asking, status: int, text: bytes, kind: str, message: str
) -> None:
    plain = respond(status, text, (b"allow", b"POST"), (b"content-length", b"%d" % len(text)))
    answer = await ask(explain_errors(plain), method="POST", content=b"{}")
    assert (answer.status_code, answer.headers["allow"]) == (status, "POST")
    error = answer.json()["error"]
    assert (error["kind"], error["message"]) == (kind, message)
    assert error["next"]


@pytest.mark.parametrize(
    ("status", "media"), [(400, b"application/json"), (200, b"text/event-stream"), (202, b"")]
)
async def test_other_responses_are_left_alone(ask: Asking, status: int, media: bytes) -> None:
    answer = await ask(explain_errors(respond(status, b"{}", (b"content-type", media))), method="POST")
    assert (answer.status_code, answer.content) == (status, b"{}")
