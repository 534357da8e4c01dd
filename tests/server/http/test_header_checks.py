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


@pytest.mark.parametrize(
    ("media", "method", "status"),
    [
        *(
            ("text/plain", "POST", 415),
            ("application/jsonx", "POST", 415),
            ("", "POST", 415),
            ("", "GET", 200),
        ),
        *(("text/plain, application/json", "POST", 415), ("Application/JSON", "POST", 200)),
        ("application/json; charset=utf-8", "POST", 200),
    ],
)
async def test_posted_body_must_be_json_and_is_passed_on_as_the_sdk_compares_it(
    ask: Asking, innermost: Innermost, media: str, method: str, status: int
) -> None:
    answer = await ask(require_json(innermost), ("content-type", media), method=method, content=b"{}")
    assert answer.status_code == status
    if status == 415:
        assert "Content-Type: application/json" in answer.json()["error"]["next"]
        assert innermost.bodies == []
    elif method == "POST":
        assert dict(innermost.scopes[0]["headers"])[b"content-type"] == b"application/json"


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


async def test_known_versions_and_the_envelope_of_a_newer_one_are_passed_on(
    ask: Asking, innermost: Innermost
) -> None:
    app, content = check_protocol_version(innermost), json.dumps(request("tools/list", ENVELOPE)).encode()
    assert (await ask(app, UNKNOWN, method="POST", content=content)).status_code == 200
    assert innermost.bodies == [content]
    for version in (None, "2025-03-26", *SUPPORTED):
        stated = [] if version is None else [("mcp-protocol-version", version)]
        assert (await ask(app, SESSION, *stated, method="POST", content=b"{}")).status_code == 200


@pytest.mark.parametrize(
    ("status", "text", "media", "kind", "message"),
    [
        (400, b"session_id is required", b"", "bad_request", "session_id is required."),
        (404, b"Could not find session", b"", "not_found", "Could not find session."),
        (405, b"", b"text/plain", "not_allowed", "Method Not Allowed."),
        (406, b"", b"", "not_acceptable", "Not Acceptable."),
        (500, b"", b"", "fault", "Internal Server Error."),
        (400, b"{}", b"application/json", None, None),
        (200, b"{}", b"text/event-stream", None, None),
        (202, b"{}", b"", None, None),
    ],
)
async def test_error_in_plain_text_becomes_json(
    ask: Asking, status: int, text: bytes, media: bytes, kind: str | None, message: str | None
) -> None:
    plain = respond(status, text, (b"allow", b"POST"), (b"content-type", media))
    answer = await ask(explain_errors(plain), method="POST", content=b"{}")
    assert (answer.status_code, answer.headers["allow"]) == (status, "POST")
    if kind is None:
        assert answer.content == text
    else:
        error = answer.json()["error"]
        assert (error["kind"], error["message"]) == (kind, message)
        assert error["next"]
