"""One message of a session as one line: who, when where known, and what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.dates import parsed_moment
from vapi_sessions_tools.engine.json_values import compact, is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.sessions.quotation import Quotation

_LONGEST_LABEL = 40
_CONTENT = ("content", "message", "result", "refusal")
_CALLS = ("tool_calls", "toolCalls")
_FIRST_MILLISECONDS = 10**11
"""Milliseconds in March 1973, before any session; a smaller number counts seconds."""
_NO_TIME = 10**15
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def turn_line(quotation: Quotation, number: int, message: Any, longest: int | None = None) -> str:
    """Return a message as one line: `- **2 user** (2026-07-28 09:00:05 UTC, +5 s): text **calls** name(...)`.

    The label is bold, as what it calls is named, which no words can be: none of theirs pass for ours.

    Args:
        quotation: Whose words the line is made of.
        number: The message's place in the session, from 1.
        message: A chat message, an entry of a call's transcript, or whatever else stands there.
        longest: Characters of each of its texts that are shown; all when None.
    """
    if not is_object(message):
        return f"- **{number} (no message)**: {quotation.words(message, longest)}"
    role = quotation.words(message.get("role", "(no role)"), _LONGEST_LABEL)
    named = message.get("name")
    name = f", {quotation.words(named, _LONGEST_LABEL)}" if named else ""
    told = [quotation.words(text, longest) for text in _texts(message)]
    told += [f"**calls** {quotation.words(call, longest)}" for call in _calls(message)]
    said = " ".join(text for text in told if text) or "(nothing)"
    return f"- **{number} {role}{name}**{_time(message)}: {said}"


def _texts(message: Document) -> list[str]:
    """Return what was said, each once: one form of a message may repeat another."""
    texts = [_text(message[key]) for key in _CONTENT if message.get(key) not in (None, "")]
    return list(dict.fromkeys(texts))


def _calls(message: Document) -> Iterator[str]:
    for key in _CALLS:
        calls = message.get(key)
        yield from map(_call, calls) if is_list(calls) else ()


def _call(call: Any) -> str:
    """Tell a tool call as `name(arguments)`, whatever it is made of."""
    function = call.get("function") if is_object(call) else None
    told = function if is_object(function) else call
    if not is_object(told) or not isinstance(told.get("name"), str):
        return _text(call)
    return f"{told['name']}({_text(told.get('arguments', told.get('parameters', '')))})"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else compact(value)


def _time(message: Document) -> str:
    """Say when it was said; messages of a chat have no time."""
    parts: list[str] = []
    moment = _moment(message.get("time"))
    if moment is not None:
        parts.append(f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC")
    since = message.get("secondsFromStart")
    if _is_number(since):
        parts.append(f"{since:+g} s")
    return f" ({', '.join(parts)})" if parts else ""


def _moment(stated: Any) -> datetime | None:
    """Read a time: milliseconds since 1970, seconds where those would be long ago, or ISO 8601."""
    if isinstance(stated, str):
        moment = parsed_moment(stated)
        return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
    if not _is_number(stated):
        return None
    milliseconds = stated if abs(stated) >= _FIRST_MILLISECONDS else stated * 1_000
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except (OverflowError, ValueError):
        return None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _NO_TIME
