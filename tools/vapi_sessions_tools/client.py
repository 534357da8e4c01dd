"""The internal client: requests out, answers in, within one deadline, and httpx's errors made ours.

One connection pool for the process, no cookies kept, no redirect followed, the caller's key on each
request and nowhere else.
"""

from __future__ import annotations

import json
import random
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import anyio
import httpx

from vapi_sessions_tools import guidance
from vapi_sessions_tools.base_url import checked_base_url, is_local
from vapi_sessions_tools.errors import NetworkError, SettingsError
from vapi_sessions_tools.retry import LOST_STATUSES, RetryPolicy, may_repeat, retry_after
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from types import TracebackType

    from vapi_sessions_tools.credential import Credential
    from vapi_sessions_tools.engine.request import Request

_CONNECT_SECONDS = 10.0
_MOST_CONNECTIONS = 100


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

    def json(self) -> Any:
        """Return the body as JSON.

        Raises:
            ValueError: It is none.
        """
        try:
            return json.loads(self.content, parse_constant=_no_constant)
        except RecursionError as error:
            raise ValueError("nested too deep") from error


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


class LostAnswerError(NetworkError):
    """A request went out and no answer came back: what it did is not known."""


@dataclass(frozen=True, slots=True)
class _Failure:
    """A connection that failed: as our error, and whether the request may have been received."""

    error: NetworkError
    sent: bool
    final: bool = False


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

    async def send(self, request: Request, credential: Credential, *, deadline: float) -> Answer:
        """Send a request, repeating it where that does no harm.

        Args:
            request: What to send.
            credential: Whose key to send it with.
            deadline: Seconds for all attempts together.

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
            await anyio.sleep(pause)
        if isinstance(outcome, _Failure):
            raise outcome.error
        return Answer(outcome.status, outcome.headers, outcome.content, acted)

    async def _attempt(
        self, request: Request, credential: Credential, left: float, deadline: float
    ) -> Answer | _Failure:
        """Make one request; whatever goes wrong with the connection is returned as ours."""
        http = self._opened()
        sending = _Sending(begun=self._transport is not None)
        try:
            with anyio.fail_after(max(left, 0.001)):
                response = await http.request(
                    request.method,
                    self.base_url + request.path,
                    content=request.body,
                    headers=_headers(request, credential),
                    extensions={"trace": sending.trace},
                )
        except TimeoutError:
            message = f"The API did not answer within {deadline:g} s."
            return _failed(message, guidance.TIMEOUT_NEXT, sent=sending.begun, final=True)
        except httpx.HTTPError as error:
            return _failure(error, self.base_url, sent=sending.begun)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, response.content)

    def _pause(self, request: Request, outcome: Answer | _Failure, attempt: int, left: float) -> float | None:
        """Return the seconds until the next attempt, or None when there is none to be."""
        status = None if isinstance(outcome, _Failure) else outcome.status
        sent = outcome.sent if isinstance(outcome, _Failure) else True
        if status is not None and status < 400:
            return None
        if isinstance(outcome, _Failure) and outcome.final:
            return None
        if attempt >= self._retry.attempts or not may_repeat(request.method, status=status, sent=sent):
            return None
        asked = None if isinstance(outcome, _Failure) else retry_after(outcome.headers)
        if asked is None:
            asked = self._retry.pause(attempt, random.random())  # noqa: S311  spreads load, hides nothing
        return asked if asked <= self._retry.longest_wait and asked < left else None

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
                    cookies=_NoCookies(),
                    # A proxy set for the network is not meant for a server on this machine.
                    trust_env=not is_local(self.base_url),
                )
            except (OSError, ssl.SSLError, ValueError) as error:
                raise SettingsError(f"HTTPS cannot be set up: {error}. {guidance.TLS_NEXT}") from error
        return self._http


class _NoCookies(httpx.Cookies):
    """A jar that keeps nothing: a cookie of one caller must not go out with another's request."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Keep nothing of a response."""


def _headers(request: Request, credential: Credential) -> dict[str, str]:
    headers = {
        "authorization": f"Bearer {credential.reveal()}",
        "accept": "application/json",
        "user-agent": f"vapi-sessions-mcp/{__version__}",
    }
    return {**headers, "content-type": "application/json"} if request.body is not None else headers


class _Sending:
    """Knows from the transport's trace whether a request began to go out.

    Args:
        begun: The answer for a transport that traces nothing.
    """

    def __init__(self, *, begun: bool) -> None:
        self.begun = begun

    async def trace(self, event: str, _info: dict[str, Any]) -> None:
        """Take note of one event of the transport."""
        if event.endswith("send_request_headers.started"):
            self.begun = True


def _may_have_acted(outcome: Answer | _Failure) -> bool:
    return outcome.sent if isinstance(outcome, _Failure) else outcome.status in LOST_STATUSES


def _failed(message: str, next_step: str, *, sent: bool, final: bool = False) -> _Failure:
    error = LostAnswerError if sent else NetworkError
    return _Failure(error(message, next_step=next_step), sent=sent, final=final)


def _failure(error: httpx.HTTPError, base_url: str, *, sent: bool) -> _Failure:
    """Make an httpx exception ours: the one place that knows them."""
    if (tls := _tls_reason(error)) is not None:
        message = f"The TLS connection to {base_url} failed: {tls}."
        return _failed(message, guidance.TLS_NEXT, sent=sent, final=True)
    reason = str(error) or type(error).__name__
    match error:
        case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.PoolTimeout() | httpx.ProxyError():
            return _failed(f"No connection to {base_url}: {reason}.", guidance.CONNECT_NEXT, sent=False)
        case httpx.UnsupportedProtocol() | httpx.LocalProtocolError() | httpx.TooManyRedirects():
            message = f"The request to {base_url} cannot be made: {reason}."
            return _failed(message, guidance.CONNECT_NEXT, sent=False, final=True)
        case httpx.DecodingError():
            message = f"The answer of {base_url} cannot be decoded: {reason}."
            return _failed(message, guidance.NOT_AN_ANSWER_NEXT, sent=True, final=True)
        case httpx.NetworkError() | httpx.TimeoutException() | httpx.RemoteProtocolError():
            message = f"The connection to {base_url} broke before the answer was complete: {reason}."
            return _failed(message, guidance.TIMEOUT_NEXT, sent=sent)
        case _:
            message = f"The request to {base_url} failed: {reason}."
            return _failed(message, guidance.TIMEOUT_NEXT, sent=sent, final=True)


def _tls_reason(error: BaseException | None) -> str | None:
    """Return what a TLS failure says, when one is behind an error."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return str(getattr(error, "verify_message", "") or error.reason or error)
        text = str(error)
        if "CERTIFICATE_VERIFY_FAILED" in text or "[SSL" in text:
            return text
        error = error.__cause__ or error.__context__
    return None
