"""The user asked before a call is sent: a yes of a person, not an argument that a model could set.

A client of the handshake era is asked while its call is open. A client of the modern era gets the question
as the call's result and calls again with the answer; what ties the answer to that call is the request state,
which the boundary seals: tool, arguments and time are in it, and it can be neither forged nor moved.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import anyio
import mcp_types as types
from mcp.server.request_state import RequestStateBoundary, RequestStateSecurity
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from vapi_sessions_tools import guidance
from vapi_sessions_tools.errors import DeclinedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Sequence

    from mcp.server.context import ServerRequestContext

    from vapi_sessions_mcp.caller import Identify

    Question = Callable[[], Awaitable[str]]

PATIENCE = 300.0
"""Seconds in which a question can be answered."""

_LATE = 300.0
"""Seconds more in which a late answer is told to be late; after them its state is nobody's."""

_KEY = "confirm"
_NO_FIELDS: dict[str, Any] = {"type": "object", "properties": {}}


class Confirmation:
    """Asks the user before a call of some tools.

    Args:
        tools: The names of the tools; of others nothing is asked.
        keys: Seal what a client of the modern era carries from question to answer, at least 32 bytes each,
            the first for new questions. Servers that answer for each other share them; a random one when
            left out.
        patience: Seconds in which a question can be answered.
    """

    def __init__(
        self, tools: Collection[str] = (), *, keys: Sequence[bytes] = (), patience: float = PATIENCE
    ) -> None:
        self._tools = frozenset(tools)
        self._keys = keys or [os.urandom(32)]
        self._patience = patience
        self._used: dict[str, float] = {}

    def boundary(self, audience: str, identify: Identify) -> RequestStateBoundary:
        """Return the middleware that seals and checks request states; without it they must not be trusted.

        Args:
            audience: The server's name: a state of another server with the same keys is refused.
            identify: Tells who was asked: an answer of somebody else is refused.
        """
        security = RequestStateSecurity(
            keys=self._keys,
            ttl=self._patience + _LATE,
            bind_principal=lambda context: identify(context).principal,
        )
        return RequestStateBoundary(security, default_audience=audience)

    def is_wanted(self, tool: str) -> bool:
        """Whether the user is to be asked before a tool is called."""
        return tool in self._tools

    async def obtain(
        self, question: Question, context: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.InputRequiredResult | None:
        """Obtain the user's consent to a call.

        Args:
            question: Makes the question to the user; called only when one is asked.
            context: The request that makes the call.
            params: The call.

        Returns:
            None when the user consents; else the question, which is then the answer to the request.

        Raises:
            DeclinedError: The user does not consent, or cannot be asked.
        """
        if context.protocol_version in MODERN_PROTOCOL_VERSIONS:
            return await self._answered_or_asked(question, context, params)
        await self._ask(question, context, params.name)
        return None

    async def _ask(self, question: Question, context: ServerRequestContext[Any], tool: str) -> None:
        if not context.session.can_send_request or not _can_ask(context):
            raise cannot_ask(tool)
        message = await question()
        try:
            with anyio.fail_after(self._patience):
                answer = await context.session.elicit_form(
                    message, _NO_FIELDS, related_request_id=context.request_id
                )
        except TimeoutError:
            raise self._unanswered(tool) from None
        except (MCPError, ValidationError):
            raise cannot_ask(tool) from None
        _check(answer, tool)

    async def _answered_or_asked(
        self, question: Question, context: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.InputRequiredResult | None:
        answer = (params.input_responses or {}).get(_KEY)
        if params.request_state is not None and isinstance(answer, types.ElicitResult):
            mark, _, asked = params.request_state.partition(" ")
            if float(asked) + self._patience < time.time():
                raise self._unanswered(params.name)
            if self._is_first(mark):
                _check(answer, params.name)
                return None
        if not _can_ask(context):
            raise cannot_ask(params.name)
        form = types.ElicitRequestFormParams(message=await question(), requested_schema=_NO_FIELDS)
        return types.InputRequiredResult(
            input_requests={_KEY: types.ElicitRequest(params=form)},
            request_state=f"{os.urandom(12).hex()} {time.time()}",
        )

    def _is_first(self, mark: str) -> bool:
        """Whether a question is answered for the first time here: one answer allows one call."""
        now = time.time()
        self._used = {used: ends for used, ends in self._used.items() if ends > now}
        if mark in self._used:
            return False
        self._used[mark] = now + self._patience
        return True

    def _unanswered(self, tool: str) -> DeclinedError:
        message = guidance.UNANSWERED.format(minutes=self._patience / 60)
        return _declined(tool, message, guidance.UNANSWERED_NEXT)


def _can_ask(context: ServerRequestContext[Any]) -> bool:
    """Whether the client says that it shows forms; before URLs could be shown, it said no more than `{}`."""
    capabilities = context.session.client_capabilities
    elicitation = capabilities.elicitation if capabilities is not None else None
    return elicitation is not None and (elicitation.form is not None or elicitation.url is None)


def _check(answer: types.ElicitResult, tool: str) -> None:
    if answer.action == "decline":
        raise _declined(tool, guidance.DECLINED, guidance.DECLINED_NEXT)
    if answer.action != "accept":
        raise _declined(tool, guidance.DISMISSED, guidance.DECLINED_NEXT)


def cannot_ask(tool: str) -> DeclinedError:
    """Return what a call ends with when the user should be asked, and cannot be.

    Args:
        tool: Was to be called.
    """
    return _declined(tool, guidance.CANNOT_ASK, guidance.CANNOT_ASK_NEXT)


def _declined(tool: str, message: str, next_step: str) -> DeclinedError:
    return DeclinedError(guidance.NOT_CALLED.format(tool=tool) + message, next_step=next_step)
