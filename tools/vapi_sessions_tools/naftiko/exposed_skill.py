"""The operations as the tools of an Agent Skill, in a catalog that agents read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vapi_sessions_tools.naftiko.telling import input_places
from vapi_sessions_tools.naftiko.wording import attack_paths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.naftiko.naming import Namespaces
    from vapi_sessions_tools.naftiko.telling import Told

PORT = 3003

_LONGEST_NAME = 64
_LONGEST_DESCRIPTION = 1_024


def exposed_skill(operations: Sequence[Told], names: Namespaces, *, label: str, address: str) -> Document:
    """Return a skill server; it executes nothing, and refers to the tools of the MCP server.

    Args:
        operations: The operations.
        names: Names of the parts of the capability.
        label: Name of the skill, for people.
        address: Address that it listens on.
    """
    return {
        "type": "skill",
        "address": address,
        "port": PORT,
        "namespace": names.skill,
        "description": f"Agent Skill for {label}",
        "skills": [
            {
                "name": names.api[:_LONGEST_NAME].rstrip("-"),
                "description": _description(operations, label, names.mcp),
                "tools": [
                    {
                        "name": each.name,
                        "description": each.words,
                        "from": {"sourceNamespace": names.mcp, "action": each.name},
                    }
                    for each in operations
                ],
            }
        ],
    }


def _description(operations: Sequence[Told], label: str, server: str) -> str:
    """Return a description with the titles of the operations, or their number where there are too many."""
    start = f"Works with {label} through the tools of the MCP server {server}: "
    end = f". Use it for every task about {label}.{attack_paths(input_places(operations))}"
    titles = ", ".join(each.title for each in operations)
    if len(start + titles + end) > _LONGEST_DESCRIPTION:
        titles = f"{len(operations)} operations"
    # What is cut off is what comes first: the attack paths at the end must be read.
    return (start + titles)[: max(0, _LONGEST_DESCRIPTION - len(end))] + end[:_LONGEST_DESCRIPTION]
