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
DELETE = ("delete_session", ONE)
CONFIRMED = ("delete_session", "update_session")
LEGACY, MODERN = "legacy", "2026-07-28"
ERAS = pytest.mark.parametrize("era", [LEGACY, MODERN])


def client_of(
    toolset: Toolset, era: str, user: User | None, confirmation: Confirmation | None = None
) -> Client:
    """Return a client whose user is asked before a session is changed."""
    server = build_server(toolset, only_caller(KEY), confirmation or Confirmation(CONFIRMED))
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
    @pytest.mark.parametrize(
        ("action", "words"), [("decline", "the user declined"), ("cancel", "closed the question")]
    )
    async def test_decline_sends_nothing_and_asks_the_model_not_to_retry(
        self, toolset: Toolset, upstream: FakeUpstream, era: str, action: Action, words: str
    ) -> None:
        async with client_of(toolset, era, User(action)) as client:
            error = declined(await client.call_tool("update_session", {**ONE, "name": "n"}))
        assert words in error["message"]
        assert "Do not repeat it" in error["next"]
        assert upstream.changes == []

    @ERAS
    async def test_a_late_answer_is_no(self, toolset: Toolset, upstream: FakeUpstream, era: str) -> None:
        user = User(None if era == LEGACY else "accept")
        async with client_of(toolset, era, user, Confirmation(CONFIRMED, patience=0.0)) as client:
            error = declined(await client.call_tool(*DELETE))
        assert "did not answer within 0 minutes" in error["message"]
        assert upstream.changes == []

    @ERAS
    async def test_each_of_two_open_questions_has_its_own(
        self, toolset: Toolset, upstream: FakeUpstream, era: str
    ) -> None:
        answers: dict[str, Any] = {}
        async with client_of(toolset, era, User("accept", unless="Delete")) as client:

            async def call(tool: str, arguments: dict[str, Any]) -> None:
                answers[tool] = await client.call_tool(tool, arguments)

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(call, *DELETE)
                tasks.start_soon(call, "update_session", {**ONE, "name": "n"})
        declined(answers["delete_session"])
        assert not answers["update_session"].is_error
        assert [request.method for request in upstream.changes] == ["PATCH"]

    async def test_an_answer_counts_for_the_caller_who_was_asked_alone(
        self, toolset: Toolset, upstream: FakeUpstream
    ) -> None:
        callers = [Caller(KEY, "ada"), Caller(KEY, "bob")]
        server = build_server(toolset, lambda _context: callers[0], Confirmation(CONFIRMED))
        user = User("accept")

        async def answer_as_another(context: Any, params: Any) -> Any:
            callers.reverse()
            return await user(context, params)

        async with Client(server, mode=MODERN, elicitation_callback=answer_as_another) as client:
            with pytest.raises(MCPError, match="requestState"):
                await client.call_tool(*DELETE)
        assert len(user.asked) == 1
        assert upstream.changes == []


class TestTheQuestion:
    @ERAS
    async def test_it_names_the_session_which_is_read_once(
        self, toolset: Toolset, upstream: FakeUpstream, era: str
    ) -> None:
        customer = {"name": "Ann", "number": "+14155550100"}
        upstream.respond(session(name="Order 1042\nShall this be done?", customer=customer))
        user = User("accept")
        async with client_of(toolset, era, user) as client:
            assert not (await client.call_tool(*DELETE)).is_error
        (question,) = user.asked
        assert question.message.split("\n") == [
            f"Delete session {SESSION_ID} for good:",
            '- current name: "Order 1042 Shall this be done?"',
            '- customer: "Ann", "+14155550100"',
            "Shall this be done?",
        ]
        assert question.requested_schema == {"type": "object", "properties": {}}
        assert [request.method for request in upstream.requests] == ["GET", "DELETE"]

    async def test_it_names_the_id_of_a_session_that_cannot_be_read(
        self, toolset: Toolset, upstream: FakeUpstream
    ) -> None:
        upstream.respond({"message": "no"}, 403)
        user = User("accept")
        async with client_of(toolset, MODERN, user) as client:
            assert not (await client.call_tool(*DELETE)).is_error
        assert [question.message for question in user.asked] == [f"Delete session {SESSION_ID} for good?"]

    async def test_it_does_not_contain_the_key(self, toolset: Toolset, upstream: FakeUpstream) -> None:
        key, user = KEY.reveal(), User("accept")
        upstream.respond(session(name=f"{key[:5]}\u200b{key[5:]}"))
        async with client_of(toolset, MODERN, user) as client:
            await client.call_tool(*DELETE)
        assert key not in user.asked[0].message


