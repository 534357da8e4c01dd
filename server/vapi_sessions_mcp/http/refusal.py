"""How a request is refused before it is one of MCP: as JSON that says what is wrong and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
from starlette.responses import JSONResponse

from vapi_sessions_mcp.http.problem_details import is_rest, problem_details, problem_response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

RETRY_AFTER = 1
"""Seconds that whoever comes when there is no room is told to wait."""

_READ = 16 * 1024 * 1024
"""Bytes of a refused request's body that are read and forgotten."""

_PATIENCE = 5.0
"""Seconds in which they must come."""


class RefusalAnswer(JSONResponse):
    """The answer to a request that is not let in.

    Args:
        status: The HTTP status.
        error: Its kind, what is wrong, and what to do about it.
        headers: That go with it.
    """

    def __init__(self, status: int, error: Mapping[str, str], headers: Mapping[str, str]) -> None:
        super().__init__({"error": dict(error)}, status, dict(headers))
        self._error = error
        self._sent_along = headers

    def in_form(self, scope: Scope) -> Response:
        """Return this answer in the form in which the surface that a request is for tells what goes wrong."""
        if not is_rest(scope):
            return self
        return problem_response(problem_details(self.status_code, self._error), self._sent_along)


async def refuse(answer: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request that is not let in, its body out of the way.

    A connection that is closed while its client still sends may be gone before the answer was read; one that
    is kept would take the rest of the body for the next request.

    Args:
        answer: Says why.
        scope: The request.
        receive: Gives its body.
        send: Takes the answer.
    """
    drained = await _drained(receive)
    told = answer.in_form(scope) if isinstance(answer, RefusalAnswer) else answer
    if not drained:
        told.headers["connection"] = "close"
    await told(scope, receive, send)


async def _drained(receive: Receive) -> bool:
    """Read a body and keep nothing of it; whether all of it came."""
    read = 0
    with anyio.move_on_after(_PATIENCE):
        while read <= _READ:
            message = await receive()
            read += len(message.get("body", b""))
            if not message.get("more_body", False):
                return True
    return False


def refusal(
    status: int, kind: str, message: str, next_step: str, headers: Mapping[str, str] | None = None
) -> RefusalAnswer:
    """Return the answer to a request that is not let in; nothing of the request is in it.

    Args:
        status: The HTTP status.
        kind: In one word, for programs.
        message: What is wrong.
        next_step: What to do about it.
        headers: That go with it.
    """
    return RefusalAnswer(status, {"kind": kind, "message": message, "next": next_step}, headers or {})


def no_room(message: str) -> RefusalAnswer:
    """Return the answer to a request for which there is no room just now."""
    return refusal(
        503,
        "busy",
        message,
        f"Try again in {RETRY_AFTER} s; nothing was done.",
        {"retry-after": str(RETRY_AFTER)},
    )


def not_json() -> RefusalAnswer:
    """Return the answer to a request whose body has another Content-Type than JSON."""
    message = "The request's Content-Type is not application/json."
    return refusal(415, "not_json", message, "Send the body with Content-Type: application/json.")


def not_allowed(message: str, *methods: str) -> RefusalAnswer:
    """Return the answer to a request of a method that a path does not have.

    Args:
        message: What is wrong.
        methods: Those that it has.
    """
    return refusal(405, "not_allowed", message, f"Use {' or '.join(methods)}.", {"allow": ", ".join(methods)})
