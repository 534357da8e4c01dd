"""What stands in a result for something that was taken out must not come back as a value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_upstream import SESSION_ID, session
from security.planting.bounds import examples
from security.planting.carriers import CREATION_ADDRESSES, PLACES, arguments_with

if TYPE_CHECKING:
    from security.planting.desk import Desk

MARK = "***redacted***"
CUT_MARK = "…[+380 characters]"
MARKED = (MARK, f"Bearer {MARK}", f"https://hooks.example/{MARK}", f"{MARK}{MARK}", "said" + CUT_MARK)
ELSEWHERE: dict[str, tuple[str, dict[str, Any]]] = {
    "name": ("create_session", {"name": "{}"}),
    "messages[1].content": (
        "update_session",
        {
            "id": SESSION_ID,
            "messages": [{"role": "user", "content": "Hi"}, {"role": "user", "content": "{}"}],
        },
    ),
    "messages[0].metadata.a[1].b": (
        "create_session",
        {"messages": [{"role": "user", "content": "Hi", "metadata": {"a": [1, {"b": "{}"}]}}]},
    ),
    "customer.name": ("create_session", {"customer": {"name": "{}"}}),
    "assistant.newPart['a b'][0]": ("create_session", {"assistant": {"newPart": {"a b": ["{}"]}}}),
    "externalId": ("list_sessions", {"externalId": "{}"}),
}
"""Places of no secret, with the arguments that have them."""


def with_text(template: Any, text: str) -> Any:
    """Return arguments with a text in its place."""
    return json.loads(json.dumps(template).replace('"{}"', json.dumps(text)))


async def check_refused(desk: Desk, tool: str, arguments: dict[str, Any], place: str) -> None:
    """Make sure that a call is refused for one place, and that nothing is sent."""
    desk.clear()
    answer = await desk.client.call_tool(tool, arguments)
    assert answer.is_error
    assert answer.structured_content is not None
    error = answer.structured_content["error"]
    assert error["kind"] == "invalid_arguments"
    assert any("placeholder" in told["rule"] for told in error["problems"] if told["path"] == place)
    assert desk.upstream.requests == []


@examples(150)
@given(place=st.sampled_from(PLACES), text=st.sampled_from(MARKED), as_text=st.booleans())
async def test_a_placeholder_is_refused_at_the_place_of_a_secret(
    desk: Desk, place: str, text: str, *, as_text: bool
) -> None:
    tool = "update_session" if place.startswith("messages") else "create_session"
    arguments = arguments_with(place, text)
    top = place.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]
    sent = {**arguments, top: json.dumps(arguments[top])} if as_text else arguments
    await check_refused(desk, tool, sent, place)


@examples(50)
@given(place=st.sampled_from(sorted(ELSEWHERE)), text=st.sampled_from(MARKED))
async def test_a_placeholder_is_refused_wherever_else_it_stands(desk: Desk, place: str, text: str) -> None:
    tool, template = ELSEWHERE[place]
    await check_refused(desk, tool, with_text(template, text), place)


@pytest.mark.parametrize("place", PLACES)
async def test_what_a_result_shows_of_a_secret_is_refused_when_it_comes_back(desk: Desk, place: str) -> None:
    address = "https://hooks.example:8443/path?token=0123456789"
    value = address if place in CREATION_ADDRESSES else "a secret of many words"
    stored = arguments_with(place, value)
    desk.upstream.respond(session(**stored))
    top = place.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]
    answer = await desk.client.call_tool("get_session", {"id": SESSION_ID, "query": top})
    assert answer.structured_content is not None
    shown = answer.structured_content["result"]
    assert MARK in json.dumps(shown)
    tool = "update_session" if place.startswith("messages") else "create_session"
    await check_refused(desk, tool, {**stored, top: shown}, place)


async def test_a_text_that_a_result_cut_is_refused_when_it_comes_back(desk: Desk) -> None:
    said = [{"role": "user", "content": "word " * 100}]
    desk.upstream.respond({"results": [session(messages=said)], "metadata": {}})
    answer = await desk.client.call_tool("list_sessions", {})
    assert answer.structured_content is not None
    last = answer.structured_content["results"][0]["lastMessage"]
    assert last["content"].endswith(CUT_MARK)
    await check_refused(desk, "update_session", {"id": SESSION_ID, "messages": [last]}, "messages[0].content")


@pytest.mark.parametrize("said", ["the key is {key}, is it", "word " * 15_000])
async def test_what_a_transcript_shows_is_refused_when_it_comes_back(desk: Desk, said: str) -> None:
    desk.upstream.respond(session(messages=[{"role": "user", "content": said.format(key=desk.key.text)}]))
    read = await desk.client.read_resource(f"vapi://sessions/{SESSION_ID}/transcript")
    (line,) = [line for line in read.contents[0].model_dump()["text"].splitlines() if "**1 user**" in line]
    messages = [{"role": "user", "content": line.partition("**: ")[2]}]
    await check_refused(
        desk, "update_session", {"id": SESSION_ID, "messages": messages}, "messages[0].content"
    )
