"""A connection that failed: httpx's and ssl's exceptions made ours, in the one place that knows them."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx

from vapi_sessions_tools import guidance
from vapi_sessions_tools.errors import NetworkError


class LostAnswerError(NetworkError):
    """A request went out and no answer came back: what it did is not known."""


class ClosedMeanwhileError(LostAnswerError):
    """The connections were closed after a request went out and before its answer came."""


@dataclass(frozen=True, slots=True)
class ConnectionFailure:
    """A connection that failed.

    Args:
        error: What is told of it.
        sent: Whether the request may have been received.
        final: Whether another attempt would fail alike.
    """

    error: NetworkError
    sent: bool
    final: bool = False


class Sending:
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


def failed(
    message: str, next_step: str, *, sent: bool, final: bool = False, quote: str = ""
) -> ConnectionFailure:
    """Return a failure with the error that tells it.

    Args:
        message: What happened.
        next_step: What to do about it.
        sent: Whether the request may have been received.
        final: Whether another attempt would fail alike.
        quote: Unredacted text of the peer, which is added to the message after redaction.
    """
    error = LostAnswerError if sent else NetworkError
    return ConnectionFailure(error(message, quote=quote, next_step=next_step), sent=sent, final=final)


def connection_failure(
    error: httpx.HTTPError | httpx.InvalidURL, base_url: str, *, sent: bool
) -> ConnectionFailure:
    """Return what an httpx exception means for the call.

    Args:
        error: Whatever httpx raised.
        base_url: Where the request was to go.
        sent: Whether it began to go out.
    """
    if (tls := _tls_reason(error)) is not None:
        message = f"The TLS connection to {base_url} failed: {tls}."
        return failed(message, guidance.TLS_NEXT, sent=sent, final=True)
    is_quoted = isinstance(error, (httpx.ProxyError, httpx.RemoteProtocolError, httpx.DecodingError))
    fail = partial(failed, quote=str(error) if is_quoted else "")
    reason = "" if is_quoted else f": {str(error) or type(error).__name__}"
    match error:
        case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.PoolTimeout() | httpx.ProxyError():
            return fail(f"No connection to {base_url}{reason}.", guidance.CONNECT_NEXT, sent=False)
        case (
            httpx.UnsupportedProtocol()
            | httpx.LocalProtocolError()
            | httpx.TooManyRedirects()
            | httpx.InvalidURL()
        ):
            message = f"The request to {base_url} cannot be made{reason}."
            return fail(message, guidance.CONNECT_NEXT, sent=False, final=True)
        case httpx.DecodingError():
            message = f"The answer of {base_url} cannot be decoded{reason}."
            return fail(message, guidance.NOT_AN_ANSWER_NEXT, sent=True, final=True)
        case httpx.NetworkError() | httpx.TimeoutException() | httpx.RemoteProtocolError():
            message = f"The connection to {base_url} broke before the answer was complete{reason}."
            return fail(message, guidance.TIMEOUT_NEXT, sent=sent)
        case _:
            message = f"The request to {base_url} failed{reason}."
            return fail(message, guidance.TIMEOUT_NEXT, sent=sent, final=True)


_UNFINISHED = (ssl.SSLWantReadError, ssl.SSLWantWriteError)
"""Say that the other side is still to be heard: that it was not is a matter of time, and not of TLS."""


def _tls_reason(error: BaseException | None) -> str | None:
    """Return what a TLS failure says, when one is behind an error."""
    while error is not None:
        if isinstance(error, ssl.SSLError) and not isinstance(error, _UNFINISHED):
            return str(getattr(error, "verify_message", "") or error.reason or error)
        text = str(error)
        if "CERTIFICATE_VERIFY_FAILED" in text or "[SSL" in text:
            return text
        error = error.__cause__ or error.__context__
    return None
