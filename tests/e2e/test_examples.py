"""The examples do what they say: without an account, with a key, and with the providers' own libraries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from anthropic.types import ToolParam, ToolResultBlockParam
from openai.types.responses import FunctionToolParam
from openai.types.responses.response_input_item_param import FunctionCallOutput
from pydantic import TypeAdapter

from e2e.fake_provider import FakeProvider
from examples.plain import story
from fake_upstream import serving
from vapi_sessions_tools import open_toolset
from vapi_sessions_tools.sessions.emulator import SessionStore, create_emulator

if TYPE_CHECKING:
    from collections.abc import Generator

EXAMPLES = Path(__file__).parents[2] / "examples"
ENDING = "It is noted."
SCRIPT: list[list[tuple[str, dict[str, Any]]]] = [
    [("create_session", {"name": "Order 1042", "status": "open"}), ("delete_session", {"id": "x"})],
    [("create_session", {"name": "Order 1042"})],
    [("list_sessions", {"name": "Order 1042"})],
]
PLAIN = """\
created: Order 1042 active
found: Order 1042 messages: 1
refused: invalid_arguments ['status must be one of the listed values']
updated: completed
deleted: True
"""


def run(example: str, *words: str, **variables: str) -> str:
    """Run an example as its reader does, and return what it prints."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VAPI_", "OPENAI_"))}
    told = subprocess.run(
        [sys.executable, EXAMPLES / example, *words],
        env={**kept, **variables},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert told.returncode == 0, told.stderr.decode()
    return told.stdout.decode().replace("\r\n", "\n")


@pytest.fixture
def provider() -> FakeProvider:
    """A model that errs twice, then creates a session, and looks for it."""
    return FakeProvider(SCRIPT, ENDING)


@pytest.fixture
def provider_url(provider: FakeProvider) -> Generator[str]:
    """Where it is."""
    with serving(provider) as url:
        yield url


def checked(declared: Any, values: list[dict[str, Any]]) -> None:
    """Hold what was sent against what the provider's library declares of it."""
    for value in values:
        TypeAdapter(declared).validate_python(value, strict=True)
        assert value.keys() <= declared.__annotations__.keys()


def judged(outputs: list[dict[str, Any]]) -> None:
    """Hold what the model was told against what it called."""
    wrong, gone, created, page = outputs
    assert wrong["error"]["problems"][0]["path"] == "status"
    assert "There is no tool 'delete_session'" in gone["error"]["message"]
    assert created["name"] == "Order 1042"
    assert [found["id"] for found in page["results"]] == [created["id"]]


def test_the_plain_one_needs_no_account() -> None:
    assert run("plain.py") == PLAIN


async def test_the_plain_one_does_the_same_with_a_key(capsys: pytest.CaptureFixture[str]) -> None:
    with SessionStore.open(None) as store, serving(create_emulator(store)) as url:
        async with open_toolset(key="a-private-key", base_url=url) as toolset:
            await story(toolset)
    assert capsys.readouterr().out == PLAIN


def test_the_one_with_openai_answers_what_the_model_calls(provider: FakeProvider, provider_url: str) -> None:
    at = {"OPENAI_BASE_URL": f"{provider_url}/v1", "OPENAI_API_KEY": "a-key-of-theirs"}
    assert run("openai_agent.py", "Note", "it.", **at) == f"{ENDING}\n"
    first, last = provider.requests[0], provider.requests[-1]
    assert first["input"] == [{"role": "user", "content": "Note it."}]
    assert "memory of a conversation" in first["instructions"]
    checked(FunctionToolParam, first["tools"])
    told = [item for item in last["input"] if item.get("type") == "function_call_output"]
    checked(FunctionCallOutput, told)
    assert [item["call_id"] for item in told] == ["call_0_0", "call_0_1", "call_1_0", "call_2_0"]
    judged([json.loads(item["output"]) for item in told])


def test_the_one_with_anthropic_answers_what_the_model_calls(
    provider: FakeProvider, provider_url: str
) -> None:
    at = {"ANTHROPIC_BASE_URL": provider_url, "ANTHROPIC_API_KEY": "a-key-of-theirs"}
    assert run("anthropic_agent.py", "Note", "it.", **at) == f"{ENDING}\n"
    first, last = provider.requests[0], provider.requests[-1]
    assert first["messages"] == [{"role": "user", "content": "Note it."}]
    assert "memory of a conversation" in first["system"]
    checked(ToolParam, first["tools"])
    told = [block for message in last["messages"][2::2] for block in message["content"]]
    checked(ToolResultBlockParam, told)
    assert [block["is_error"] for block in told] == [True, True, False, False]
    judged([json.loads(block["content"]) for block in told])
