"""The story that every client tells: the calls that are made, and what must come of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TOOLS = ("create_session", "list_sessions", "get_session", "update_session", "delete_session")

SESSION = "SESSION"
"""Stands in the arguments for the id of the session that the first step creates."""

Judgement = Callable[[dict[str, Any], str], bool]
"""Whether a result, or an error, is right, given the session's id."""

_NAME = "Order 1042"
_MESSAGES = [{"role": "user", "content": "Where is my order? Où est-il ? 📦"}]


@dataclass(frozen=True, slots=True)
class Step:
    """A call, and what must come of it.

    Args:
        name: What the step is called.
        tool: The tool's name.
        arguments: The tool's.
        right: Whether what came is right.
        error: The kind of the error that it must be; empty for a result.
    """

    name: str
    tool: str
    arguments: dict[str, Any]
    right: Judgement
    error: str = ""


def _created(result: dict[str, Any], _: str) -> bool:
    return (result["name"], result["status"], result["messages"]) == (_NAME, "active", _MESSAGES)


def _found(result: dict[str, Any], session: str) -> bool:
    return [each["name"] for each in result["results"] if each["id"] == session] == [_NAME]


def _read(result: dict[str, Any], session: str) -> bool:
    return result["id"] == session and _created(result, session)


def _updated(result: dict[str, Any], session: str) -> bool:
    return (result["id"], result["status"], result["messages"]) == (session, "completed", _MESSAGES)


def _refused(error: dict[str, Any], _: str) -> bool:
    (problem,) = error["problems"]
    return (problem["path"], problem["allowed"]) == ("status", ["active", "completed"])


def _deleted(result: dict[str, Any], session: str) -> bool:
    return result == {"id": session, "deleted": True}


def _gone(error: dict[str, Any], session: str) -> bool:
    return error["status"] == 404 and session in str(error["message"])


_THIS = {"id": SESSION}
STEPS = (
    Step("create", "create_session", {"name": _NAME, "messages": _MESSAGES}, _created),
    Step("list", "list_sessions", {"limit": 10}, _found),
    Step("get", "get_session", _THIS, _read),
    Step("update", "update_session", {**_THIS, "status": "completed"}, _updated),
    Step("refused", "update_session", {**_THIS, "status": "done"}, _refused, "invalid_arguments"),
    Step("delete", "delete_session", _THIS, _deleted),
    Step("gone", "get_session", _THIS, _gone, "not_found"),
)


def as_brief() -> list[dict[str, Any]]:
    """Return the calls as a client's script is told them; not what must come of them."""
    return [{"step": step.name, "tool": step.tool, "arguments": step.arguments} for step in STEPS]
