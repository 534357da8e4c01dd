"""The tools with their key: what a program without MCP calls."""

from __future__ import annotations

import json
import logging
import traceback
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Self

from vapi_sessions_tools.credential import Credential, MissingKey
from vapi_sessions_tools.definitions import definitions
from vapi_sessions_tools.engine.json_values import MOST_VALUES, count_in_text, is_object, result_text
from vapi_sessions_tools.errors import (
    CallError,
    InvalidArgumentsError,
    NetworkError,
    SettingsError,
    UnknownOutcomeError,
)
from vapi_sessions_tools.guidance import unknown_next

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from vapi_sessions_tools.definitions import Form
    from vapi_sessions_tools.toolset import Tool, Toolset


_logger = logging.getLogger(__name__)
_QUOTES = ("'", '"', "`")


class OwnKey(Enum):
    """The key of the toolset itself, where a call brings none."""

    OWN_KEY = "the toolset's own key"


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a model is told of its call.

    Args:
        content: The result, or the error: a JSON object.
        is_error: Whether the call ended without a result.
    """

    content: dict[str, Any]
    is_error: bool

    @property
    def text(self) -> str:
        """The content as compact JSON."""
        return result_text(self.content)


class SessionsToolset:
    """The tools of Vapi sessions, for one event loop; `open_toolset` makes one.

    Args:
        toolset: The tools.
        credential: Whose key calls are made with where they bring none.
    """

    def __init__(self, toolset: Toolset, credential: Credential | MissingKey) -> None:
        self._toolset = toolset
        self._credential = credential

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections; leaving the `async with` does it too."""
        await self._toolset.aclose()

    @property
    def tools(self) -> tuple[Tool, ...]:
        """Each tool with its name, title, description, input schema, and hints on what it does."""
        return self._toolset.tools

    @property
    def instructions(self) -> str:
        """What a model should know before it calls a tool: a part of its system prompt."""
        return self._toolset.contract.instructions

    def definitions(self, form: Form) -> list[Any]:
        """Return the tools as the parameter `tools` of a model provider's API.

        Args:
            form: `openai` for OpenAI's Responses API, `openai-chat` for Chat Completions and all that speak
                it, `anthropic` for Anthropic's Messages API.

        Raises:
            SettingsError: There is no such form.
        """
        return definitions(self.tools, form)

    async def call(
        self, name: str, arguments: Mapping[str, Any], *, key: str | OwnKey | None = OwnKey.OWN_KEY
    ) -> dict[str, Any]:
        """Call a tool and return its result.

        Args:
            name: The tool.
            arguments: Its arguments: JSON.
            key: The private key to call with; the toolset's own when left out. None is no key, and refused.

        Returns:
            The result: a JSON object.

        Raises:
            UnknownToolError: There is no such tool.
            CallError: The call ended without a result; its `kind` says which way, `as_result()` tells all.
        """
        return await self._toolset.call(name, arguments, self._chosen(key))

    async def answer(
        self, name: str, arguments: Mapping[str, Any] | str, *, key: str | OwnKey | None = OwnKey.OWN_KEY
    ) -> ToolResult:
        """Carry out the call of a model and return what to tell it, be it an error; nothing is raised.

        A tool that is not there and arguments that are no JSON are the model's errors too.

        Args:
            name: The tool, as the model named it.
            arguments: Its arguments, as JSON values or as the text that the model wrote.
            key: The private key to call with; the toolset's own when left out. None is no key, and refused.
        """
        credential = self._chosen(key)
        try:
            self._check_name(name)
            result = await self._toolset.call(name, _parsed(name, arguments), credential)
        except CallError as error:
            return ToolResult(self._toolset.told(error, credential), is_error=True)
        except SettingsError as error:
            unusable = NetworkError(str(error), next_step="Ask the user to correct the setting.")
            return ToolResult(self._toolset.told(unusable, credential), is_error=True)
        except Exception as error:  # noqa: BLE001  the last net
            # Neither the text nor the traceback's arguments: they may hold what must not be shown.
            place = "".join(traceback.format_tb(error.__traceback__)[-3:])
            _logger.error("answering failed with %s at\n%s", type(error).__name__, place)
            return ToolResult(self._internal_error(name).as_result(), is_error=True)
        return ToolResult(result, is_error=False)

    def _chosen(self, key: str | OwnKey | None) -> Credential | MissingKey:
        return self._credential if isinstance(key, OwnKey) else as_credential(key, "key")

    def _internal_error(self, name: object) -> CallError:
        message = "The call failed inside this library; its log says where."
        if any(tool.name == name and tool.hints.read_only for tool in self.tools):
            return NetworkError(message, next_step="Report it to the user.")
        next_step = unknown_next(self._toolset.contract.lister)
        return UnknownOutcomeError(message, candidates=None, next_step=next_step)

    def _check_name(self, name: str) -> None:
        names = [operation.tool for operation in self._toolset.contract.operations]
        if name not in names:
            message = f"There is no tool {str(name)[:80]!r}, nothing was sent; there are {', '.join(names)}."
            raise InvalidArgumentsError(message, problems=(), next_step="Call one of these tools.")


def as_credential(text: object, name: str) -> Credential | MissingKey:
    """Return the key that a text is, or why it is none.

    Args:
        text: As it was given.
        name: What gave it, for the reader.
    """
    if text is None:
        return MissingKey(f"{name} is None.")
    if not isinstance(text, str):
        return MissingKey(f"{name} is not a string.")
    key = text.strip()
    if any(quote in key for quote in _QUOTES):
        return MissingKey(f"{name} holds no API key: it has quotes.")
    try:
        return Credential(key)
    except ValueError as error:
        return MissingKey(f"{name} holds no API key: {error}.")


def _parsed(name: str, arguments: Mapping[str, Any] | str) -> Mapping[str, Any]:
    """Read the arguments that a model wrote; no text at all stands for none.

    Raises:
        InvalidArgumentsError: They are no JSON object.
    """
    if not isinstance(arguments, str):
        return arguments  # what is no object is refused where all arguments are checked
    if count_in_text(arguments) > MOST_VALUES:
        raise _refused(name, f"the arguments hold more than {MOST_VALUES:,} values")
    try:
        value: Any = json.loads(arguments or "{}")
    except (ValueError, RecursionError) as error:
        raise _refused(name, f"the arguments are no JSON: {error}") from None
    if not is_object(value):
        raise _refused(name, "the arguments are no JSON object")
    return value


def _refused(name: str, reason: str) -> InvalidArgumentsError:
    return InvalidArgumentsError(
        f"{name} was not called, nothing was sent: {reason}.",
        problems=(),
        next_step="Call again with the arguments as one JSON object.",
    )
