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

_QUOTED_PAIR = re.compile(r"""(["'])([\w. -]{1,60})\1(\s*[:=]\s*)(["'])((?:[^"'\\]|\\.)*)\4""")
_PLAIN_PAIR = re.compile(r"""\b([\w-]{1,60})(\s*[:=]\s*)((?:Bearer |Basic )?[^\s"'<>,;}]{8,})""")
_BEARER = re.compile(r"\b(Bearer|Basic) [^\s\"'<>]{8,}")


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
    def quoted(pair: re.Match[str]) -> str:
        if not names.is_secret(pair[2]):
            return pair[0]
        return f"{pair[1]}{pair[2]}{pair[1]}{pair[3]}{pair[4]}{REDACTED}{pair[4]}"

    def plain(pair: re.Match[str]) -> str:
        return f"{pair[1]}{pair[2]}{REDACTED}" if names.is_secret(pair[1]) else pair[0]

    return _BEARER.sub(rf"\1 {REDACTED}", _PLAIN_PAIR.sub(plain, _QUOTED_PAIR.sub(quoted, text)))
