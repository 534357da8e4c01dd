"""Every exception this package raises, in one tree.

SessionsError
├── SettingsError              a setting, file or document cannot be used
│   ├── DocumentError          an OpenAPI document cannot be read or makes no sense
│   └── OverlayError           an overlay does not fit the document it is applied to
└── CallError                  a tool call that has no result; `kind` says which way it failed
    ├── InvalidArgumentsError  refused here, nothing was sent
    ├── NoKeyError             there is no credential to call the API with
    ├── ApiAnswerError         the API answered, and the answer is a failure
    ├── DeclinedError          a person was to be asked first, and did not agree
    ├── NetworkError           no answer, and nothing was changed or the call may be repeated
    └── UnknownOutcomeError    no answer to a call that may have acted

Exceptions of other libraries are turned into these at the client, the document loader and the
query evaluator, and nowhere else.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from vapi_sessions_tools.engine.untrusted import marked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vapi_sessions_tools.engine.problem import Problem

ErrorKind = Literal[
    "invalid_arguments",
    "no_key",
    "unauthorized",
    "not_found",
    "rate_limited",
    "refused_by_api",
    "upstream",
    "network",
    "unknown_outcome",
    "declined",
]
"""The closed set of ways in which a call ends without a result."""


class SessionsError(Exception):
    """The root: whatever this package raises on purpose is one of these."""


class SettingsError(SessionsError):
    """A setting, file or document cannot be used; the message names it and the way out."""


class DocumentError(SettingsError):
    """An OpenAPI document cannot be read, parsed or understood."""


class OverlayError(SettingsError):
    """An overlay action does not fit the document it is applied to."""


class CallError(SessionsError):
    """A tool call that ended without a result.

    Args:
        message: What happened, for the reader who made the call.
        kind: Which way it failed.
        status: The HTTP status, where the API answered.
        problems: What is wrong with which argument.
        more: How many further problems are not listed.
        retry_after: Seconds to wait before the call may be repeated.
        candidates: What may be the outcome of a call whose answer was lost.
        untrusted: The places of the result that hold third parties' words.
        next_step: One sentence on what to do now.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: ErrorKind,
        status: int | None = None,
        problems: Sequence[Problem] = (),
        more: int = 0,
        retry_after: float | None = None,
        candidates: Sequence[dict[str, Any]] | None = None,
        untrusted: Sequence[str] = (),
        next_step: str,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.kind: ErrorKind = kind
        self.status = status
        self.problems = tuple(problems)
        self.more = more
        self.retry_after = retry_after
        self.candidates = None if candidates is None else tuple(candidates)
        self.untrusted = tuple(untrusted)
        self.next_step = next_step

    def __reduce__(self) -> tuple[Any, ...]:
        """Support `copy` and `pickle`: the constructors of subclasses take other arguments."""
        return _restore_error, (type(self), self.args, self.__dict__)

    def redact(self, clean: Callable[[Any], Any]) -> None:
        """Take secrets out of everything that the error says.

        Args:
            clean: Returns a JSON value without secrets.
        """
        self.message = clean(self.message)
        self.args = (self.message,)
        self.next_step = clean(self.next_step)
        self.problems = tuple(
            replace(
                problem,
                path=clean(problem.path),
                rule=clean(problem.rule),
                allowed=clean(problem.allowed),
                schema=clean(problem.schema),
            )
            for problem in self.problems
        )
        self.candidates = None if self.candidates is None else tuple(clean(list(self.candidates)))

    def as_result(self) -> dict[str, Any]:
        """Return the error as the JSON object a caller receives, absent parts left out."""
        error: dict[str, Any] = {"kind": self.kind}
        if self.status is not None:
            error["status"] = self.status
        error["message"] = self.message
        if self.problems:
            error["problems"] = [problem.as_json() for problem in self.problems]
        if self.more:
            error["more"] = self.more
        if self.retry_after is not None:
            error["retry_after"] = self.retry_after
        if self.candidates is not None:
            error["candidates"] = list(self.candidates)
        error["next"] = self.next_step
        return marked({"error": error}, list(self.untrusted))


def _restore_error(kind: type[CallError], args: tuple[Any, ...], state: dict[str, Any]) -> CallError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class InvalidArgumentsError(CallError):
    """The arguments were refused before anything was sent."""

    def __init__(self, message: str, *, problems: Sequence[Problem], more: int = 0, next_step: str) -> None:
        super().__init__(message, kind="invalid_arguments", problems=problems, more=more, next_step=next_step)


class NoKeyError(CallError):
    """No credential is configured."""

    def __init__(self, message: str, *, next_step: str) -> None:
        super().__init__(message, kind="no_key", next_step=next_step)


class ApiAnswerError(CallError):
    """The API answered, and the answer is a failure or cannot be used."""


class DeclinedError(CallError):
    """The user was to be asked before the call was sent, and did not agree to it."""

    def __init__(self, message: str, *, next_step: str) -> None:
        super().__init__(message, kind="declined", next_step=next_step)


class NetworkError(CallError):
    """No answer was had, and repeating the call does no harm.

    Args:
        message: What happened.
        untrusted: The places of the result that hold third parties' words.
        quote: Unredacted text of the peer, which is added to the message after redaction.
        next_step: One sentence on what to do now.
    """

    def __init__(
        self, message: str, *, untrusted: Sequence[str] = (), quote: str = "", next_step: str
    ) -> None:
        super().__init__(message, kind="network", untrusted=untrusted, next_step=next_step)
        self.quote = quote


class UnknownOutcomeError(CallError):
    """A call that may have acted got no answer that tells."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        candidates: Sequence[dict[str, Any]] | None,
        untrusted: Sequence[str] = (),
        next_step: str,
    ) -> None:
        super().__init__(
            message,
            kind="unknown_outcome",
            status=status,
            candidates=candidates,
            untrusted=untrusted,
            next_step=next_step,
        )
