"""Headers of MCP requests: refused in JSON that says what is right, before and after the SDK."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from server_process import HELLO, request
from vapi_sessions_mcp.http.header_checks import check_protocol_version, explain_errors, require_json

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

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


def answering(status: int, body: bytes, *headers: tuple[bytes, bytes]) -> ASGIApp:
    """Return an application that answers as the SDK does."""

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        await send({"type": "http.response.body", "body": body})

    return app


@pytest.mark.parametrize(
    "media",
    [
        "text/plain",
        "",
        "application/jsonx",
        "application/x-www-form-urlencoded",
        "text/plain, application/json",
    ],
)
async def test_a_body_that_is_not_said_to_be_json_is_refused_in_json(
    ask: Asking, innermost: Innermost, media: str
) -> None:
    answer = await ask(require_json(innermost), ("content-type", media), method="POST", content=b"{}")
    assert answer.status_code == 415
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["error"]["kind"] == "not_json"
    assert "Content-Type: application/json" in answer.json()["error"]["next"]
    assert innermost.bodies == []


@pytest.mark.parametrize("media", ["application/json", "Application/JSON", "application/json; charset=utf-8"])
async def test_json_is_passed_on_by_the_name_that_the_sdk_knows(
    ask: Asking, innermost: Innermost, media: str
) -> None:
    await ask(require_json(innermost), ("content-type", media), method="POST", content=b"{}")
    assert innermost.bodies == [b"{}"]
    assert dict(innermost.scopes[0]["headers"])[b"content-type"] == b"application/json"


async def test_requests_without_a_body_need_no_content_type(ask: Asking, innermost: Innermost) -> None:
    assert (await ask(require_json(innermost))).status_code == 200


@pytest.mark.parametrize(
    ("method", "message", "request_id"),
    [
        ("POST", request("tools/list", None, 7), 7),
        ("POST", request("tools/list", ENVELOPE, "a"), "a"),
        ("POST", {"jsonrpc": "2.0", "method": "notifications/initialized"}, None),
        ("POST", [1], None),
        ("GET", None, None),
        ("DELETE", None, None),
    ],
)
async def test_an_unsupported_version_of_a_protocol_session_is_named_by_its_header(
    ask: Asking, innermost: Innermost, method: str, message: Any, request_id: int | str | None
) -> None:
    app = check_protocol_version(innermost)
    answer = await ask(app, SESSION, UNKNOWN, method=method, content=json.dumps(message).encode())
    assert answer.status_code == 400
    assert answer.json()["id"] == request_id
    error = answer.json()["error"]
    assert error["code"] == -32022
    assert "MCP-Protocol-Version header" in error["message"]
    assert ", ".join(SUPPORTED) in error["message"]
    assert error["data"] == {"supported": SUPPORTED, "requested": "1999"}
    assert innermost.bodies == []


async def test_so_is_one_of_a_handshake(ask: Asking, innermost: Innermost) -> None:
    content = json.dumps(request("initialize", HELLO)).encode()
    answer = await ask(check_protocol_version(innermost), UNKNOWN, method="POST", content=content)
    assert "MCP-Protocol-Version header" in answer.json()["error"]["message"]


async def test_the_sdk_negotiates_with_the_envelope_of_a_newer_revision(
    ask: Asking, innermost: Innermost
) -> None:
    content = json.dumps(request("tools/list", ENVELOPE)).encode()
    answer = await ask(check_protocol_version(innermost), UNKNOWN, method="POST", content=content)
    assert answer.status_code == 200
    assert innermost.bodies == [content]


@pytest.mark.parametrize("version", [None, "2025-03-26", *SUPPORTED])
async def test_other_versions_are_passed_on(ask: Asking, innermost: Innermost, version: str | None) -> None:
    stated = [] if version is None else [("mcp-protocol-version", version)]
    answer = await ask(check_protocol_version(innermost), SESSION, *stated, method="POST", content=b"{}")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("status", "text", "kind", "said"),
    [
        (400, b"session_id is required", "bad_request", "session_id is required"),
        (404, b"Could not find session", "not_found", "Could not find session"),
        (405, b"", "not_allowed", "Method Not Allowed"),
        (406, b"", "not_acceptable", "Not Acceptable"),
    ],
)
async def test_an_error_that_is_not_json_becomes_it(
    ask: Asking, status: int, text: bytes, kind: str, said: str
) -> None:
    plain = answering(status, text, (b"allow", b"POST"), (b"content-length", b"%d" % len(text)))
    answer = await ask(explain_errors(plain), method="POST", content=b"{}")
    assert (answer.status_code, answer.headers["allow"]) == (status, "POST")
    error = answer.json()["error"]
    assert (error["kind"], error["message"]) == (kind, f"{said}.")
    assert error["next"]


@pytest.mark.parametrize(
    ("status", "media"), [(400, b"application/json"), (200, b"text/event-stream"), (202, b"")]
)
async def test_every_other_answer_is_left_as_it_is(ask: Asking, status: int, media: bytes) -> None:
    answer = await ask(explain_errors(answering(status, b"{}", (b"content-type", media))), method="POST")
    assert (answer.status_code, answer.content) == (status, b"{}")
