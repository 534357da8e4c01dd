"""Secrets within free text, known by the name that stands before them: JSON, headers, settings.

Sure of nothing, so it is used on what an API tells of a failure, and not on what people said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.json_values import is_list, is_object
from vapi_sessions_tools.engine.placeholder import REDACTED

if TYPE_CHECKING:
    from vapi_sessions_tools.engine.secret_policy import SecretNames

_NAME = re.compile(
    r"""(?<![\w.-])([A-Za-z_][\w.-]{0,80})[\\"']{0,3}\s{0,3}(?P<sign>=>|[:=])(?P<space>\s{0,3})"""
)
_QUOTED = re.compile(r"""(?P<quote>\\?["'])(?P<text>(?:(?!(?P=quote)).){1,2000})""", re.DOTALL)
_BARE = re.compile(r"""(?:(?:bearer|basic|token) )?[^\s"'<>&]{6,2000}""", re.IGNORECASE)
_LINE = re.compile(r"[^\n]{1,2000}")
_BEARER = re.compile(r"\b(bearer|basic|token) +(?=[^\s\"'<>]{0,200}\d)[^\s\"'<>]{8,2000}", re.IGNORECASE)
_KEY = re.compile(r"\b(?:sk|pk|rk|xox[a-z]|gh[pousr])[-_][A-Za-z0-9_-]{10,200}")
_USER = re.compile(r"(://[^\s/@:]{1,100}:)[^\s/@]{1,200}@")


def without_named(names: SecretNames, value: Any) -> Any:
    """Return a value whose texts have no values of fields that are named like secrets.

    Args:
        names: Tells what fields are.
        value: What an API tells of a failure.
    """
    if is_object(value):
        return {name: without_named(names, held) for name, held in value.items()}
    if is_list(value):
        return [without_named(names, item) for item in value]
    return _named_out_of(names, value) if isinstance(value, str) else value


def _named_out_of(names: SecretNames, text: str) -> str:
    parts: list[str] = []
    done = 0
    for name in _NAME.finditer(text):
        if name.start() < done or not names.is_secret(name[1].rsplit(".", 1)[-1]):
            continue
        found = _value(name, text)
        if found is not None:
            parts += [text[done : found[0]], REDACTED]
            done = found[1]
    told = "".join((*parts, text[done:]))
    told = _BEARER.sub(rf"\1 {REDACTED}", _KEY.sub(REDACTED, told))
    return _USER.sub(rf"\1{REDACTED}@", told)


def _value(name: re.Match[str], text: str) -> tuple[int, int] | None:
    """Return where the value of a name stands, or None where rather a sentence follows it."""
    if name[1].lower().endswith("cookie"):
        line = _LINE.match(text, name.end())
        return line.span() if line is not None else None
    quoted = _QUOTED.match(text, name.end())
    if quoted is not None:
        return quoted.span("text")
    bare = _BARE.match(text, name.end())
    if bare is None:
        return None
    # After a colon and a space there may be words; a number in it tells a value.
    stated = name["sign"] == "=" or not name["space"] or any(map(str.isdigit, bare[0]))
    return bare.span() if stated else None
