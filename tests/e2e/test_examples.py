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


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
async def test_example_answers_what_the_model_calls(
    model: FakeUpstream, capsys: pytest.CaptureFixture[str], provider: str
) -> None:
    is_openai = provider == "openai"
    for number, (name, arguments) in enumerate(SCRIPT):
        if is_openai:
            named = {"call_id": f"call_{number}", "name": name, "arguments": json.dumps(arguments)}
            model.respond({"object": "response", "output": [{"type": "function_call", **named}]})
        else:
            use = {"type": "tool_use", "id": f"call_{number}", "name": name, "input": arguments}
            model.respond({"type": "message", "role": "assistant", "content": [use]})
    if is_openai:
        text = {"type": "output_text", "text": ENDING, "annotations": []}
        message = {"type": "message", "id": "msg", "role": "assistant", "content": [text]}
        model.respond({"object": "response", "output": [message]})
    else:
        ending = {"type": "text", "text": ENDING}
        model.respond({"type": "message", "role": "assistant", "content": [ending]})
    await (openai_agent if is_openai else anthropic_agent).main("Note it.")
    assert capsys.readouterr().out == f"{ENDING}\n"
    first, last = model.requests[0].json, model.requests[-1].json
    assert model.requests[0].path == ("/v1/responses" if is_openai else "/v1/messages")
    assert first["input" if is_openai else "messages"] == [{"role": "user", "content": "Note it."}]
    assert "memory of a conversation" in first["instructions" if is_openai else "system"]
    if is_openai:
        outputs = [item for item in last["input"] if item.get("type") == "function_call_output"]
        text_name, id_name, declared = "output", "call_id", (FunctionToolParam, FunctionCallOutput)
    else:
        outputs = [block for message in last["messages"][2::2] for block in message["content"]]
        text_name, id_name, declared = "content", "tool_use_id", (ToolParam, ToolResultBlockParam)
        assert [block["is_error"] for block in outputs] == [True, True, False, False]
    for kind, values in zip(declared, (first["tools"], outputs), strict=True):
        for value in values:
            TypeAdapter(kind).validate_python(value, strict=True)
            assert value.keys() <= kind.__annotations__.keys()
    assert [output[id_name] for output in outputs] == [f"call_{number}" for number in range(4)]
    wrong, gone, created, found = (json.loads(output[text_name]) for output in outputs)
    assert wrong["error"]["problems"][0]["path"] == "status"
    assert "There is no tool 'delete_session'" in gone["error"]["message"]
    assert created["name"] == "Order 1042"
    assert [one["id"] for one in found["results"]] == [created["id"]]
