"""Template of a request's JSON body: a member for each input that is given.

Naftiko writes bodies with Mustache, which has sections and no `or`: the comma before an optional member
depends on each optional member before it. Mustache escapes nothing, so the template puts no quotation marks
around inputs: each is JSON already.
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
    return _if(told.by_field, "\n".join(("{", *_lines(told.fields), "}"))) + _unless(told.by_field, whole)


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
    return f"{compact(field.wire)}: {{{{{field.name}}}}}"


def _if(name: str, text: str) -> str:
    return f"{{{{#{name}}}}}{text}{{{{/{name}}}}}"


def _unless(name: str, text: str) -> str:
    return f"{{{{^{name}}}}}{text}{{{{/{name}}}}}"


def _if_any(names: Sequence[str], text: str) -> str:
    """Write a text once if at least one of some inputs is given."""
    result = ""
    for name in reversed(names):
        otherwise = _unless(name, result) if result else ""
        result = _if(name, text) + otherwise
    return result
