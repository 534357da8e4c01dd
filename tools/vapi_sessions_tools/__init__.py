"""Vapi sessions as agent tools: the API side, usable with or without MCP.

    async with open_toolset(key=...) as toolset:
        page = await toolset.call("list_sessions", {"limit": 5})

What is listed in `__all__` is the public API; it is imported when it is first asked for, so that importing
this package costs nothing. Its modules are the project's own, and may change with any release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vapi_sessions_tools.definitions import Form
    from vapi_sessions_tools.errors import CallError, ErrorKind, SessionsError, SettingsError
    from vapi_sessions_tools.opening import Region, open_toolset
    from vapi_sessions_tools.sessions_toolset import SessionsToolset, ToolResult
    from vapi_sessions_tools.toolset import Tool, UnknownToolError
    from vapi_sessions_tools.version import __version__

__all__ = [
    "CallError",
    "ErrorKind",
    "Form",
    "Region",
    "SessionsError",
    "SessionsToolset",
    "SettingsError",
    "Tool",
    "ToolResult",
    "UnknownToolError",
    "__version__",
    "open_toolset",
]

_PLACES = {
    "CallError": "errors",
    "ErrorKind": "errors",
    "Form": "definitions",
    "Region": "opening",
    "SessionsError": "errors",
    "SessionsToolset": "sessions_toolset",
    "SettingsError": "errors",
    "Tool": "toolset",
    "ToolResult": "sessions_toolset",
    "UnknownToolError": "toolset",
    "__version__": "version",
    "open_toolset": "opening",
}


if not TYPE_CHECKING:  # a type checker would take any name for one that is there

    def __getattr__(name: str) -> Any:
        """Import a public name from its module."""
        if name not in _PLACES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value = globals()[name] = getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
        return value


def __dir__() -> list[str]:
    """List the public names too, imported or not."""
    return sorted({*globals(), *__all__})
