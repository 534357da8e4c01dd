"""The template of a request's JSON body: what is given stands in it, and nothing of what is not.

Naftiko writes bodies with Mustache, which knows sections and no `or`; so whether a comma stands before an
optional field is asked of each optional field before it, one after the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vapi_sessions_tools.engine.json_values import compact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vapi_sessions_tools.naftiko.inputs import Input
    from vapi_sessions_tools.naftiko.telling import Told


def body_template(told: Told) -> str:
    """Return the template of an operation's body, which is given whole or field by field."""
    whole = f"{{{{{told.body}}}}}"
    if not told.by_field:
        return whole
    return _if(told.by_field, "\n".join(("{", *_lines(told.fields), "}"))) + whole


def _lines(fields: Sequence[Input]) -> list[str]:
    required = [field for field in fields if field.required]
    optional = [field for field in fields if not field.required]
    lines = [_member(field) + ("," if field is not required[-1] else "") for field in required]
    for count, field in enumerate(optional):
        earlier = [before.name for before in optional[:count]]
        comma = "," if required else _if_any(earlier, ",")
        lines.append(_if(field.name, comma + _member(field)))
    return lines


def _member(field: Input) -> str:
    value = f"{{{{{field.name}}}}}"
    return f"{compact(field.wire)}: " + (f'"{value}"' if field.written == "text" else value)


def _if(name: str, text: str) -> str:
    return f"{{{{#{name}}}}}{text}{{{{/{name}}}}}"


def _if_any(names: Sequence[str], text: str) -> str:
    """Write a text once if at least one of some inputs is given."""
    result = ""
    for name in reversed(names):
        otherwise = f"{{{{^{name}}}}}{result}{{{{/{name}}}}}" if result else ""
        result = _if(name, text) + otherwise
    return result
