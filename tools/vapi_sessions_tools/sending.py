"""A prepared call sent, its answer judged, and shown without secrets: the only effects of a call."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

from vapi_sessions_tools import guidance
from vapi_sessions_tools.answer_body import MalformedAnswerError, read_success
from vapi_sessions_tools.api_failure import failure
from vapi_sessions_tools.connection_failure import ClosedMeanwhileError, LostAnswerError
from vapi_sessions_tools.engine.json_values import most_in_text
from vapi_sessions_tools.engine.known_secrets import LONGEST_TEXT
from vapi_sessions_tools.engine.placeholder import cut
from vapi_sessions_tools.engine.query import LongQueryError, QueryError
from vapi_sessions_tools.engine.request import build_request
from vapi_sessions_tools.engine.untrusted import quoted
from vapi_sessions_tools.errors import (
    ApiAnswerError,
    CallError,
    InvalidArgumentsError,
    NetworkError,
    UnknownOutcomeError,
)
from vapi_sessions_tools.look_up import SECONDS, candidates, created_since
from vapi_sessions_tools.presentation import Presenter
from vapi_sessions_tools.retry import LOST_STATUSES

if TYPE_CHECKING:
    from vapi_sessions_tools.background import Background
    from vapi_sessions_tools.client import Answer, Client
    from vapi_sessions_tools.contract.loading import Contract
    from vapi_sessions_tools.credential import Credential
    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.operation import LookUp
    from vapi_sessions_tools.engine.redaction import Redactor
    from vapi_sessions_tools.pause import OnPause
    from vapi_sessions_tools.preparation import Prepared

_LIGHT = 4_000
"""Values of an answer that is judged at once: a page of twenty sessions has about 3,000."""

_LIGHT_BYTES = 240_000

_LONGEST_QUOTE = 300
"""Characters of what a library says of a broken connection."""

_MOST_CANDIDATES = 10
"""More would not help to tell which one it is."""


class Sender:
    """Sends the calls of one contract.

    Args:
        contract: The API as its tools know it.
        client: Carries the requests.
        redactor: Takes secrets out of what comes back.
        deadline: Seconds for a call in all.
        background: Runs what would hold up the event loop.
    """

    def __init__(
        self,
        contract: Contract,
        client: Client,
        redactor: Redactor,
        deadline: float,
        background: Background,
    ) -> None:
        self._contract = contract
        self._client = client
        self._redactor = redactor
        self._deadline = deadline
        self._background = background
        self._presenter = Presenter(contract.shapes)
        self._lister = contract.lister

    async def send(
        self, prepared: Prepared, credential: Credential, on_pause: OnPause | None = None
    ) -> Document:
        """Send a call and return its result.

        Args:
            prepared: The call.
            credential: Whose key to send it with.
            on_pause: Is told when the call waits before it is tried again.

        Raises:
            CallError: It ended without one.
        """
        try:
            result = await self._sent(prepared, credential, on_pause)
        except NetworkError as error:
            # From None: what the HTTP library says may hold the key, and a traceback would show it.
            raise self._told(error, prepared, credential) from None
        told = {**result, "ignored": dict(prepared.ignored)} if prepared.ignored else result
        # The answer is without the key by now; what the caller's own arguments add to it may not be.
        clean: Document = self._redactor.without(told, (credential.reveal(),))
        return clean

    async def _sent(self, prepared: Prepared, credential: Credential, on_pause: OnPause | None) -> Document:
        if prepared.operation.look_up is not None:
            return await self._create(prepared, credential, prepared.operation.look_up, on_pause)
        answer = await self._client.send(
            prepared.request, credential, deadline=self._deadline, on_pause=on_pause
        )
        return await self._judged(prepared, answer, credential)

    async def _judged(self, prepared: Prepared, answer: Answer, credential: Credential) -> Document:
        """Return the result of an answer; the event loop is not held up by a large one, or a long query."""
        if _is_light(answer):
            try:
                return self._result(prepared, answer, credential, at_once=True)
            except LongQueryError:
                pass
        return await self._background.run(partial(self._result, prepared, answer, credential))

    async def whole(self, prepared: Prepared, credential: Credential) -> Any:
        """Send a reading call and return all of its answer, without secrets.

        Raises:
            CallError: It ended without one.
        """
        try:
            answer = await self._client.send(prepared.request, credential, deadline=self._deadline)
            body = partial(self._body, prepared, answer, credential)
            return body() if _is_light(answer) else await self._background.run(body)
        except NetworkError as error:
            # From None: what the HTTP library says may hold the key, and a traceback would show it.
            raise self._told(error, prepared, credential) from None

    async def _create(
        self, prepared: Prepared, credential: Credential, look_up: LookUp, on_pause: OnPause | None
    ) -> Document:
        """Send a creation; when its answer is lost, look up what became of it."""
        started = time.monotonic()
        kept = min(SECONDS, self._deadline / 2)
        try:
            answer = await self._client.send(
                prepared.request, credential, deadline=self._deadline - kept, on_pause=on_pause
            )
            if answer.status not in LOST_STATUSES:
                return await self._judged(prepared, answer, credential)
            failure = partial(self._failure, prepared, answer, credential)
            lost: CallError = failure() if _is_light(answer) else await self._background.run(failure)
        except (LostAnswerError, MalformedAnswerError) as error:
            lost = error
        found = await self._look_up(prepared, credential, look_up, started, kept)
        raise self._unknown(prepared, credential, lost, found)

    async def _look_up(
        self, prepared: Prepared, credential: Credential, look_up: LookUp, started: float, seconds: float
    ) -> list[Document] | None:
        """Return what may be the lost creation, or None when that cannot be told."""
        operation = self._contract.operation(look_up.operation)
        if operation is None or operation.pages is None:
            return None
        request = build_request(operation, look_up.arguments)
        try:
            answer = await self._client.send(request, credential, deadline=seconds)
            if not answer.is_success:
                return None
            listed = read_success(self._contract.shapes, operation, answer)
        except (NetworkError, ApiAnswerError):  # also one that was not sent, as the key is to pause
            return None
        since = created_since(answer.headers, time.monotonic() - started)
        sent = {
            argument.wire: prepared.arguments.get(argument.name) for argument in prepared.operation.arguments
        }
        found = candidates(look_up, sent, listed[operation.pages.results], since)
        redacted = self._redactor.redact(found, (credential.reveal(),))
        if operation not in self._contract.operations:
            return self._presenter.identities(operation, redacted)  # what is not offered is not shown
        return self._presenter.entries(operation, redacted)

    def _unknown(
        self, prepared: Prepared, credential: Credential, lost: CallError, found: list[Document] | None
    ) -> UnknownOutcomeError:
        what = f"{prepared.operation.title} has an unknown outcome: it may have been done, or may still be."
        reason, untrusted = self._message(lost, prepared, credential)
        seen = (
            "What was created since could not be looked up."
            if found is None
            else f"{len(found)} created since may be it."
            if found
            else "Nothing created since looks like it yet."
        )
        return UnknownOutcomeError(
            f"{what} {reason} {seen}",
            status=lost.status,
            candidates=None if found is None else found[:_MOST_CANDIDATES],
            untrusted=[*untrusted, *self._untrusted_candidates(prepared, found or [])],
            next_step=guidance.UNKNOWN_NEXT_FOUND if found else guidance.unknown_next(self._lister),
        )

    def _untrusted_candidates(self, prepared: Prepared, found: list[Document]) -> list[str]:
        look_up = prepared.operation.look_up
        operation = self._contract.operation(look_up.operation) if look_up is not None else None
        if operation is None:
            return []
        shown = found[:_MOST_CANDIDATES]
        return self._presenter.untrusted_entries(operation, shown, "error.candidates")

    def _told(self, error: NetworkError, prepared: Prepared, credential: Credential) -> CallError:
        """Say what a broken connection means for the call that was made."""
        message, untrusted = self._message(error, prepared, credential)
        writes = not prepared.operation.hints.read_only
        if isinstance(error, LostAnswerError) and (
            prepared.request.method == "POST" or (writes and isinstance(error, ClosedMeanwhileError))
        ):
            next_step = guidance.upstream_write_next(self._lister)
            return UnknownOutcomeError(message, candidates=None, untrusted=untrusted, next_step=next_step)
        if writes and isinstance(error, LostAnswerError):
            message += " The change may have been made; repeating it does no harm."
        return NetworkError(message, untrusted=untrusted, next_step=error.next_step)

    def _message(
        self, error: CallError, prepared: Prepared, credential: Credential
    ) -> tuple[str, tuple[str, ...]]:
        """Return an error's message without secrets and with its quote, and its untrusted places."""
        message = self._redactor.text(error.message, (credential.reveal(),))
        if not isinstance(error, NetworkError) or not error.quote:
            return message, error.untrusted
        words = self._scrubbed(cut(error.quote, LONGEST_TEXT), prepared, credential)
        return f"{message.removesuffix('.')}: {quoted(words, _LONGEST_QUOTE)}.", ("error.message",)

    def _result(
        self, prepared: Prepared, answer: Answer, credential: Credential, *, at_once: bool = False
    ) -> Document:
        operation = prepared.operation
        if operation.gone and answer.status == 404 and answer.acted_before:
            return _gone(prepared)
        body = self._body(prepared, answer, credential)
        if operation.gone:
            return _gone(prepared)
        if prepared.select is None:
            return self._presenter.compact(operation, prepared.arguments, body)
        try:
            return self._presenter.selected(operation, prepared.select(body, at_once=at_once))
        except QueryError as error:
            return self._unselected(prepared, body, error)

    def _body(self, prepared: Prepared, answer: Answer, credential: Credential) -> Any:
        if not answer.is_success:
            raise self._failure(prepared, answer, credential)
        # Secrets of the arguments are looked for in errors alone: a result knows them by their fields.
        read = read_success(self._contract.shapes, prepared.operation, answer)
        return self._redactor.redact(read, (credential.reveal(),))

    def _unselected(self, prepared: Prepared, body: Any, error: QueryError) -> Document:
        """Tell that a query does not fit; what was done meanwhile is told all the same."""
        if prepared.operation.hints.read_only:
            raise InvalidArgumentsError(
                f"{error.problem.path} {error.problem.rule}",
                problems=[error.problem],
                next_step="Correct the query, or leave it out to see the compact result.",
            ) from None
        compact = self._presenter.compact(prepared.operation, prepared.arguments, body)
        return {**compact, "query_error": error.problem.as_json()}

    def _failure(self, prepared: Prepared, answer: Answer, credential: Credential) -> ApiAnswerError:
        writes = not prepared.operation.hints.read_only
        by_id = any(argument.place == "path" for argument in prepared.operation.arguments)
        scrub = partial(self._redactor.told, known=(credential.reveal(), *prepared.secrets))
        return failure(
            answer,
            scrub,
            writes=writes,
            by_id=by_id,
            lister=self._lister,
            knowledge=prepared.knowledge,
        )

    def _scrubbed(self, value: Any, prepared: Prepared, credential: Credential) -> Any:
        return self._redactor.without(value, (credential.reveal(), *prepared.secrets))


def _is_light(answer: Answer) -> bool:
    """Whether an answer can be judged in a few milliseconds."""
    return len(answer.content) <= _LIGHT_BYTES and most_in_text(answer.content) <= _LIGHT


def _gone(prepared: Prepared) -> Document:
    places = {argument.name for argument in prepared.operation.arguments if argument.place == "path"}
    return {**{name: prepared.arguments[name] for name in places}, "deleted": True}
