"""The prompts about sessions: our words around material that is nobody's instruction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fake_upstream import SESSION_ID, FakeUpstream, session
from vapi_sessions_tools.credential import Credential, MissingKey
from vapi_sessions_tools.errors import ApiAnswerError, NoKeyError
from vapi_sessions_tools.offered import WrongPromptError
from vapi_sessions_tools.sessions.prompts import SessionPrompts
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from vapi_sessions_tools.client import Client
    from vapi_sessions_tools.contract.loading import Contract

KEY = Credential("vapi-private-key")
TURN = {"role": "user", "content": "Where is\n# my order?"}
OF_ONE_SESSION = ("pick_up_conversation", "summarise_for_handover")


def unconnected() -> Client:
    raise AssertionError("nothing is sent")


@pytest.mark.parametrize(
    ("tools", "prompts"),
    [
        (None, [*OF_ONE_SESSION, "review_customer"]),
        (["get_session"], [*OF_ONE_SESSION]),
        (["list_sessions", "create_session"], ["review_customer"]),
        (["create_session"], []),
    ],
)
def test_a_prompt_is_there_when_its_tool_is(
    contract: Contract, tools: list[str] | None, prompts: list[str]
) -> None:
    offered = SessionPrompts(Toolset(contract.offering(tools, read_only=False), unconnected)).prompts
    assert [prompt.name for prompt in offered] == prompts
    assert all(prompt.title and prompt.description for prompt in offered)
    assert all(argument.description for prompt in offered for argument in prompt.arguments)


@pytest.mark.parametrize("name", OF_ONE_SESSION)
async def test_the_material_stands_between_the_task_and_a_reminder(
    toolset: Toolset, upstream: FakeUpstream, name: str
) -> None:
    upstream.respond(session(messages=[TURN]))
    task, material, reminder = await SessionPrompts(toolset).get(name, {"session_id": SESSION_ID}, KEY)
    assert "in the next message" in task
    assert "> - **1 user**: Where is ⏎ \\# my order?" in material
    assert "The material ends here" in reminder


async def test_language_and_audience_are_told_within_one_line(toolset: Toolset) -> None:
    given = {"session_id": f" {SESSION_ID} ", "audience": "the night\nshift {x}", "language": "Persian\u202e"}
    task, _, _ = await SessionPrompts(toolset).get("summarise_for_handover", given, KEY)
    assert "Summarise a conversation for the night ⏎ shift {x}, who" in task
    assert task.endswith("Answer in this language: Persian.")


async def test_an_empty_argument_is_one_that_is_not_given(toolset: Toolset) -> None:
    given = {"session_id": SESSION_ID, "audience": "", "language": " "}
    task, _, _ = await SessionPrompts(toolset).get("summarise_for_handover", given, KEY)
    assert "for a colleague, who" in task
    assert "language" not in task


async def test_a_review_embeds_the_newest_sessions_of_a_customer(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    theirs = [session(id=f"{n}", customer={"number": "+14155551234"}, messages=[TURN]) for n in range(3)]
    upstream.respond({"results": theirs, "metadata": {}})
    given = {"customer": "+1 415 555 1234", "limit": "2"}
    task, material, _ = await SessionPrompts(toolset).get("review_customer", given, KEY)
    assert "with the customer +1 415 555 1234." in task
    assert [f"session {n}\n" in material for n in range(3)] == [True, True, False]


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("nope", {}, "Unknown prompt: nope. The prompts are pick_up_conversation, "),
        ("pick_up_conversation", {"id": "x"}, "session_id is required; there is no id. Its arguments are "),
        ("pick_up_conversation", {"session_id": "x"}, "pick_up_conversation: session_id must be a UUID."),
        ("review_customer", {"customer": "x" * 50}, "review_customer: customer must "),
        ("review_customer", {"customer": "x", "limit": "21"}, "limit must be a whole number from 1 to 20"),
        ("review_customer", {"customer": "x", "limit": "²"}, "limit must be a whole number from 1 to 20"),
    ],
)
async def test_a_wrong_request_is_told_what_is_right(
    contract: Contract, name: str, given: dict[str, str], told: str
) -> None:
    with pytest.raises(WrongPromptError) as caught:
        await SessionPrompts(Toolset(contract, unconnected)).get(name, given, KEY)
    assert told in str(caught.value)


async def test_material_that_cannot_be_read_is_an_error(toolset: Toolset, upstream: FakeUpstream) -> None:
    upstream.respond({"message": "Not Found", "statusCode": 404}, 404)
    with pytest.raises(ApiAnswerError):
        await SessionPrompts(toolset).get("pick_up_conversation", {"session_id": SESSION_ID}, KEY)
    with pytest.raises(NoKeyError):
        await SessionPrompts(toolset).get("pick_up_conversation", {"session_id": SESSION_ID}, MissingKey())


async def test_many_unknown_arguments_are_refused_in_few_words(toolset: Toolset) -> None:
    arguments = {f"argument{number}": "x" for number in range(10_000)}
    with pytest.raises(WrongPromptError) as raised:
        await SessionPrompts(toolset).get("pick_up_conversation", arguments, KEY)
    assert len(str(raised.value)) < 1_000
