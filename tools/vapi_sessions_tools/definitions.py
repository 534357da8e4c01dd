"""The tools as the APIs of model providers take them.

The schemas leave arguments out that may be given all the same, and have optional fields: they are made for
calling as well as the model can, not for a provider's strict mode.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.toolset import Tool

Form = Literal["openai", "openai-chat", "anthropic"]
"""OpenAI's Responses API; its Chat Completions API, which many others speak; Anthropic's Messages API."""

FORMS: tuple[Form, ...] = get_args(Form)


def definitions(tools: Iterable[Tool], form: Form) -> list[Any]:
    """Return tools as the parameter `tools` of a provider's API.

    Args:
        tools: What is defined.
        form: Which API takes it.

    Returns:
        A JSON list, an object for each tool. It is typed loosely, so that the parameter types of the
        providers' own libraries take it.

    Raises:
        SettingsError: There is no such form.
    """
    if form not in _MAKERS:
        raise SettingsError(f"there is no form {form!r} of tool definitions; there are {', '.join(FORMS)}")
    return [_MAKERS[form](tool) for tool in tools]


def _openai(tool: Tool) -> Document:
    """Write a tool for OpenAI's Responses API, which makes what does not say otherwise strict."""
    return {"type": "function", **_function(tool)}


def _openai_chat(tool: Tool) -> Document:
    return {"type": "function", "function": _function(tool)}


def _function(tool: Tool) -> Document:
    return {
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.input_schema,
        "strict": False,
    }


def _anthropic(tool: Tool) -> Document:
    return {"name": tool.name, "description": tool.description, "input_schema": tool.input_schema}


_MAKERS: dict[Form, Callable[[Tool], Document]] = {
    "openai": _openai,
    "openai-chat": _openai_chat,
    "anthropic": _anthropic,
}
