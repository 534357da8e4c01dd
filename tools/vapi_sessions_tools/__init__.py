"""Vapi sessions as agent tools: the API side, usable with or without MCP."""
