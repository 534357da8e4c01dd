"""One request and what became of it: an answer, or httpx's error made ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import anyio
import httpx

from vapi_sessions_tools import guidance
from vapi_sessions_tools.answer import Answer
from vapi_sessions_tools.connection_failure import ConnectionFailure, connection_failure, failed
from vapi_sessions_tools.observation import how_it_failed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vapi_sessions_tools.connection_failure import Sending
    from vapi_sessions_tools.engine.request import Request
    from vapi_sessions_tools.observation import Attempt

LARGEST_ANSWER = 64_000_000
"""Bytes of an answer, decompressed; a thousand heavy sessions have a tenth of them."""


@dataclass(slots=True)
class Exchange:
    """Carries one request.

    Args:
        base_url: Where the request goes.
        left: Seconds that it may take.
        deadline: Seconds that its call has in all, to be told.
        sending: Knows whether the request began to go out.
    """

    base_url: str
    left: float
    deadline: float
    sending: Sending

    async def carry(
        self, http: httpx.AsyncClient, request: Request, headers: Mapping[str, str], attempt: Attempt
    ) -> Answer | ConnectionFailure:
        """Make the request; whatever goes wrong with the connection is returned.

        Args:
            http: The connections.
            request: What to send.
            headers: What to send it with.
            attempt: Is noted how it ended.
        """
        sending = self.sending
        try:
            with anyio.fail_after(max(self.left, 0.001)):
                async with http.stream(
                    request.method,
                    self.base_url + request.path,
                    content=request.body,
                    headers=headers,
                    extensions={"trace": sending.trace},
                ) as response:
                    content = await _whole_body(response)
        except TimeoutError:
            attempt.failure = "timeout"
            message = f"The API did not answer within {self.deadline:g} s."
            return failed(message, guidance.TIMEOUT_NEXT, sent=sending.begun, final=True)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            failure = connection_failure(error, self.base_url, sent=sending.begun)
            attempt.failure = how_it_failed(error, failure)
            return failure
        if content is None:
            attempt.failure = "too_long"
            message = f"The API's answer is longer than {LARGEST_ANSWER // 1_000_000} MB and was not read."
            return failed(message, guidance.TOO_LONG_NEXT, sent=True, final=True)
        attempt.status = response.status_code
        return Answer(attempt.status, {n.lower(): v for n, v in response.headers.items()}, content)


async def _whole_body(response: httpx.Response) -> bytes | None:
    """Return the body of an answer, or None when it is longer than is read."""
    content = bytearray()
    async for part in response.aiter_bytes():
        content += part
        if len(content) > LARGEST_ANSWER:
            return None
    return bytes(content)
