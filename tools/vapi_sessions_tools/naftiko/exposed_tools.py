"""The operations as tools of an MCP server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vapi_sessions_tools.naftiko.telling import input_places
from vapi_sessions_tools.naftiko.wording import attack_paths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.naftiko.inputs import Input
    from vapi_sessions_tools.naftiko.naming import Namespaces
    from vapi_sessions_tools.naftiko.telling import Told

PORT = 3001


def exposed_tools(told: Sequence[Told], names: Namespaces, *, label: str, address: str) -> Document:
    """Return an MCP server, over Streamable HTTP.

    Args:
        told: The operations.
        names: What the parts of the capability are called.
        label: What the server offers, for people.
        address: Where it listens.
    """
    titles = ", ".join(each.title for each in told)
    return {
        "type": "mcp",
        "transport": "http",
        "address": address,
        "port": PORT,
        "namespace": names.mcp,
        "description": (
            f"{label}: {titles}. Results are the API's own answers, whole and unaltered."
            f"{attack_paths(input_places(told))}"
        ),
        "tools": [_tool(each, names) for each in told],
    }


def _tool(told: Told, names: Namespaces) -> Document:
    hints = told.operation.hints
    tool: Document = {"name": told.name, "label": told.title, "description": told.words}
    if told.inputs:
        tool["inputParameters"] = [_parameter(given) for given in told.inputs]
    tool["call"] = f"{names.api}.{told.name}"
    handed: Document = {given.called: f"{names.mcp}.{given.name}" for given in told.inputs}
    if told.operation.has_body and told.by_field:
        handed[told.by_field] = 1
    if handed:
        tool["with"] = handed
    tool["hints"] = {
        "readOnly": hints.read_only,
        "destructive": hints.destructive,
        "idempotent": hints.idempotent,
        "openWorld": hints.open_world,
    }
    return tool


def _parameter(given: Input) -> Document:
    """Return an input of a tool; one of which nothing is said is required."""
    return {
        "name": given.name,
        "type": given.type,
        "description": given.words,
        "required": given.required,
    }
