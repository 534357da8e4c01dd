"""What a caller is told of every request, so that it can count, time and trace them.

Observers live elsewhere and may fail: a call takes no harm from one.
"""

from __future__ import annotations

import logging
import re
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from contextlib import AbstractContextManager

    from vapi_sessions_tools.connection_failure import ConnectionFailure

_logger = logging.getLogger(__name__)

Failure = Literal["timeout", "connect", "tls", "lost", "too_long", "cancelled", "other"]
"""How an attempt ends that has no answer: the call's time passed, no connection came about, TLS failed,
the connection broke, the answer was not read to its end, nobody wants it any more; or another way."""

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_OURS = frozenset(
    {
        *("authorization", "accept", "content-type", "user-agent", "cookie"),
        *("host", "connection", "content-length", "transfer-encoding", "accept-encoding", "expect"),
    }
)
"""Headers that are the client's own, or the transport's."""


@dataclass(slots=True)
class Attempt:
    """One request; how it ended is known when the observer's context is left.

    Args:
        method: The HTTP method, in capitals.
        template: The operation's path with its placeholders; empty where it is not known.
        number: Which attempt of its call it is, from 1.
        status: The HTTP status, where the API answered.
        failure: How it ended, where it did not.
        seconds: How long it took.
    """

    method: str
    template: str
    number: int
    status: int | None = None
    failure: Failure | None = None
    seconds: float = 0.0


class Observer(Protocol):
    """Is told of every request of a client. It must not block, and what it raises is of no consequence."""

    def attempt(self, attempt: Attempt) -> AbstractContextManager[Mapping[str, str]]:
        """Return a context that lasts as long as a request.

        What entering it gives is sent along as headers, such as those of a trace; the client's own
        headers stay as they are. When it is left, the attempt says how it ended.
        """
        ...

    def waiting(self) -> AbstractContextManager[object]:
        """Return a context that lasts as long as a call waits for its share of the rate limit."""
        ...


@contextmanager
def observed(observer: Observer, attempt: Attempt) -> Generator[dict[str, str]]:
    """Tell an observer of an attempt while it lasts; the headers to send along are given."""
    begun = time.perf_counter()
    with _unharmed(lambda: observer.attempt(attempt)) as headers:
        try:
            yield _clean(headers)
        except Exception:
            attempt.failure = attempt.failure or "other"
            raise
        finally:
            attempt.seconds = time.perf_counter() - begun
            if attempt.status is None and attempt.failure is None:
                attempt.failure = "cancelled"


def waited(observer: Observer) -> AbstractContextManager[object]:
    """Return what tells an observer that a call waits, while it lasts."""
    return _unharmed(lambda: observer.waiting())  # its attribute may fail, too


def how_it_failed(error: httpx.HTTPError | httpx.InvalidURL, failure: ConnectionFailure) -> Failure:
    """Return which way a connection failed.

    Args:
        error: What httpx raised.
        failure: What it means for the call.
    """
    match error:
        case httpx.NetworkError() if failure.final:
            return "tls"
        case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.PoolTimeout() | httpx.ProxyError():
            return "connect"
        case _:
            return "other" if failure.final else "lost"


@contextmanager
def _unharmed(opened: Callable[[], AbstractContextManager[Any]]) -> Generator[Any]:
    """Enter and leave an observer's context; what it raises is noted, what it swallows is raised on."""
    context, given = None, None
    try:
        entering = opened()
        given = entering.__enter__()
        context = entering
    except Exception as error:  # noqa: BLE001  whatever an observer does wrong
        _note(error)
    try:
        yield given
    finally:
        try:
            if context is not None:
                context.__exit__(None, None, None)
        except Exception as error:  # noqa: BLE001  as above
            _note(error)


def _clean(headers: Any) -> dict[str, str]:
    """Return the headers that can be sent beside ours."""
    try:
        return (
            {name: value for name, value in headers.items() if _may_be_sent(name, value)} if headers else {}
        )
    except Exception as error:  # noqa: BLE001  as above
        _note(error)
        return {}


def _may_be_sent(name: str, value: str) -> bool:
    fits = _TOKEN.fullmatch(name) is not None and value.isascii() and value.isprintable()
    return fits and name.lower() not in _OURS


def _note(error: Exception) -> None:
    _logger.warning("an observer failed: %s", type(error).__name__)
