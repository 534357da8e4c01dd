"""Who makes a request: whose key it is carried out with, and whom what it opens belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mcp.server.context import ServerRequestContext

if TYPE_CHECKING:
    from vapi_sessions_tools.credential import Credential, MissingKey


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who makes requests.

    Args:
        credential: The key that their calls are sent with, or why there is none.
        principal: By which they are told apart, where several may call: a digest, never a secret itself.
            What one of them has opened or been asked is nobody else's.
    """

    credential: Credential | MissingKey
    principal: str | None = None


Identify = Callable[[ServerRequestContext[Any]], Caller]
"""Tells who makes a request."""


def only_caller(credential: Credential | MissingKey) -> Identify:
    """Return what takes every request for one caller's, as over a pipe.

    Args:
        credential: The key that all calls are sent with.
    """
    caller = Caller(credential)
    return lambda _context: caller
