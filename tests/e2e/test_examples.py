"""The examples run: in the sandbox, with a key, and with the libraries of model providers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from anthropic.types import ToolParam, ToolResultBlockParam
from examples import anthropic_agent, openai_agent, plain
from openai.types.responses import FunctionToolParam
from openai.types.responses.response_input_item_param import FunctionCallOutput
from pydantic import TypeAdapter

from fake_upstream import FakeUpstream, serving
from vapi_sessions_tools import open_toolset
from vapi_sessions_tools.sessions.emulator import SessionStore, create_emulator

if TYPE_CHECKING:
    from collections.abc import Generator

ENDING = "It is noted."
SCRIPT: list[tuple[str, dict[str, Any]]] = [
    ("create_session", {"name": "Order 1042", "status": "open"}),
    ("delete_session", {"id": "x"}),
    ("create_session", {"name": "Order 1042"}),
    ("list_sessions", {"name": "Order 1042"}),
]
"""What the model calls, turn by turn: two errors, then a session is created and found."""

PLAIN = """\
created: Order 1042 active
found: Order 1042 messages: 1
refused: invalid_arguments ['status must be one of the listed values']
updated: completed
deleted: True
"""


@pytest.fixture
def model() -> FakeUpstream:
    """The API of a model provider."""
    return FakeUpstream()


@pytest.fixture(autouse=True)
def environment(model: FakeUpstream, monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Give the examples that provider, and none of the keys of whoever runs the tests."""
    for name in ("VAPI_API_KEY", "ANTHROPIC_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with serving(model) as url:
        for name, base_url in (("OPENAI", f"{url}/v1"), ("ANTHROPIC", url)):
            monkeypatch.setenv(f"{name}_BASE_URL", base_url)
            monkeypatch.setenv(f"{name}_API_KEY", "a-key-of-theirs")
        yield


async def test_plain_example_does_the_same_without_and_with_a_key(
    capsys: pytest.CaptureFixture[str],
) -> None:
    await plain.main()
    assert capsys.readouterr().out == PLAIN
    with SessionStore.open(None) as store, serving(create_emulator(store)) as url:
        async with open_toolset(key="a-private-key", base_url=url) as toolset:
            await plain.story(toolset)
    assert capsys.readouterr().out == PLAIN


def check_types(declared: Any, values: list[dict[str, Any]]) -> None:
    """Compare what was sent with what the provider's library declares."""
    for value in values:
        TypeAdapter(declared).validate_python(value, strict=True)
        assert value.keys() <= declared.__annotations__.keys()


def check_outputs(texts: list[str]) -> None:
    """Check what the model received for its calls."""
    wrong, gone, created, page = map(json.loads, texts)
    assert wrong["error"]["problems"][0]["path"] == "status"
    assert "There is no tool 'delete_session'" in gone["error"]["message"]
    assert created["name"] == "Order 1042"
    assert [found["id"] for found in page["results"]] == [created["id"]]


async def test_openai_example_answers_what_the_model_calls(
    model: FakeUpstream, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, (name, arguments) in enumerate(SCRIPT):
        named = {"call_id": f"call_{number}", "name": name, "arguments": json.dumps(arguments)}
        model.respond({"object": "response", "output": [{"type": "function_call", **named}]})
    text = {"type": "output_text", "text": ENDING, "annotations": []}
    message = {"type": "message", "id": "msg", "role": "assistant", "content": [text]}
    model.respond({"object": "response", "output": [message]})
    await openai_agent.main("Note it.")
    assert capsys.readouterr().out == f"{ENDING}\n"
    first, last = model.requests[0].json, model.requests[-1].json
    assert model.requests[0].path == "/v1/responses"
    assert first["input"] == [{"role": "user", "content": "Note it."}]
    assert "memory of a conversation" in first["instructions"]
    check_types(FunctionToolParam, first["tools"])
    outputs = [item for item in last["input"] if item.get("type") == "function_call_output"]
    check_types(FunctionCallOutput, outputs)
    assert [item["call_id"] for item in outputs] == [f"call_{number}" for number in range(4)]
    check_outputs([item["output"] for item in outputs])


async def test_anthropic_example_answers_what_the_model_calls(
    model: FakeUpstream, capsys: pytest.CaptureFixture[str]
) -> None:
    contents: list[dict[str, Any]] = [
        {"type": "tool_use", "id": f"toolu_{number}", "name": name, "input": arguments}
        for number, (name, arguments) in enumerate(SCRIPT)
    ]
    for content in (*contents, {"type": "text", "text": ENDING}):
        model.respond({"type": "message", "role": "assistant", "content": [content]})
    await anthropic_agent.main("Note it.")
    assert capsys.readouterr().out == f"{ENDING}\n"
    first, last = model.requests[0].json, model.requests[-1].json
    assert model.requests[0].path == "/v1/messages"
    assert first["messages"] == [{"role": "user", "content": "Note it."}]
    assert "memory of a conversation" in first["system"]
    check_types(ToolParam, first["tools"])
    outputs = [block for message in last["messages"][2::2] for block in message["content"]]
    check_types(ToolResultBlockParam, outputs)
    assert [block["is_error"] for block in outputs] == [True, True, False, False]
    check_outputs([block["content"] for block in outputs])
