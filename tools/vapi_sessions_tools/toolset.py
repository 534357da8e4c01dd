"""The tools of a contract: what they are offered with, a call prepared, a call sent."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio.lowlevel

from vapi_sessions_tools import guidance
from vapi_sessions_tools.background import Background
from vapi_sessions_tools.credential import Credential, MissingKey
from vapi_sessions_tools.engine.consent import consent_question
from vapi_sessions_tools.engine.input_schema import input_schema
from vapi_sessions_tools.engine.redaction import Redactor
from vapi_sessions_tools.engine.scrutiny import is_light
from vapi_sessions_tools.errors import CallError, NetworkError, NoKeyError, UnknownOutcomeError
from vapi_sessions_tools.preparation import Preparer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Mapping, Sequence

    from vapi_sessions_tools.client import Client
    from vapi_sessions_tools.contract.loading import Contract
    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.operation import Hints
    from vapi_sessions_tools.pause import OnPause
    from vapi_sessions_tools.preparation import Prepared
    from vapi_sessions_tools.sending import Sender

DEADLINE = 50.0
"""Seconds a call may take in all; common clients give up after 60."""


@dataclass(frozen=True, slots=True)
class Tool:
    """What a tool is offered with.

    Args:
        name: By which it is called.
        title: For people.
        description: For the model that chooses it.
        input_schema: Of its arguments.
        hints: What it does beyond answering.
    """

    name: str
    title: str
    description: str
    input_schema: Document
    hints: Hints


class UnknownToolError(LookupError):
    """There is no tool of that name."""


class Toolset:
    """The tools of one contract.

    Args:
        contract: The API as its tools know it.
        connect: Gives the client when the first call is sent; making it costs start-up time.
        deadline: Seconds for a call in all.
        reveal_links: Whether links to recordings and logs are shown.
        asked: The tools of which the user is asked first; nothing is made of them without a call.
    """

    def __init__(
        self,
        contract: Contract,
        connect: Callable[[], Client],
        *,
        deadline: float = DEADLINE,
        reveal_links: bool = False,
        asked: Collection[str] = (),
    ) -> None:
        self.contract = contract
        self.asked = frozenset(asked)
        self._connect = connect
        self._deadline = deadline
        self._redactor = Redactor(contract.secrets, reveal_links=reveal_links)
        self._preparers = {
            operation.tool: Preparer(operation, contract.shapes, self._redactor)
            for operation in contract.operations
        }
        self._background = Background()
        self._loop: anyio.lowlevel.EventLoopToken | None = None
        self._closed = False
        self._client: Client | None = None
        self._sender: Sender | None = None

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The tools, in the contract's order."""
        return tuple(
            Tool(
                name=operation.tool,
                title=operation.title,
                description=operation.description,
                input_schema=input_schema(operation, self.contract.shapes),
                hints=operation.hints,
            )
            for operation in self.contract.operations
        )

    def open(self) -> None:
        """Make ready what carries the calls; otherwise that is done with the first.

        Raises:
            SettingsError: A setting cannot be used.
            NetworkError: TLS cannot be set up.
        """
        self._made_sender()
        if self._client is not None:
            self._client.open()

    def compile(self) -> None:
        """Compile the validators of all tools; otherwise the first call of each takes half a second more."""
        for preparer in self._preparers.values():
            _ = preparer.validator

    async def reachable(self, seconds: float) -> bool:
        """Whether the API answers at all; nobody's key is used to find out.

        Args:
            seconds: How long that may take.
        """
        if self._closed:
            return False
        self._made_sender()
        return self._client is not None and await self._client.reachable(seconds)

    async def aclose(self) -> None:
        """Close the toolset for good: calls under way end, later ones are refused.

        Raises:
            NetworkError: The toolset belongs to another event loop.
        """
        self._check_loop()
        self._closed = True
        if self._client is not None:
            await self._client.aclose()

    async def call(
        self, name: str, arguments: Mapping[str, Any], credential: Credential | MissingKey
    ) -> Document:
        """Prepare and send a call.

        Args:
            name: The tool.
            arguments: Its arguments, as the caller wrote them.
            credential: Whose key to call with.

        Returns:
            The result: a JSON object.

        Raises:
            UnknownToolError: There is no such tool.
            CallError: The call ended without a result.
        """
        return await self.send(await self.aprepare(name, arguments, credential), credential)

    def told(self, error: CallError, credential: Credential | MissingKey) -> Document:
        """Return an error as its caller receives it: without the key, should the caller have written it."""
        told: Document = self._redactor.without(error.as_result(), _reveal(credential))
        return told

    def without_key(self, text: str, credential: Credential | MissingKey) -> str:
        """Return a text without the key."""
        return self._redactor.text(text, _reveal(credential))

    def prepare(
        self, name: str, arguments: Mapping[str, Any], credential: Credential | MissingKey | None = None
    ) -> Prepared:
        """Mend and validate the arguments of a call and build its request; nothing is sent.

        Args:
            name: The tool.
            arguments: Its arguments, as the caller wrote them.
            credential: What the call is going to be sent with, where that is known already.

        Raises:
            UnknownToolError: There is no such tool.
            NoKeyError: The credential is a missing one.
            InvalidArgumentsError: The arguments are refused, with every reason.
        """
        if name not in self._preparers:
            raise UnknownToolError(self.without_key(name, credential or MissingKey()))
        if credential is not None:
            _key(credential)
        with self._redact_errors(credential):
            return self._preparers[name].prepare(arguments)

    async def aprepare(
        self, name: str, arguments: Mapping[str, Any], credential: Credential | MissingKey | None = None
    ) -> Prepared:
        """Prepare a call; large arguments are checked in a worker thread."""
        self._check_loop()
        if is_light(arguments):
            return self.prepare(name, arguments, credential)
        return await self._background.run(partial(self.prepare, name, arguments, credential))

    def question(
        self,
        prepared: Prepared,
        credential: Credential | MissingKey,
        subject: Mapping[str, Sequence[str]] | None = None,
    ) -> str:
        """Return the question whether a call shall be sent, for a person; without secrets and the key.

        Args:
            prepared: The call.
            credential: Whose key must not be in it.
            subject: By label, the values by which a person recognizes what the call is about.
        """
        shown: Document = self._redactor.redact(prepared.arguments, _reveal(credential))
        # Removing invisible characters may have put the key together.
        return self.without_key(consent_question(prepared.operation, shown, subject), credential)

    async def aquestion(
        self,
        prepared: Prepared,
        credential: Credential | MissingKey,
        subject: Mapping[str, Sequence[str]] | None = None,
    ) -> str:
        """Return the same question; large arguments are read in a worker thread."""
        question = partial(self.question, prepared, credential, subject)
        return question() if is_light(prepared.arguments) else await self._background.run(question)

    def interrupted(self, prepared: Prepared, *, sent: bool) -> CallError:
        """Return what a call ends with when its carrying out was broken off.

        Args:
            prepared: The call.
            sent: Whether it may have been sent.
        """
        if sent and not prepared.operation.hints.read_only:
            message = guidance.INTERRUPTED_WRITE.format(title=prepared.operation.title)
            return UnknownOutcomeError(
                message, candidates=None, next_step=guidance.upstream_write_next(self.contract.lister)
            )
        return NetworkError(guidance.INTERRUPTED, next_step=guidance.INTERRUPTED_NEXT)

    async def send(
        self,
        prepared: Prepared,
        credential: Credential | MissingKey,
        *,
        on_pause: OnPause | None = None,
    ) -> Document:
        """Send a prepared call and return its result.

        Args:
            prepared: The call.
            credential: Whose key to call with.
            on_pause: Is told when the call waits before it is tried again.

        Raises:
            CallError: The call ended without a result.
        """
        key = _key(credential)
        self._check_loop()
        with self._redact_errors(credential):
            return await self._made_sender().send(prepared, key, on_pause)

    async def whole(
        self, name: str, arguments: Mapping[str, Any], credential: Credential | MissingKey
    ) -> Any:
        """Make a reading call and return all that it answers, without secrets: no view, nothing cut.

        Args:
            name: A tool that only reads.
            arguments: Its arguments.
            credential: Whose key to call with.

        Raises:
            UnknownToolError: There is no such tool.
            CallError: The call ended without an answer.
        """
        prepared = await self.aprepare(name, arguments, credential)
        with self._redact_errors(credential):
            return await self._made_sender().whole(prepared, _key(credential))

    def _check_loop(self) -> None:
        """Refuse to work in a second event loop: connections and locks belong to the first."""
        loop = anyio.lowlevel.current_token()
        self._loop = self._loop or loop
        if loop != self._loop:
            raise NetworkError(guidance.OTHER_LOOP, next_step=guidance.OTHER_LOOP_NEXT)

    @contextmanager
    def _redact_errors(self, credential: Credential | MissingKey | None) -> Generator[None]:
        """Take the key out of errors: the caller may have written it into the arguments."""
        try:
            yield
        except CallError as error:
            if isinstance(credential, Credential):
                error.redact(partial(self._redactor.without, known=_reveal(credential)))
            raise

    def _made_sender(self) -> Sender:
        if self._closed:
            raise NetworkError(guidance.CLOSED, next_step=guidance.CLOSED_NEXT)
        if self._sender is None:
            from vapi_sessions_tools.sending import Sender

            self._client = self._connect()
            self._sender = Sender(
                self.contract, self._client, self._redactor, self._deadline, self._background
            )
        return self._sender


def _reveal(credential: Credential | MissingKey) -> tuple[str, ...]:
    return (credential.reveal(),) if isinstance(credential, Credential) else ()


def _key(credential: Credential | MissingKey) -> Credential:
    """Return the credential.

    Raises:
        NoKeyError: There is none.
    """
    if isinstance(credential, Credential):
        return credential
    message = " ".join(part for part in (credential.note, guidance.NO_KEY) if part)
    raise NoKeyError(message, next_step=guidance.NO_KEY_NEXT)
