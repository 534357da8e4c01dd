"""The tools in the forms of model providers have what each API takes, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from vapi_sessions_tools.definitions import FORMS, definitions
from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract
    from vapi_sessions_tools.definitions import Form
    from vapi_sessions_tools.toolset import Tool


@pytest.fixture
def tools(contract: Contract) -> tuple[Tool, ...]:
    return Toolset(contract, pytest.fail).tools


@pytest.mark.parametrize("form", FORMS)
def test_each_tool_has_its_name_description_and_schema(tools: tuple[Tool, ...], form: Form) -> None:
    made: dict[Form, Any] = {
        "openai": lambda name, words, schema: {
            "type": "function",
            "name": name,
            "description": words,
            "parameters": schema,
            "strict": False,  # what leaves it out is made strict by one of the APIs
        },
        "openai-chat": lambda name, words, schema: {
            "type": "function",
            "function": {"name": name, "description": words, "parameters": schema, "strict": False},
        },
        "anthropic": lambda *parts: dict(zip(("name", "description", "input_schema"), parts, strict=True)),
    }
    expected = [made[form](tool.name, tool.description, tool.input_schema) for tool in tools]
    assert definitions(tools, form) == expected


def test_an_unknown_form_is_refused_and_the_forms_are_named(tools: tuple[Tool, ...]) -> None:
    with pytest.raises(SettingsError, match=r"'gemini' .* openai, openai-chat, anthropic"):
        definitions(tools, cast("Form", "gemini"))
