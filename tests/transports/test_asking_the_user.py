"""The user is asked over every transport that has a way for a question; over the others nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from answering_user import User
from fake_upstream import SESSION_ID, session
from transports.connect import ASKED

if TYPE_CHECKING:
    from answering_user import Action
    from fake_upstream import FakeUpstream
    from transports.connect import Connect, Transport

ID = {"id": SESSION_ID}
QUESTION = f'Delete session {SESSION_ID} for good:\n- current name: "Order 1042"\nShall this be done?'
CANNOT_ASK = f"{ASKED} was not called, nothing was sent: the user must agree first, and this client cannot"


@pytest.mark.parametrize(
    ("action", "words"),
    [("accept", None), ("decline", "the user declined"), ("cancel", "closed the question")],
)
async def test_only_a_yes_reaches_the_api(
    connect: Connect, transport: Transport, upstream: FakeUpstream, action: Action, words: str | None
) -> None:
    upstream.respond(session(name="Order 1042"))
    if transport.can_ask:
        upstream.respond(session())
    user = User(action)
    async with connect(asking=True, user=user) as api:
        told = await api.call(ASKED, ID)
    if not transport.can_ask:
        words = CANNOT_ASK
    assert [question.message for question in user.asked] == ([QUESTION] if transport.can_ask else [])
    reading = ["GET"] if transport.can_ask else []
    assert [request.method for request in upstream.requests] == reading + ([] if words else ["DELETE"])
    if words:
        assert told.error["kind"] == "declined"
        assert words in told.error["message"]
    else:
        assert told.result == {**ID, "deleted": True}


async def test_a_client_that_cannot_ask_is_told_so_and_may_do_the_rest(
    connect: Connect, upstream: FakeUpstream
) -> None:
    async with connect(asking=True) as api:
        told = await api.call(ASKED, ID)
        assert CANNOT_ASK in told.error["message"]
        assert told.error["next"].startswith("Ask the user to do this themselves")
        assert upstream.requests == []
        upstream.respond(session())
        assert not (await api.call("get_session", ID)).is_error
