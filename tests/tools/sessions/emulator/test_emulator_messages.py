"""Messages: the chat form of five roles, and the transcript form of calls."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

CALL = {"time": 1.5, "secondsFromStart": 0}
FUNCTION = {"name": "f", "arguments": "{}"}
ROLES = "system, user, assistant, developer, tool, bot, tool_calls, tool_call_result"
NUMBER = "must be a number conforming to the specified constraints"


@pytest.mark.parametrize(
    "message",
    [
        {"role": "system", "content": ""},
        {"role": "user", "content": "hello", "name": "n" * 40, "metadata": {"x": 1}},
        {"role": "developer", "content": "c" * 10_000},
        {"role": "assistant", "content": "hello", "message": "beside it"},
        {"role": "assistant"},
        {"role": "assistant", "content": None, "refusal": "no"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "1", "type": "function", "function": FUNCTION}],
        },
        {"role": "tool", "content": "42", "tool_call_id": "1"},
        {"role": "user", "content": "hello", "unheard": {"of": 1}},
        {"role": "system", "message": "hello", **CALL},
        {"role": "user", "message": "hello", "endTime": 2, "isFiltered": False, **CALL},
        {"role": "bot", "message": "hello", "endTime": 2, "assistantName": "a", **CALL},
        {"role": "tool_calls", "message": "", "toolCalls": [{"id": 1}], **CALL},
        {
            "role": "tool_call_result",
            "toolCallId": "1",
            "name": "f",
            "result": "42",
            "warnings": [{"x": 1}],
            **CALL,
        },
    ],
)
async def test_a_good_message_is_kept_as_it_came(api: httpx.AsyncClient, message: Mapping[str, Any]) -> None:
    response = await api.post("/session", json={"messages": [message]})
    assert response.status_code == 201, response.text
    assert response.json()["messages"] == [message]


@pytest.mark.parametrize(
    ("message", "texts"),
    [
        ("hello", [" must be an object"]),
        (None, [" must be an object"]),
        ({"content": "hello"}, [f".role must be one of the following values: {ROLES}"]),
        ({"role": "User", "content": "hello"}, [f".role must be one of the following values: {ROLES}"]),
        ({"role": ["user"], "content": "hello"}, [f".role must be one of the following values: {ROLES}"]),
        ({"role": "user"}, [".content must be a string"]),
        ({"role": "user", "content": None}, [".content must be a string"]),
        ({"role": "user", "content": [{"type": "text"}]}, [".content must be a string"]),
        (
            {"role": "system", "content": "c" * 10_001},
            [".content must be shorter than or equal to 10000 characters"],
        ),
        (
            {"role": "user", "content": "c", "name": "n" * 41, "metadata": []},
            [".name must be shorter than or equal to 40 characters", ".metadata must be an object"],
        ),
        ({"role": "tool", "content": "42"}, [".tool_call_id must be a string"]),
        ({"role": "tool", "tool_call_id": "1"}, [".content must be a string"]),
        ({"role": "assistant", "tool_calls": {}}, [".tool_calls must be an array"]),
        (
            {"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "f"}}]},
            [".tool_calls.0.type must be a string", ".tool_calls.0.function.arguments must be a string"],
        ),
        (
            {"role": "user", "message": "hello"},
            [f".time {NUMBER}", f".secondsFromStart {NUMBER}"],
        ),
        ({"role": "bot", **CALL}, [".message must be a string"]),
        ({"role": "bot", "message": "m", "endTime": "2", **CALL}, [f".endTime {NUMBER}"]),
        ({"role": "tool_calls", "message": "m", **CALL}, [".toolCalls must be an array"]),
        ({"role": "tool_call_result", "toolCallId": "1", "name": "f", **CALL}, [".result must be a string"]),
    ],
)
async def test_a_wrong_message_is_explained_with_its_place(
    api: httpx.AsyncClient, message: object, texts: list[str]
) -> None:
    good = {"role": "user", "content": "fine"}
    response = await api.post("/session", json={"messages": [good, message]})
    assert response.status_code == 400
    assert response.json()["message"] == [f"messages.1{text}" for text in texts]
