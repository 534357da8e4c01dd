"""The tools as plain JSON over HTTP, for what speaks no MCP: workflow builders, actions, scripts."""
