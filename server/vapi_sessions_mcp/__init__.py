"""The MCP server for Vapi sessions."""
