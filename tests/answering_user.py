"""The user of a client: answers the questions of a server and records them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import anyio
import mcp_types as types

if TYPE_CHECKING:
    from mcp.client import ClientRequestContext

Action = Literal["accept", "decline", "cancel"]


class User:
    """Answers every question the same way.

    Args:
        answer: The answer, or the failure to ask; None never to answer. It may be changed later.
        unless: Declines the questions that contain this.
    """

    def __init__(self, answer: Action | types.ErrorData | None = "accept", *, unless: str = "\0") -> None:
        self.answer: Action | types.ErrorData | None = answer
        self._unless = unless
        self.asked: list[types.ElicitRequestFormParams] = []
        self.seen = anyio.Event()

    async def __call__(
        self, context: ClientRequestContext, params: types.ElicitRequestParams
    ) -> types.ElicitResult | types.ErrorData:
        """Answer a question."""
        assert context is not None
        assert isinstance(params, types.ElicitRequestFormParams)
        self.asked.append(params)
        self.seen.set()
        answer = self.answer
        if answer is None:
            await anyio.sleep_forever()
            raise AssertionError
        if isinstance(answer, types.ErrorData):
            return answer
        return types.ElicitResult(action="decline" if self._unless in params.message else answer)
