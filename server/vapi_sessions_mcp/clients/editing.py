"""A change to a JSON text that leaves everything else of it as it was: comments, order, spaces."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from vapi_sessions_mcp.clients.jsonc import parse, skipped
from vapi_sessions_tools.engine.json_values import is_object

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vapi_sessions_mcp.clients.jsonc import Node

_REST_OF_LINE = re.compile(r"(?:[ \t]*/\*[^\r\n]*?\*/)*(?:[ \t]*//[^\r\n]*)?")
_INDENTATION = re.compile(r"[ \t]*")


def with_value(text: str, path: Sequence[str], value: Any) -> str:
    """Return the text with a value at a path of keys.

    What is missing on the way is made; what is no object there is replaced.

    Args:
        text: JSON, with or without comments; its root is an object.
        path: The keys, outermost first.
        value: What is to stand there.
    """
    node = parse(text)
    for depth, key in enumerate(path):
        member = node.member(key)
        if member is None:
            return _inserted(text, node, key, _nested(path[depth + 1 :], value))
        node = member.node
        if depth + 1 < len(path) and not is_object(node.value):
            return _replaced(text, node, _nested(path[depth + 1 :], value))
    return text if node.value == value else _replaced(text, node, value)


def with_element(text: str, key: str, element: Any) -> str:
    """Return the text with a further element in the array that stands at a key of its root."""
    member = parse(text).member(key)
    return (
        with_value(text, [key], [element]) if member is None else _inserted(text, member.node, None, element)
    )


def as_json(value: Any, indent: int | str | None) -> str:
    """Return a value as JSON, readable wherever the text can be written as UTF-8."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, indent=indent)
    return text


def _nested(path: Sequence[str], value: Any) -> Any:
    return {path[0]: _nested(path[1:], value)} if path else value


def _replaced(text: str, node: Node, value: Any) -> str:
    return text[: node.start] + _dumped(text, value, _indentation(text, node.start)) + text[node.end :]


def _inserted(text: str, holder: Node, key: str | None, value: Any) -> str:
    """Return the text with one more member or element, at the end of its holder."""
    name = "" if key is None else f"{json.dumps(key, ensure_ascii=False)}: "
    if not holder.members:
        return _first(text, holder, name, value)
    last = holder.members[-1]
    comma = skipped(text, last.node.end)
    has_comma = text[comma] == ","
    behind = comma + 1 if has_comma else last.node.end
    if not _many_lines(text, holder):
        before = text[:behind] + ("" if has_comma else ",")
        return f"{before} {name}{_dumped(text, value, None)}{text[behind:]}"
    rest = _REST_OF_LINE.match(text, behind)
    line_end = rest.end() if rest else behind
    indentation = _indentation(text, last.start)
    added = f"{_newline(text)}{indentation}{name}{_dumped(text, value, indentation)}"
    before = text[:behind] + ("" if has_comma else ",") + text[behind:line_end]
    return before + added + text[line_end:]


def _first(text: str, holder: Node, name: str, value: Any) -> str:
    """Return the text with the only member of what was empty."""
    if _on_one_line(text):
        return f"{text[: holder.end - 1]}{name}{_dumped(text, value, None)}{text[holder.end - 1 :]}"
    outer = _indentation(text, holder.start)
    inner = outer + _unit(text)
    kept = text[: holder.end - 1].rstrip(" \t\r\n")
    newline = _newline(text)
    added = f"{newline}{inner}{name}{_dumped(text, value, inner)}{newline}{outer}"
    return kept + added + text[holder.end - 1 :]


def _dumped(text: str, value: Any, indentation: str | None) -> str:
    """Return a value as the text would have it at a place of that indentation; on one line where None."""
    if indentation is None or _on_one_line(text):
        return as_json(value, None)
    return as_json(value, _unit(text)).replace("\n", f"{_newline(text)}{indentation}")


def _on_one_line(text: str) -> bool:
    return "\n" not in text.strip() and text.strip() != "{}"


def _many_lines(text: str, holder: Node) -> bool:
    return "\n" in text[holder.start : holder.members[0].start]


def _indentation(text: str, place: int) -> str:
    """Return what the line that a place is on begins with."""
    found = _INDENTATION.match(text, text.rfind("\n", 0, place) + 1)
    return found.group() if found else ""


def _unit(text: str) -> str:
    """Return what one level of indentation is in a text; two spaces where it has none."""
    members = parse(text).members
    return (_indentation(text, members[0].start) if members else "") or "  "


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
