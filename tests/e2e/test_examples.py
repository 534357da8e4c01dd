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
    from collections.abc import Callable

ENDING = "It is noted."
SCRIPT: list[list[tuple[str, dict[str, Any]]]] = [
    [("create_session", {"name": "Order 1042", "status": "open"}), ("delete_session", {"id": "x"})],
    [("create_session", {"name": "Order 1042"})],
    [("list_sessions", {"name": "Order 1042"})],
    [],
]
"""What the model calls, turn by turn: two errors, then a session is created and found."""

PLAIN = """\
created: Order 1042 active
found: Order 1042 messages: 1
refused: invalid_arguments ['status must be one of the listed values']
updated: completed
deleted: True
"""


@pytest.fixture(autouse=True)
def without_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the keys of whoever runs the tests."""
    for name in ("VAPI_API_KEY", "ANTHROPIC_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)


async def test_plain_example_does_the_same_without_and_with_a_key(
    capsys: pytest.CaptureFixture[str],
) -> None:
    await plain.main()
    assert capsys.readouterr().out == PLAIN
    with SessionStore.open(None) as store, serving(create_emulator(store)) as url:
        async with open_toolset(key="a-private-key", base_url=url) as toolset:
            await plain.story(toolset)
    assert capsys.readouterr().out == PLAIN


def provider(respond: Callable[[int, list[tuple[str, dict[str, Any]]]], dict[str, Any]]) -> FakeUpstream:
    """Return the API of a model that follows the script."""
    made = FakeUpstream()
    for turn, calls in enumerate(SCRIPT):
        made.respond(respond(turn, calls))
    return made


def check_types(declared: Any, values: list[dict[str, Any]]) -> None:
    """Compare what was sent with what the provider's library declares."""
    for value in values:
        TypeAdapter(declared).validate_python(value, strict=True)
        assert value.keys() <= declared.__annotations__.keys()


def check_outputs(outputs: list[dict[str, Any]]) -> None:
    """Check what the model received for its calls."""
    wrong, gone, created, page = outputs
    assert wrong["error"]["problems"][0]["path"] == "status"
    assert "There is no tool 'delete_session'" in gone["error"]["message"]
    assert created["name"] == "Order 1042"
    assert [found["id"] for found in page["results"]] == [created["id"]]


def openai_response(turn: int, calls: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    message = {"type": "message", "id": "msg", "role": "assistant", "status": "completed"}
    called = [
        {
            "type": "function_call",
            "id": f"fc_{turn}_{number}",
            "call_id": f"call_{turn}_{number}",
            "name": name,
            "arguments": json.dumps(arguments),
            "status": "completed",
        }
        for number, (name, arguments) in enumerate(calls)
    ]
    text = {"type": "output_text", "text": ENDING, "annotations": []}
    return {
        "id": f"resp_{turn}",
        "object": "response",
        "created_at": 1_750_000_000,
        "model": "any",
        "status": "completed",
        "output": called or [{**message, "content": [text]}],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
    }


async def test_openai_example_answers_what_the_model_calls(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = provider(openai_response)
    with serving(model) as url:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{url}/v1")
        monkeypatch.setenv("OPENAI_API_KEY", "a-key-of-theirs")
        await openai_agent.main("Note it.")
    assert capsys.readouterr().out == f"{ENDING}\n"
    first, last = model.requests[0].json, model.requests[-1].json
    assert model.requests[0].path == "/v1/responses"
    assert first["input"] == [{"role": "user", "content": "Note it."}]
    assert "memory of a conversation" in first["instructions"]
    check_types(FunctionToolParam, first["tools"])
    outputs = [item for item in last["input"] if item.get("type") == "function_call_output"]
    check_types(FunctionCallOutput, outputs)
    assert [item["call_id"] for item in outputs] == ["call_0_0", "call_0_1", "call_1_0", "call_2_0"]
    check_outputs([json.loads(item["output"]) for item in outputs])


def anthropic_response(turn: int, calls: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    called = [
        {"type": "tool_use", "id": f"toolu_{turn}_{number}", "name": name, "input": arguments}
        for number, (name, arguments) in enumerate(calls)
    ]
    return {
        "id": f"msg_{turn}",
        "type": "message",
        "role": "assistant",
        "model": "any",
        "content": called or [{"type": "text", "text": ENDING}],
        "stop_reason": "tool_use" if called else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }


async def test_anthropic_example_answers_what_the_model_calls(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = provider(anthropic_response)
    with serving(model) as url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "a-key-of-theirs")
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
    check_outputs([json.loads(block["content"]) for block in outputs])
