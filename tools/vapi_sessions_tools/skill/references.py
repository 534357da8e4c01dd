"""The skill's references: each tool with its arguments, and the types that these are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vapi_sessions_tools.engine.derivation import QUERY_ARGUMENT
from vapi_sessions_tools.engine.input_schema import QUERY_WORDS
from vapi_sessions_tools.skill.commands import code
from vapi_sessions_tools.skill.described_types import type_section, types_below, types_beside, value_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vapi_sessions_tools.contract.loading import Contract
    from vapi_sessions_tools.engine.operation import Argument, Operation
    from vapi_sessions_tools.engine.shape import Shape, Shapes
    from vapi_sessions_tools.skill.commands import Invocation

TYPES = "references/types.md"

_LARGEST_BESIDE = 1_500
"""Characters up to which a type is told beside the tool that takes it."""


def look_up(invocation: Invocation) -> str:
    """Return the command that shows one type, and the heading of the next, as Markdown."""
    return code(f"sed -n '/^## NAME$/,/^## /p' {invocation.file(TYPES)}")


def tool_reference(operation: Operation) -> str:
    """Return where a tool's reference stands, from the skill's folder."""
    return f"references/{operation.tool}.md"


def references(contract: Contract, invocation: Invocation) -> dict[str, str]:
    """Return the references' texts by their places in the skill's folder."""
    types = _all_types(contract)
    texts = {
        tool_reference(operation): _tool(operation, contract.shapes) for operation in contract.operations
    }
    return {**texts, TYPES: _types(contract.shapes, types, invocation)} if types else texts


def takes_types(contract: Contract) -> bool:
    """Whether there is a file of types."""
    return bool(_all_types(contract))


def _all_types(contract: Contract) -> Mapping[str, Shape]:
    found: dict[str, Shape] = {}
    for operation in contract.operations:
        for argument in operation.arguments:
            found |= types_below(contract.shapes, contract.shapes.read(argument.schema_))
    return dict(sorted(found.items()))


def _types(shapes: Shapes, types: Mapping[str, Shape], invocation: Invocation) -> str:
    opening = (
        f"# The {len(types)} types that arguments are made of\n\n"
        f"This file is long: look a type up in it, with\n{look_up(invocation)}.\n"
        "Values after `such as` are known ones, and others are passed on to the API; `one of` lists all.\n"
    )
    return "\n".join([opening, *(type_section(shapes, name) for name in types)])


def _tool(operation: Operation, shapes: Shapes) -> str:
    parts = [f"# {operation.tool}", operation.description, "## Arguments", _arguments(operation, shapes)]
    if operation.not_arguments:
        mistaken = [f"- `{name}`: {way_out}" for name, way_out in operation.not_arguments.items()]
        parts += ["## What is no argument", "\n".join(mistaken)]
    beside, elsewhere = _types_of(operation, shapes)
    if elsewhere:
        parts.append(f"Every type that is named here is in [{TYPES.rpartition('/')[2]}](types.md).")
    sections = [section.replace("## ", "### ", 1).rstrip("\n") for section in beside.values()]
    parts += ["## Types", *sections] if sections else []
    return "\n\n".join(parts) + "\n"


def _arguments(operation: Operation, shapes: Shapes) -> str:
    required = sorted(operation.arguments, key=lambda argument: not argument.required)
    lines = [_argument(argument, shapes) for argument in required]
    if operation.queryable:
        lines.append(f"- `{QUERY_ARGUMENT}`: string. {QUERY_WORDS}")
    return "\n".join(lines)


def _argument(argument: Argument, shapes: Shapes) -> str:
    must = " (required)" if argument.required else ""
    told = value_line(shapes, shapes.read(argument.schema_))
    way_out = f" ({argument.way_out})" if argument.way_out else ""
    return f"- `{argument.name}`{must}: {told}{f'. {argument.words}' if argument.words else ''}{way_out}"


def _types_of(operation: Operation, shapes: Shapes) -> tuple[dict[str, str], bool]:
    """Return the short types that arguments directly are, and whether they are made of others."""
    beside: dict[str, str] = {}
    every: set[str] = set()
    for argument in operation.arguments:
        shape = shapes.read(argument.schema_)
        every |= types_below(shapes, shape).keys()
        sections = {name: type_section(shapes, name) for name in types_beside(shapes, shape)}
        beside |= {name: told for name, told in sections.items() if len(told) <= _LARGEST_BESIDE}
    return beside, len(every) > len(beside)
