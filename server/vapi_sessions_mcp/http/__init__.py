"""MCP over HTTP: Streamable HTTP and HTTP+SSE in one ASGI application."""
