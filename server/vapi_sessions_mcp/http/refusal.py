"""How a request is refused before it is one of MCP: as JSON that says what is wrong and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
from starlette.responses import JSONResponse

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
    if not await _drained(receive):
        answer.headers["connection"] = "close"
    await answer(scope, receive, send)


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
) -> JSONResponse:
    """Return the answer to a request that is not let in; nothing of the request is in it.

    Args:
        status: The HTTP status.
        kind: In one word, for programs.
        message: What is wrong.
        next_step: What to do about it.
        headers: That go with it.
    """
    told = {"error": {"kind": kind, "message": message, "next": next_step}}
    return JSONResponse(told, status, dict(headers or {}))


def no_room(message: str) -> JSONResponse:
    """Return the answer to a request for which there is no room just now."""
    return refusal(
        503,
        "busy",
        message,
        f"Try again in {RETRY_AFTER} s; nothing was done.",
        {"retry-after": str(RETRY_AFTER)},
    )


def not_allowed(message: str, *methods: str) -> JSONResponse:
    """Return the answer to a request of a method that a path does not have.

    Args:
        message: What is wrong.
        methods: Those that it has.
    """
    return refusal(405, "not_allowed", message, f"Use {' or '.join(methods)}.", {"allow": ", ".join(methods)})
