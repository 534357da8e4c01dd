"""The MCP clients and agent frameworks people work with: their files, and what belongs into them."""
