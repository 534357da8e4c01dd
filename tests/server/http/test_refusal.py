"""Refusals: what is wrong, what to do, and nothing of the request."""

from __future__ import annotations

from typing import Any

from vapi_sessions_mcp.http.refusal import RETRY_AFTER, no_room, refusal, refuse


class Body:
    """A request's body, as it comes.

    Args:
        size: Bytes of each part.
        parts: How many there are.
    """

    def __init__(self, size: int, parts: int) -> None:
        self.size = size
        self.left = parts

    async def __call__(self) -> dict[str, Any]:
        """Give the next part."""
        self.left -= 1
        return {"type": "http.request", "body": bytes(self.size), "more_body": self.left > 0}


async def refused(body: Any) -> dict[str, Any]:
    """Refuse a request and return how the answer began."""
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await refuse(refusal(400, "wrong", "It is wrong.", "Mend it."), {"type": "http"}, body, send)
    return sent[0]


async def test_a_body_is_read_before_it_is_answered() -> None:
    body = Body(1024, 5)
    assert b"connection" not in dict((await refused(body))["headers"])
    assert body.left == 0


async def test_a_body_without_end_is_not_and_the_connection_is_closed() -> None:
    body = Body(1024 * 1024, 1_000)
    assert dict((await refused(body))["headers"])[b"connection"] == b"close"
    assert body.left > 900


async def test_a_client_that_is_gone_is_not_waited_for() -> None:
    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    assert (await refused(gone))["status"] == 400


def test_it_says_what_is_wrong_and_what_to_do() -> None:
    answer = refusal(418, "teapot", "This is a teapot.", "Ask for tea.", {"x-leaves": "green"})
    told = b'{"error":{"kind":"teapot","message":"This is a teapot.","next":"Ask for tea."}}'
    assert (answer.status_code, answer.body, answer.headers["x-leaves"]) == (418, told, "green")


def test_where_there_is_no_room_it_says_when_to_come_again() -> None:
    assert no_room("Full.").headers["retry-after"] == str(RETRY_AFTER)
    assert no_room("Full.").status_code == 503
