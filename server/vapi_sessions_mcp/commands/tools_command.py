"""`vapi-sessions-mcp tools`: the tools as a model sees them, and what they cost."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from vapi_sessions_mcp.assembly import assemble
from vapi_sessions_mcp.cost import cost, shown

if TYPE_CHECKING:
    from vapi_sessions_mcp.settings import Settings
    from vapi_sessions_tools.toolset import Tool


def run(settings: Settings, *, as_json: bool) -> int:
    """Print the tools; operations that became none go to standard error."""
    toolset = assemble(settings)
    tools = toolset.tools
    for place, reason in toolset.contract.left_out.items():
        sys.stderr.write(f"left out: {place}: {reason}\n")
    if as_json:
        print(json.dumps({"tools": [shown(tool) for tool in tools]}, ensure_ascii=False, indent=2))
        return 0
    for tool in tools:
        arguments = ", ".join(_argument_names(tool))
        print(f"{tool.name}  ({cost(tool):,} bytes)\n  {tool.description}\n  Arguments: {arguments}\n")
    print(f"{len(tools)} tools, {sum(map(cost, tools)):,} bytes in all.")
    return 0


def _argument_names(tool: Tool) -> list[str]:
    required = tool.input_schema.get("required", [])
    return [name + ("*" if name in required else "") for name in tool.input_schema["properties"]]
