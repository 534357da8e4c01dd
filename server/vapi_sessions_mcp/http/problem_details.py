"""What goes wrong on the REST surface, told as problem details (RFC 9457)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from vapi_sessions_tools.engine.json_values import result_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Scope

REST = "/v1"
"""Below this path the tools are plain JSON over HTTP."""

REST_DOCUMENT = "/openapi.json"
"""Where they are described."""

MEDIA = "application/problem+json"

_TYPE = "urn:problem-type:vapi-sessions-mcp:"
_TITLES = {
    "invalid_arguments": "The arguments were refused before anything was sent",
    "unauthorized": "The key or the access token is not accepted",
    "not_found": "There is nothing of that name",
    "refused_by_api": "The API refused the call",
    "rate_limited": "The API limits the rate",
    "upstream": "The API failed",
    "network": "The API gave no answer, and repeating the call does no harm",
    "unknown_outcome": "The API gave no answer, and the call may have been done",
    "declined": "The user must agree first",
}


def is_rest(scope: Scope) -> bool:
    """Whether a request is for the REST surface, or would be."""
    path: str = scope.get("path", "")
    return path == REST or path.startswith(f"{REST}/") or path.rstrip("/") == REST_DOCUMENT


def problem_details(status: int, error: Mapping[str, Any]) -> dict[str, Any]:
    """Return an error as problem details.

    Args:
        status: The HTTP status that it is told with.
        error: The error's `kind`, `message`, `next` and whatever else there is to say; the API's own `status`
            becomes `api_status`.
    """
    told = dict(error)
    kind, detail = told.pop("kind"), told.pop("message")
    more = {"api_status": told.pop("status")} if "status" in told else {}
    return {
        "type": _TYPE + kind,
        "title": _TITLES.get(kind, kind.replace("_", " ").capitalize()),
        "status": status,
        "detail": detail,
        "kind": kind,
        **more,
        **told,
    }


def problem_response(details: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer that carries problem details.

    Args:
        details: The problem, with its status.
        headers: That go with it.
    """
    return Response(
        result_text(dict(details)), details["status"], {"cache-control": "no-store", **(headers or {})}, MEDIA
    )
