"""The prompts about sessions put our words around untrusted material."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fake_upstream import SESSION_ID, FakeUpstream, page, session
from vapi_sessions_tools.credential import Credential, MissingKey
from vapi_sessions_tools.errors import ApiAnswerError, NoKeyError
from vapi_sessions_tools.offered import WrongPromptError
from vapi_sessions_tools.sessions.prompts import SessionPrompts
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

KEY = Credential("vapi-private-key")
TURN = {"role": "user", "content": "Where is\n# my order?"}
OF_ONE_SESSION = ("pick_up_conversation", "summarise_for_handover")


@pytest.mark.parametrize(
    ("tools", "prompts"),
    [
        (None, [*OF_ONE_SESSION, "review_customer"]),
        (["get_session"], [*OF_ONE_SESSION]),
        (["list_sessions", "create_session"], ["review_customer"]),
        (["create_session"], []),
    ],
)
def test_a_prompt_is_offered_with_its_tool(
    contract: Contract, tools: list[str] | None, prompts: list[str]
) -> None:
    offered = SessionPrompts(Toolset(contract.offering(tools, read_only=False), pytest.fail)).prompts
    assert [prompt.name for prompt in offered] == prompts
    assert all(prompt.title and prompt.description for prompt in offered)
    assert all(argument.description for prompt in offered for argument in prompt.arguments)


@pytest.mark.parametrize("name", OF_ONE_SESSION)
async def test_the_material_is_between_the_task_and_a_reminder(
    toolset: Toolset, upstream: FakeUpstream, name: str
) -> None:
    upstream.respond(session(messages=[TURN]))
    task, material, reminder = await SessionPrompts(toolset).get(name, {"session_id": SESSION_ID}, KEY)
    assert "in the next message" in task
    assert "> - **1 user**: Where is ⏎ \\# my order?" in material
    assert "The material ends here" in reminder


@pytest.mark.parametrize(
    ("audience", "language", "words", "end"),
    [
        ("the night\nshift {x}", "Persian\u202e", "for the night ⏎ shift {x}, who", "language: Persian."),
        ("", " ", "for a colleague, who", ""),
    ],
)
async def test_audience_and_language_are_on_one_line_and_may_be_left_out(
    toolset: Toolset, audience: str, language: str, words: str, end: str
) -> None:
    given = {"session_id": f" {SESSION_ID} ", "audience": audience, "language": language}
    task, _, _ = await SessionPrompts(toolset).get("summarise_for_handover", given, KEY)
    assert words in task
    assert task.endswith(end)
    assert ("language" in task) == bool(end)


async def test_a_review_has_the_newest_sessions_of_a_customer(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    theirs = [session(id=f"{n}", customer={"number": "+14155551234"}, messages=[TURN]) for n in range(3)]
    upstream.respond(page(*theirs))
    given = {"customer": "+1 415 555 1234", "limit": "2"}
    task, material, _ = await SessionPrompts(toolset).get("review_customer", given, KEY)
    assert "with the customer +1 415 555 1234." in task
    assert [f"session {n}\n" in material for n in range(3)] == [True, True, False]


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("nope", {}, "Unknown prompt: nope. The prompts are pick_up_conversation, "),
        ("pick_up_conversation", {"id": "x"}, "session_id is required; there is no id. Its arguments are "),
        ("pick_up_conversation", {"session_id": "x"}, "pick_up_conversation: session_id must be a UUID."),
        ("pick_up_conversation", {f"argument{n}": "x" for n in range(1_000)}, "there is no argument7"),
        ("review_customer", {"customer": "x" * 50}, "review_customer: customer must "),
        ("review_customer", {"customer": "x", "limit": "21"}, "limit must be a whole number from 1 to 20"),
        ("review_customer", {"customer": "x", "limit": "²"}, "limit must be a whole number from 1 to 20"),
    ],
)
async def test_a_wrong_request_is_refused_in_few_words(
    contract: Contract, name: str, given: dict[str, str], words: str
) -> None:
    with pytest.raises(WrongPromptError) as caught:
        await SessionPrompts(Toolset(contract, pytest.fail)).get(name, given, KEY)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 1_000


async def test_material_that_cannot_be_read_is_an_error(toolset: Toolset, upstream: FakeUpstream) -> None:
    upstream.respond({"message": "Not Found", "statusCode": 404}, 404)
    for credential, error in ((KEY, ApiAnswerError), (MissingKey(), NoKeyError)):
        with pytest.raises(error):
            await SessionPrompts(toolset).get("pick_up_conversation", {"session_id": SESSION_ID}, credential)