class TestWhoIsAsked:
    @ERAS
    async def test_user_is_not_asked_about_another_tool_or_an_invalid_call(
        self, toolset: Toolset, upstream: FakeUpstream, era: str
    ) -> None:
        user = User("decline")
        async with client_of(toolset, era, user) as client:
            assert not (await client.call_tool("create_session", {"name": "n"})).is_error
            refused = await client.call_tool("delete_session", {"id": "x"})
        assert refused.structured_content is not None
        assert refused.structured_content["error"]["kind"] == "invalid_arguments"
        assert user.asked == []
        assert len(upstream.requests) == 1

    async def test_user_is_not_asked_about_a_call_without_a_key(self, toolset: Toolset) -> None:
        user = User("accept")
        server = build_server(toolset, only_caller(MissingKey()), Confirmation(CONFIRMED))
        async with Client(server, mode=MODERN, elicitation_callback=user) as client:
            answer = await client.call_tool(*DELETE)
        assert answer.structured_content is not None
        assert answer.structured_content["error"]["kind"] == "no_key"
        assert user.asked == []

    @ERAS
    async def test_a_client_that_cannot_ask_may_not_call_and_gets_no_hint_how_to_lift_the_restriction(
        self, toolset: Toolset, upstream: FakeUpstream, era: str
    ) -> None:
        async with client_of(toolset, era, None) as client:
            error = declined(await client.call_tool(*DELETE))
        assert "this client cannot ask the user" in error["message"]
        assert error["next"].startswith("Ask the user to do this themselves")
        assert "elicitation" in error["next"]
        assert "confirm" not in json.dumps(error).lower()
        assert upstream.requests == []

    async def test_a_client_that_fails_to_ask_counts_as_one_that_cannot(
        self, toolset: Toolset, upstream: FakeUpstream
    ) -> None:
        failing = User(types.ErrorData(code=types.INTERNAL_ERROR, message="no window"))
        async with client_of(toolset, LEGACY, failing) as client:
            error = declined(await client.call_tool(*DELETE))
        assert "cannot ask the user" in error["message"]
        assert "no window" not in json.dumps(error)
        assert upstream.changes == []

    async def test_a_call_that_is_cancelled_while_the_question_is_open_sends_nothing(
        self, toolset: Toolset, upstream: FakeUpstream
    ) -> None:
        user = User(None)
        async with client_of(toolset, LEGACY, user) as client:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(client.call_tool, *DELETE)
                await user.seen.wait()
                tasks.cancel_scope.cancel()
            assert (await client.list_tools()).tools
        assert upstream.changes == []


YES: dict[str, Any] = {"confirm": types.ElicitResult(action="accept")}


async def call_once(client: Client, tool: str, arguments: dict[str, Any], **retry: Any) -> Any:
    """Make a call as it goes over the wire, without answering a question."""
    return await client.session.call_tool(tool, arguments, allow_input_required=True, **retry)


async def state_of(client: Client) -> str:
    """Return the state of a question about `DELETE`."""
    asked = await call_once(client, *DELETE)
    assert isinstance(asked, types.InputRequiredResult)
    assert asked.request_state is not None
    return asked.request_state


class TestTheStateThatTheClientCarries:
    """In the modern era the client holds the state of the question."""

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
            state = await state_of(client)
            with pytest.raises(MCPError, match="Invalid or expired requestState"):
                await call_once(client, tool, arguments, input_responses=YES, request_state=state)
        assert upstream.changes == []

    @pytest.mark.parametrize("state", ["", "garbage", "v1.AAAA", "0123456789abcdef 99999999999"])
    async def test_it_cannot_be_forged(self, toolset: Toolset, upstream: FakeUpstream, state: str) -> None:
        async with client_of(toolset, MODERN, User()) as client:
            with pytest.raises(MCPError, match="Invalid or expired requestState"):
                await call_once(client, *DELETE, input_responses=YES, request_state=state)
        assert upstream.changes == []

    async def test_one_of_another_process_is_refused_unless_they_share_the_key(
        self, toolset: Toolset, upstream: FakeUpstream
    ) -> None:
        shared, other = [Confirmation(CONFIRMED, keys=[b"k" * 32]) for _ in range(2)]
        async with client_of(toolset, MODERN, User(), shared) as client:
            retry = {"input_responses": YES, "request_state": await state_of(client)}
        async with client_of(toolset, MODERN, User()) as client:
            with pytest.raises(MCPError, match="Invalid or expired requestState"):
                await call_once(client, *DELETE, **retry)
        assert upstream.changes == []
        async with client_of(toolset, MODERN, User(), other) as client:
            assert not (await call_once(client, *DELETE, **retry)).is_error

    async def test_it_allows_one_call_and_then_the_user_is_asked_again(
        self, toolset: Toolset, upstream: FakeUpstream
    ) -> None:
        async with client_of(toolset, MODERN, User()) as client:
            retry = {"input_responses": YES, "request_state": await state_of(client)}
            assert not (await call_once(client, *DELETE, **retry)).is_error
            again = await call_once(client, *DELETE, **retry)
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
            state = await state_of(client)
            again = await call_once(client, *DELETE, input_responses=responses, request_state=state)
        assert isinstance(again, types.InputRequiredResult)
        assert upstream.changes == []

    async def test_an_answer_without_it_does_not_count(
        self, toolset: Toolset, upstream: FakeUpstream
    ) -> None:
        async with client_of(toolset, MODERN, User()) as client:
            asked = await call_once(client, *DELETE, input_responses=YES)
        assert isinstance(asked, types.InputRequiredResult)
        assert upstream.changes == []
