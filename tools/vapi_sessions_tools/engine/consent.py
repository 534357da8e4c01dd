"""What a person is asked before a call is made: what it will do, in words that no argument can forge.

The words are the operation's (`x-summary`, on the operation and on its arguments: a text with `{name}`
places, and for an argument `{value}` or, of a list, `{count}`); an operation without them is asked about
by its title. Arguments stand one a line, cut, and without what is not seen: whoever wrote them must not be
able to write the rest of the question. So do the values that name what the call is about, always in quotes.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.invisible import seen_line, strip_invisible
from vapi_sessions_tools.engine.json_values import compact, is_list

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.operation import Argument, Operation

LONGEST_VALUE = 100
"""Characters of an argument that are shown."""

MOST_LINES = 20
"""Arguments that are shown; a person reads no more."""

_PLACE = re.compile(r"\{(\w+)\}")
_PLAIN = re.compile(r"[A-Za-z0-9_.:@+-]+")


def consent_question(
    operation: Operation, arguments: Document, subject: Mapping[str, Sequence[str]] | None = None
) -> str:
    """Return the question whether a call shall be made.

    Args:
        operation: What is called.
        arguments: Its arguments, without secrets.
        subject: By label, the values by which a person recognizes what the call is about.
    """
    act = _filled(operation.summary, {name: _shown(value) for name, value in arguments.items()})
    act = act or f"{seen_line(operation.title)} ({operation.tool})"
    told = _PLACE.findall(operation.summary)
    lines = [
        _line(argument, arguments[argument.name])
        for argument in operation.arguments
        if argument.name in arguments and argument.name not in told
    ]
    known = [f"- {label}: {', '.join(map(_quoted, values))}" for label, values in (subject or {}).items()]
    if not lines and not known:
        return f"{act}?"
    more = [f"- and {len(lines) - MOST_LINES} more arguments"] if len(lines) > MOST_LINES else []
    return "\n".join([f"{act}:", *known, *lines[:MOST_LINES], *more, "Shall this be done?"])


def _line(argument: Argument, value: Any) -> str:
    count = f"{len(value):,}" if is_list(value) else "1"
    words = argument.summary or f"{argument.name}: {{value}}"
    return "- " + _filled(words, {"value": _shown(value), "count": count})


def _filled(words: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: values.get(place[1], "(not given)"), words)


def _shown(value: Any) -> str:
    """Show a value on a line of its own."""
    if is_list(value):
        return "1 item" if len(value) == 1 else f"{len(value):,} items"
    if not isinstance(value, str):
        text = seen_line(compact(value))
        return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]} …"
    return value if _PLAIN.fullmatch(value) and len(value) <= LONGEST_VALUE else _quoted(value)


def _quoted(value: str) -> str:
    text, hidden = strip_invisible(" ".join(value.split()))
    # In quotes, and with those inside it escaped, the text ends where it is seen to end.
    quoted = json.dumps(text[:LONGEST_VALUE], ensure_ascii=False)
    rest = f" … ({len(text):,} characters)" if len(text) > LONGEST_VALUE else ""
    return quoted + rest + (f" (and {hidden:,} that are not seen)" if hidden else "")
