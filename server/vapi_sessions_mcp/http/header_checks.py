"""Checks of the headers of MCP requests, and errors of the SDK's transports as JSON."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from mcp.shared.inbound import MCP_PROTOCOL_VERSION_HEADER
from mcp_types import PROTOCOL_VERSION_META_KEY, UNSUPPORTED_PROTOCOL_VERSION, JSONRPCRequest
from mcp_types.version import KNOWN_PROTOCOL_VERSIONS, MODERN_PROTOCOL_VERSIONS
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response

from vapi_sessions_mcp.frames import read_message
from vapi_sessions_mcp.handshake import HANDSHAKE_VERSIONS
from vapi_sessions_mcp.http.distinct_ids import replay
from vapi_sessions_mcp.http.protocol_sessions import SESSION
from vapi_sessions_mcp.http.refusal import not_json, refusal, refuse
from vapi_sessions_tools.engine.json_values import is_object

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SUPPORTED = [*HANDSHAKE_VERSIONS, *MODERN_PROTOCOL_VERSIONS]
_UNSUPPORTED = (
    "The MCP-Protocol-Version header names a version that this server does not support. "
    f"It supports {', '.join(_SUPPORTED)}."
)
_LONGEST_VERSION = 40


def require_json(app: ASGIApp) -> ASGIApp:
    """Return an application that refuses posted bodies whose Content-Type is not JSON."""

    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "POST":
            headers = MutableHeaders(scope=scope)
            if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
                await refuse(not_json(), scope, receive, send)
                return
            headers["content-type"] = "application/json"  # the SDK compares letter by letter
        await app(scope, receive, send)

    return checked


def check_protocol_version(app: ASGIApp) -> ASGIApp:
    """Return an application that refuses an unsupported MCP-Protocol-Version, and says which are supported.

    The SDK takes every unknown version for a newer one, and asks for the envelope that newer revisions have;
    requests with that envelope are left to it.

    Args:
        app: Answers requests; the body is given to it in one piece.
    """

    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        version = headers.get(MCP_PROTOCOL_VERSION_HEADER)
        if version is None or version in KNOWN_PROTOCOL_VERSIONS:
            await app(scope, receive, send)
            return
        first = await receive()
        message = read_message(first.get("body", b"") or b"{}")
        if SESSION in headers or not _has_envelope(message):
            request_id = message.id if isinstance(message, JSONRPCRequest) else None
            await _unsupported(version, request_id)(scope, receive, send)
            return
        await app(scope, replay(first, receive), send)

    return checked


def _has_envelope(message: object) -> bool:
    params = message.params if isinstance(message, JSONRPCRequest) else None
    meta = (params or {}).get("_meta")
    return is_object(meta) and PROTOCOL_VERSION_META_KEY in meta


def _unsupported(version: str, request_id: str | int | None) -> Response:
    data = {"supported": _SUPPORTED, "requested": version[:_LONGEST_VERSION]}
    error = {"code": UNSUPPORTED_PROTOCOL_VERSION, "message": _UNSUPPORTED, "data": data}
    body = json.dumps({"jsonrpc": "2.0", "id": request_id, "error": error}, separators=(",", ":"))
    return Response(body, 400, media_type="application/json")


_KINDS = {
    404: ("not_found", "Open a new stream with GET /sse, or use Streamable HTTP at /mcp."),
    405: ("not_allowed", "Use a method that the Allow header names."),
    406: ("not_acceptable", "Send Accept: application/json, text/event-stream."),
}
_FAULT = ("fault", "Send the request again, or report it to the server's operator.")
_BAD_REQUEST = ("bad_request", "Post one JSON-RPC message to the address in the stream's endpoint event.")


def explain_errors(app: ASGIApp) -> ASGIApp:
    """Return an application whose errors are JSON; some of the SDK's are plain text or empty."""

    async def explained(scope: Scope, receive: Receive, send: Send) -> None:
        start: Message | None = None

        async def explain(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_unexplained(message):
                start = message
            elif start is None:
                await send(message)
            elif not message.get("more_body", False):  # the SDK's errors are one short text
                await _explanation(start, message.get("body", b""))(scope, receive, send)

        await app(scope, receive, explain)

    return explained


def _is_unexplained(start: Message) -> bool:
    media = Headers(raw=list(start["headers"])).get("content-type", "")
    return start["status"] >= 400 and not media.startswith("application/json")


def _explanation(start: Message, text: bytes) -> Response:
    status: int = start["status"]
    kind, next_step = _KINDS.get(status, _BAD_REQUEST if status < 500 else _FAULT)
    said = text.decode("utf-8", "replace") or HTTPStatus(status).phrase
    allow = Headers(raw=list(start["headers"])).get("allow")
    return refusal(status, kind, f"{said}.", next_step, {} if allow is None else {"allow": allow})
