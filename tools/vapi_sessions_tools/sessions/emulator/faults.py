"""Failing on purpose, so that an agent's resilience can be tried out."""

import random
from collections.abc import Awaitable, Callable

import anyio
from pydantic import BaseModel, ConfigDict, Field
from starlette.types import ASGIApp, Receive, Scope, Send

from vapi_sessions_tools.sessions.emulator.nest_errors import envelope, status_name
from vapi_sessions_tools.sessions.emulator.wire import JsonResponse

_RATE_LIMITED = 429


class Faults(BaseModel):
    """What goes wrong, and how often.

    Args:
        status: The error status that failing requests get; None fails none.
        rate: The share of the requests that fail.
        latency: How long every request waits first, in seconds.
        seed: Which requests fail; the same seed fails the same ones.
        retry_after: What failing requests are told to wait, in seconds; None tells them nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: int | None = Field(default=None, ge=400, le=599)
    rate: float = Field(default=1.0, ge=0, le=1)
    latency: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    seed: int = 0
    retry_after: int | None = Field(default=None, ge=0)


NO_FAULTS = Faults()


class FaultyResponses:
    """Answers some requests with an error before the application sees them, so that those change nothing.

    Args:
        app: The application that answers the others.
        faults: What goes wrong.
        pause: How to wait.
    """

    def __init__(
        self, app: ASGIApp, faults: Faults, pause: Callable[[float], Awaitable[None]] = anyio.sleep
    ) -> None:
        self._app = app
        self._faults = faults
        self._pause = pause
        self._chance = random.Random(faults.seed)  # noqa: S311 - repeatable is the point

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or have it answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        failing = self._chance.random() < self._faults.rate
        if self._faults.latency:
            await self._pause(self._faults.latency)
        if failing and self._faults.status is not None:
            await failure(self._faults.status, self._faults.retry_after)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def failure(status: int, retry_after: int | None) -> JsonResponse:
    """Return the answer of a request that fails on purpose.

    Args:
        status: Its HTTP status.
        retry_after: The seconds that its ``Retry-After`` header names, or None for no such header.

    Returns:
        The response; the text for 429 is as reported by users.
    """
    message = "Rate limit exceeded" if status == _RATE_LIMITED else status_name(status)
    headers = None if retry_after is None else {"retry-after": str(retry_after)}
    return JsonResponse(envelope(status, message), status_code=status, headers=headers)
