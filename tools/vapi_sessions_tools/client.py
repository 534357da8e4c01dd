"""The internal client: requests out, answers in, within one deadline, and httpx's errors made ours.

One connection pool for the process, no cookies kept, no redirect followed, the caller's key on each
request and nowhere else.
"""

from __future__ import annotations

import json
import math
import random
import ssl
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Any, Self

import anyio
import httpx

from vapi_sessions_tools import guidance
from vapi_sessions_tools.base_url import checked_base_url, is_local
from vapi_sessions_tools.connection_failure import ConnectionFailure, Sending, connection_failure, failed
from vapi_sessions_tools.errors import NetworkError
from vapi_sessions_tools.pause import Pause, wait
from vapi_sessions_tools.retry import LOST_STATUSES, RetryPolicy, may_repeat, retry_after
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from types import TracebackType

    from vapi_sessions_tools.credential import Credential
    from vapi_sessions_tools.engine.request import Request
    from vapi_sessions_tools.pause import OnPause

_CONNECT_SECONDS = 10.0
_MOST_CONNECTIONS = 100

LARGEST_ANSWER = 64_000_000
"""Bytes of an answer, decompressed; a thousand heavy sessions have a tenth of them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered.

    Args:
        status: The HTTP status.
        headers: Its headers, names in lower case.
        content: Its body.
        acted_before: Whether an attempt before this answer may have reached the API and acted.
    """

    status: int
    headers: dict[str, str]
    content: bytes
    acted_before: bool = False

    @property
    def is_success(self) -> bool:
        """Whether the status is one of success."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """Return the body as JSON.

        Raises:
            ValueError: It is none.
        """
        try:
            return json.loads(self.content, parse_constant=_no_constant, parse_float=_finite)
        except RecursionError as error:
            raise ValueError("nested too deep") from error


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:20]} is out of range")
    return number


class Client:
    """Sends requests to one API.

    Args:
        base_url: The API's root; `http://` only for this machine.
        transport: What carries the requests; the network when left out.
        retry: How often and how long.

    Raises:
        SettingsError: The base URL cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        retry: RetryPolicy | None = None,
    ) -> None:
        self.base_url = checked_base_url(base_url)
        self._retry = retry or RetryPolicy()
        self._transport = transport
        self._http: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def send(
        self,
        request: Request,
        credential: Credential,
        *,
        deadline: float,
        on_pause: OnPause | None = None,
    ) -> Answer:
        """Send a request, repeating it where that does no harm.

        Args:
            request: What to send.
            credential: Whose key to send it with.
            deadline: Seconds for all attempts together.
            on_pause: Is told of each pause between two attempts.

        Returns:
            The API's answer, whatever its status.

        Raises:
            LostAnswerError: The request may have been received, and no answer came.
            NetworkError: It was not received, or the deadline passed before it was sent.
        """
        ends = anyio.current_time() + deadline
        attempt, acted = 0, False
        while True:
            attempt += 1
            outcome = await self._attempt(request, credential, ends - anyio.current_time(), deadline)
            pause = self._pause(request, outcome, attempt, ends - anyio.current_time())
            if pause is None:
                break
            acted = acted or _may_have_acted(outcome)
            await wait(pause, on_pause)
        if isinstance(outcome, ConnectionFailure):
            raise outcome.error
        return Answer(outcome.status, outcome.headers, outcome.content, acted)

    async def _attempt(
        self, request: Request, credential: Credential, left: float, deadline: float
    ) -> Answer | ConnectionFailure:
        """Make one request; whatever goes wrong with the connection is returned as ours."""
        http = self._opened()
        sending = Sending(begun=self._transport is not None)
        try:
            with anyio.fail_after(max(left, 0.001)):
                async with http.stream(
                    request.method,
                    self.base_url + request.path,
                    content=request.body,
                    headers=_headers(request, credential),
                    extensions={"trace": sending.trace},
                ) as response:
                    content = await _read(response)
        except TimeoutError:
            message = f"The API did not answer within {deadline:g} s."
            return failed(message, guidance.TIMEOUT_NEXT, sent=sending.begun, final=True)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return connection_failure(error, self.base_url, sent=sending.begun)
        if content is None:
            message = f"The API's answer is longer than {LARGEST_ANSWER // 1_000_000} MB and was not read."
            return failed(message, guidance.TOO_LONG_NEXT, sent=True, final=True)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, content)

    def _pause(
        self, request: Request, outcome: Answer | ConnectionFailure, attempt: int, left: float
    ) -> Pause | None:
        """Return the pause before the next attempt, or None when there is none to be."""
        if isinstance(outcome, ConnectionFailure):
            ended, status, sent, asked = outcome.final, None, outcome.sent, None
        else:
            ended, status, sent = outcome.status < 400, outcome.status, True
            asked = retry_after(outcome.headers)
        if ended or attempt >= self._retry.attempts:
            return None
        if not may_repeat(request.method, status=status, sent=sent):
            return None
        draw = random.random()  # noqa: S311  spreads load, hides nothing
        seconds = self._retry.pause(attempt, draw) if asked is None else asked
        if seconds > self._retry.longest_wait or seconds >= left:
            return None
        return Pause(
            seconds,
            reason="rate_limit" if status == 429 else "failed_attempt",
            attempt=attempt + 1,
            attempts=self._retry.attempts,
        )

    def _opened(self) -> httpx.AsyncClient:
        if self._http is None:
            limits = httpx.Limits(
                max_connections=_MOST_CONNECTIONS, max_keepalive_connections=_MOST_CONNECTIONS
            )
            try:
                self._http = httpx.AsyncClient(
                    transport=self._transport,
                    limits=limits,
                    timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS),
                    cookies=_no_cookies(),
                    # A proxy set for the network is not meant for a server on this machine.
                    trust_env=not is_local(self.base_url),
                )
            except (OSError, ssl.SSLError, ValueError) as error:
                message = f"HTTPS cannot be set up: {error}."
                raise NetworkError(message, next_step=guidance.TLS_NEXT) from error
        return self._http


async def _read(response: httpx.Response) -> bytes | None:
    """Return the body of an answer, or None when it is longer than is read."""
    content = bytearray()
    async for part in response.aiter_bytes():
        content += part
        if len(content) > LARGEST_ANSWER:
            return None
    return bytes(content)


def _no_cookies() -> CookieJar:
    """Return a jar that keeps nothing: a cookie of one caller must not go out with another's request."""
    return CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))


def _headers(request: Request, credential: Credential) -> dict[str, str]:
    headers = {
        "authorization": f"Bearer {credential.reveal()}",
        "accept": "application/json",
        "user-agent": f"vapi-sessions-mcp/{__version__}",
    }
    return {**headers, "content-type": "application/json"} if request.body is not None else headers


def _may_have_acted(outcome: Answer | ConnectionFailure) -> bool:
    return outcome.sent if isinstance(outcome, ConnectionFailure) else outcome.status in LOST_STATUSES
