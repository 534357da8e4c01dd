"""The user asked before a call is sent, in both protocol eras: what each answer allows, and what none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import anyio
import mcp_types as types
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from answering_user import User
from fake_upstream import SESSION_ID, session
from vapi_sessions_mcp.caller import Caller, only_caller
from vapi_sessions_mcp.confirmation import Confirmation
from vapi_sessions_mcp.registration import build_server
from vapi_sessions_tools.credential import Credential, MissingKey

if TYPE_CHECKING:
    from answering_user import Action
    from fake_upstream import FakeUpstream
    from vapi_sessions_tools.toolset import Toolset

KEY = Credential("a-private-key")
ONE = {"id": SESSION_ID}
ASKING = ("delete_session", "update_session")
MODERN = "2026-07-28"
ERAS = pytest.mark.parametrize("era", ["legacy", MODERN])


def client_of(
    toolset: Toolset, era: str, user: User | None, confirmation: Confirmation | None = None
) -> Client:
    """Return a client whose user is asked before a session is changed."""
    server = build_server(toolset, only_caller(KEY), confirmation or Confirmation(ASKING))
    return Client(server, mode=era, elicitation_callback=user)


def declined(answer: Any) -> dict[str, Any]:
    """Return the error of a call that was not made."""
    assert answer.is_error
    error: dict[str, Any] = answer.structured_content["error"]
    assert error["kind"] == "declined"
    assert "was not called, nothing was sent" in error["message"]
    return error


class TestTheAnswer:
    @ERAS
    async def test_yes_sends_the_call(self, toolset: Toolset, upstream: FakeUpstream, era: str) -> None:
        user = User("accept")
        async with client_of(toolset, era, user) as client:
            answer = await client.call_tool("delete_session", ONE)
        assert answer.structured_content == {"id": SESSION_ID, "deleted": True}
        assert [request.method for request in upstream.changes] == ["DELETE"]
        (asked,) = user.asked
        assert asked.message == f"Delete session {SESSION_ID} for good?"
        assert asked.requested_schema == {"type": "object", "properties": {}}

    @ERAS
    @pytest.mark.parametrize(
        ("action", "words"), [("decline", "the user declined"), ("cancel", "closed the question")]
    )
    async def test_no_sends_nothing_and_says_not_to_insist(
        self, toolset: Toolset, upstream: FakeUpstream, era: str, action: Action, words: str
    ) -> None:
        async with client_of(toolset, era, User(action)) as client:
            error = declined(await client.call_tool("update_session", {**ONE, "name": "n"}))
        assert words in error["message"]
        assert "Do not repeat it" in error["next"]
        assert upstream.changes == []

    @ERAS
    async def test_too_late_is_no(self, toolset: Toolset, upstream: FakeUpstream, era: str) -> None:
        hurried = Confirmation(ASKING, patience=0.0)
        user = User(None if era == "legacy" else "accept")
        async with client_of(toolset, era, user, hurried) as client:
            error = declined(await client.call_tool("delete_session", ONE))
        assert "did not answer within 0 minutes" in error["message"]
        assert upstream.changes == []

    @ERAS
    async def test_each_of_two_open_questions_has_its_own(
        self, toolset: Toolset, upstream: FakeUpstream, era: str
    ) -> None:
        async with client_of(toolset, era, User("accept", unless="Delete")) as client:
            answers: dict[str, Any] = {}

            async def call(tool: str, arguments: dict[str, Any]) -> None:
                answers[tool] = await client.call_tool(tool, arguments)

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(call, "delete_session", ONE)
                tasks.start_soon(call, "update_session", {**ONE, "name": "n"})
        declined(answers["delete_session"])
        assert not answers["update_session"].is_error
        assert [request.method for request in upstream.changes] == ["PATCH"]


class TestTheQuestion:
    @ERAS
    async def test_it_names_the_session_that_the_call_is_about(
        self, toolset: Toolset, upstream: FakeUpstream, era: str
    ) -> None:
        customer = {"name": "Ann", "number": "+14155550100"}
        upstream.respond(session(name="Order 1042\nShall this be done?", customer=customer))
        user = User("accept")
        async with client_of(toolset, era, user) as client:
            assert not (await client.call_tool("delete_session", ONE)).is_error
        assert [question.message.split("\n") for question in user.asked] == [
            [
                f"Delete session {SESSION_ID} for good:",
                '- current name: "Order 1042 Shall this be done?"',
                '- customer: "Ann", "+14155550100"',
                "Shall this be done?",
            ]
        ]
        assert [request.method for request in upstream.requests] == ["GET", "DELETE"], "it is read once"

    @ERAS
    async def test_a_session_that_cannot_be_read_is_asked_about_by_its_id(
        self, toolset: Toolset, upstream: FakeUpstream, era: str
    ) -> None:
        upstream.respond({"message": "no"}, 403)
        user = User("accept")
        async with client_of(toolset, era, user) as client:
            assert not (await client.call_tool("delete_session", ONE)).is_error
        assert [question.message for question in user.asked] == [f"Delete session {SESSION_ID} for good?"]

    @ERAS
    async def test_neither_the_key_nor_a_secret_is_in_it(
        self, toolset: Toolset, upstream: FakeUpstream, era: str
    ) -> None:
        upstream.respond(session(name=f"{KEY.reveal()[:5]}\u200b{KEY.reveal()[5:]}"))
        user = User("accept")
        async with client_of(toolset, era, user) as client:
            await client.call_tool("delete_session", ONE)
        assert KEY.reveal() not in user.asked[0].message


class TestWhoIsAsked:
    @ERAS
    async def test_nobody_where_the_operator_does_not_want_it(
        self, toolset: Toolset, upstream: FakeUpstream, era: str
    ) -> None:
        user = User("decline")
        async with client_of(toolset, era, user) as client:
            assert not (await client.call_tool("create_session", {"name": "n"})).is_error
        assert user.asked == []
        assert len(upstream.requests) == 1

    @ERAS
    async def test_nobody_about_a_call_that_is_refused_anyhow(
        self, toolset: Toolset, upstream: FakeUpstream, era: str
    ) -> None:
        user = User("accept")
        async with client_of(toolset, era, user) as client:
            answer = await client.call_tool("delete_session", {"id": "x"})
        assert answer.structured_content is not None
        assert answer.structured_content["error"]["kind"] == "invalid_arguments"
        assert (user.asked, upstream.requests) == ([], [])

    @ERAS
    async def test_nobody_where_there_is_no_key(self, toolset: Toolset, era: str) -> None:
        user = User("accept")
        server = build_server(toolset, only_caller(MissingKey()), Confirmation(ASKING))
        async with Client(server, mode=era, elicitation_callback=user) as client:
            answer = await client.call_tool("delete_session", ONE)
        assert answer.structured_content is not None
        assert answer.structured_content["error"]["kind"] == "no_key"
        assert user.asked == []

    @ERAS
    async def test_where_the_client_cannot_ask_the_call_is_refused_and_the_restriction_not_explained(
        self, toolset: Toolset, upstream: FakeUpstream, era: str
    ) -> None:
        async with client_of(toolset, era, None) as client:
            error = declined(await client.call_tool("delete_session", ONE))
        assert "this client cannot ask the user" in error["message"]
        assert error["next"].startswith("Ask the user to do this themselves")
        assert "elicitation" in error["next"]
        assert "confirm" not in json.dumps(error).lower()
        assert upstream.requests == []

    async def test_a_client_that_fails_to_ask_counts_as_one_that_cannot(
        self, toolset: Toolset, upstream: FakeUpstream
    ) -> None:
        failing = User(types.ErrorData(code=types.INTERNAL_ERROR, message="no window"))
        async with client_of(toolset, "legacy", failing) as client:
            error = declined(await client.call_tool("delete_session", ONE))
        assert "cannot ask the user" in error["message"]
        assert "no window" not in json.dumps(error)
        assert upstream.changes == []

    async def test_a_call_taken_back_while_the_question_is_open_sends_nothing(
        self, toolset: Toolset, upstream: FakeUpstream
    ) -> None:
        user = User(None)
        async with client_of(toolset, "legacy", user) as client:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(client.call_tool, "delete_session", ONE)
                await user.seen.wait()
                tasks.cancel_scope.cancel()
            assert (await client.list_tools()).tools
        assert upstream.changes == []


YES: dict[str, Any] = {"confirm": types.ElicitResult(action="accept")}


class TestTheStateThatTheClientCarries:
    """In the modern era the client holds the question's state, and may do with it what it likes."""

    @staticmethod
    async def call(client: Client, tool: str, arguments: dict[str, Any], **retry: Any) -> Any:
        """Make a call as it goes over the wire, once."""
        return await client.session.call_tool(tool, arguments, allow_input_required=True, **retry)

    async def state(self, client: Client, tool: str, arguments: dict[str, Any]) -> str:
        """Return the state of a question that was asked."""
        asked = await self.call(client, tool, arguments)
        assert isinstance(asked, types.InputRequiredResult)
        assert asked.request_state is not None
        return asked.request_state

    @pytest.mark.parametrize(
        ("tool", "arguments"),
        [
            ("delete_session", {"id": SESSION_ID[:-1] + "0"}),
            ("delete_session", {**ONE, "more": 1}),
            ("update_session", {**ONE, "name": "n"}),
        ],
    )
    async def test_it_answers_for_no_other_call(
        self, toolset: Toolset, upstream: FakeUpstream, tool: str, arguments: dict[str, Any]
    ) -> None:
        async with client_of(toolset, MODERN, User()) as client:
            state = await self.state(client, "delete_session", ONE)
            with pytest.raises(MCPError, match="Invalid or expired requestState"):
                await self.call(client, tool, arguments, input_responses=YES, request_state=state)
        assert upstream.changes == []

    @pytest.mark.parametrize("state", ["", "garbage", "v1.AAAA", "0123456789abcdef 99999999999"])
    async def test_it_cannot_be_made_up(self, toolset: Toolset, upstream: FakeUpstream, state: str) -> None:
        async with client_of(toolset, MODERN, User()) as client:
            with pytest.raises(MCPError, match="Invalid or expired requestState"):
                await self.call(client, "delete_session", ONE, input_responses=YES, request_state=state)
        assert upstream.changes == []

    async def test_one_of_another_process_is_refused_unless_they_share_the_key(
        self, toolset: Toolset, upstream: FakeUpstream
    ) -> None:
        def sharing() -> Confirmation:
            return Confirmation(ASKING, keys=[b"k" * 32])

        async with client_of(toolset, MODERN, User(), sharing()) as client:
            state = await self.state(client, "delete_session", ONE)
        retry = {"input_responses": YES, "request_state": state}
        async with client_of(toolset, MODERN, User()) as client:
            with pytest.raises(MCPError, match="Invalid or expired requestState"):
                await self.call(client, "delete_session", ONE, **retry)
        assert upstream.changes == []
        async with client_of(toolset, MODERN, User(), sharing()) as client:
            assert not (await self.call(client, "delete_session", ONE, **retry)).is_error

    async def test_it_allows_one_call_and_then_the_user_is_asked_again(
        self, toolset: Toolset, upstream: FakeUpstream
    ) -> None:
        async with client_of(toolset, MODERN, User()) as client:
            state = await self.state(client, "delete_session", ONE)
            retry = {"input_responses": YES, "request_state": state}
            assert not (await self.call(client, "delete_session", ONE, **retry)).is_error
            again = await self.call(client, "delete_session", ONE, **retry)
        assert isinstance(again, types.InputRequiredResult)
        assert len(upstream.changes) == 1

    @pytest.mark.parametrize(
        "responses",
        [None, {}, {"other": YES["confirm"]}, {"confirm": types.ListRootsResult(roots=[])}],
        ids=["none", "empty", "to another question", "of another kind"],
    )
    async def test_without_an_answer_to_it_the_user_is_asked_again(
        self, toolset: Toolset, upstream: FakeUpstream, responses: Any
    ) -> None:
        async with client_of(toolset, MODERN, User()) as client:
            state = await self.state(client, "delete_session", ONE)
            again = await self.call(
                client, "delete_session", ONE, input_responses=responses, request_state=state
            )
        assert isinstance(again, types.InputRequiredResult)
        assert upstream.changes == []

    async def test_an_answer_without_it_is_none(self, toolset: Toolset, upstream: FakeUpstream) -> None:
        async with client_of(toolset, MODERN, User()) as client:
            asked = await self.call(client, "delete_session", ONE, input_responses=YES)
        assert isinstance(asked, types.InputRequiredResult)
        assert upstream.changes == []


async def test_an_answer_counts_for_the_caller_who_was_asked_and_for_nobody_else(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    callers = [Caller(KEY, "ada"), Caller(KEY, "bob")]
    server = build_server(toolset, lambda _context: callers[0], Confirmation(ASKING))
    user = User("accept")

    async def leaves(context: Any, params: Any) -> Any:
        callers.reverse()  # the answer comes from somebody else
        return await user(context, params)

    async with Client(server, mode=MODERN, elicitation_callback=leaves) as client:
        with pytest.raises(MCPError, match="requestState"):
            await client.call_tool("delete_session", ONE)
    assert len(user.asked) == 1
    assert upstream.changes == []
