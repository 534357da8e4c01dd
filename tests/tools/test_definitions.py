"""The tools in the forms of model providers: what each API wants of a tool, and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

import pytest

from portability import LONGEST_WORDS, schema_faults
from vapi_sessions_tools.definitions import FORMS, definitions
from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from vapi_sessions_tools.client import Client
    from vapi_sessions_tools.contract.loading import Contract
    from vapi_sessions_tools.definitions import Form
    from vapi_sessions_tools.toolset import Tool

NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""What all three take as a tool's name."""


@pytest.fixture
def tools(contract: Contract) -> tuple[Tool, ...]:
    def connect() -> Client:
        raise AssertionError("nothing is sent here")

    return Toolset(contract, connect).tools


def parts(form: Form, defined: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    """Take a definition apart; whatever is missing or too much is an error."""
    if form == "anthropic":
        assert defined.keys() == {"name", "description", "input_schema"}
        return defined["name"], defined["description"], defined["input_schema"]
    assert defined.pop("type") == "function"
    function = defined.pop("function") if form == "openai-chat" else defined
    assert function.keys() == {"name", "description", "parameters", "strict"}
    assert not defined.keys() - function.keys()
    assert function["strict"] is False, "what leaves it out is made strict by one of the APIs"
    return function["name"], function["description"], function["parameters"]


@pytest.mark.parametrize("form", FORMS)
def test_each_tool_has_its_name_words_and_schema(tools: tuple[Tool, ...], form: Form) -> None:
    told = [parts(form, defined) for defined in definitions(tools, form)]
    assert told == [(tool.name, tool.description, tool.input_schema) for tool in tools]
    assert len(told) == 5


@pytest.mark.parametrize("form", FORMS)
def test_each_definition_is_within_what_the_providers_take(tools: tuple[Tool, ...], form: Form) -> None:
    for defined in definitions(tools, form):
        name, words, schema = parts(form, defined)
        assert NAME.fullmatch(name)
        assert 0 < len(words.encode()) <= LONGEST_WORDS
        assert schema_faults(schema) == []


def test_another_form_is_refused_and_the_forms_are_named(tools: tuple[Tool, ...]) -> None:
    with pytest.raises(SettingsError, match=r"no form 'gemini' .* there are openai, openai-chat, anthropic"):
        definitions(tools, cast("Form", "gemini"))
