"""One message of a session as one line: who, when where known, and what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.json_values import compact, is_list, is_object

if TYPE_CHECKING:
    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.sessions.quotation import Quotation

_LONGEST_LABEL = 40
_CONTENT = ("content", "message", "result", "refusal")
_CALLS = ("tool_calls", "toolCalls")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def turn_line(quotation: Quotation, number: int, message: Any, longest: int) -> str:
    """Return a message as one line: `- **2 user** (2026-07-28 09:00:05 UTC, +5 s): text`.

    The label is bold, which no words within it can end, so that none of theirs pass for a label.

    Args:
        quotation: Whose words the line is made of.
        number: The message's place in the session, from 1.
        message: A chat message, an entry of a call's transcript, or whatever else stands there.
        longest: Characters of its text that are shown.
    """
    if not is_object(message):
        return f"- **{number} (no message)**: {quotation.words(message, longest)}"
    role = quotation.words(message.get("role", "(no role)"), _LONGEST_LABEL)
    named = message.get("name")
    name = f", {quotation.words(named, _LONGEST_LABEL)}" if named else ""
    said = quotation.words(_said(message), longest) or "(nothing)"
    return f"- **{number} {role}{name}**{_time(message)}: {said}"


def _said(message: Document) -> str:
    parts = [_text(message[key]) for key in _CONTENT if message.get(key) is not None][:1]
    for key in _CALLS:
        calls = message.get(key)
        parts += map(_call, calls) if is_list(calls) else ()
    return "; ".join(part for part in parts if part)


def _call(call: Any) -> str:
    """Tell a tool call as `calls name(arguments)`, whatever it is made of."""
    function = call.get("function") if is_object(call) else None
    told = function if is_object(function) else call
    if not is_object(told) or not isinstance(told.get("name"), str):
        return f"calls {_text(call)}"
    return f"calls {told['name']}({_text(told.get('arguments', told.get('parameters', '')))})"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else compact(value)


def _time(message: Document) -> str:
    """Say when it was said; messages of a chat have no time."""
    parts: list[str] = []
    moment = _moment(message.get("time"))
    if moment is not None:
        parts.append(f"{moment:%Y-%m-%d %H:%M:%S} UTC")
    since = message.get("secondsFromStart")
    if _is_number(since):
        parts.append(f"{since:+g} s")
    return f" ({', '.join(parts)})" if parts else ""


def _moment(milliseconds: Any) -> datetime | None:
    if not _is_number(milliseconds):
        return None
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except (OverflowError, ValueError):
        return None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
