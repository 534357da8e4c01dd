"""The clients, and the transports over which each of them is tried."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MODERN, HANDSHAKE = "2026-07-28", "handshake"
"""The two ways of the protocol: everything in each request, or a handshake first."""

TRANSPORTS = {"stdio": "stdio", "http": "Streamable HTTP", "sse": "SSE", "key": "Key in a header"}
"""The transports with the titles of their columns; `key` is Streamable HTTP with the user's own key."""


@dataclass(frozen=True)
class Client:
    """A client as it is tried.

    Args:
        name: On the command line and in the table.
        requirement: What pip or npm installs: one minor version.
        script: The file in `clients/` that runs it.
        protocol: What it must speak; empty when it chooses.
        beneath: The package that speaks the protocol for it; empty when it does so itself.
        strict: Whether it reports what is not portable in the tools.
    """

    name: str
    requirement: str
    script: str
    protocol: str = ""
    beneath: str = ""
    strict: bool = False

    @property
    def language(self) -> str:
        return "Python" if self.script.endswith(".py") else "JavaScript"

    @property
    def package(self) -> str:
        found = re.match(r"@?[\w./-]+", self.requirement)
        assert found
        return found[0]

    @property
    def folder(self) -> str:
        """The name of its environment, which clients of one package share."""
        return self.name.removesuffix("-handshake")


Case = tuple[Client, str]
"""A client and the name of a transport."""

_TYPESCRIPT_2, _INSPECTOR = "@modelcontextprotocol/client@~2.4.0", "@modelcontextprotocol/inspector@~2.12.0"

CLIENTS = (
    Client("mcp-2.3", "mcp~=2.3.0", "mcp_2.py", MODERN),
    Client("mcp-2.3-handshake", "mcp~=2.3.0", "mcp_2.py", HANDSHAKE),
    Client("mcp-1.30", "mcp~=1.30.0", "mcp_1.py", HANDSHAKE),
    Client("typescript-1", "@modelcontextprotocol/sdk@~1.32.2", "typescript_1.mjs", HANDSHAKE),
    Client("typescript-2", _TYPESCRIPT_2, "typescript_2.mjs", MODERN),
    Client("typescript-2-handshake", _TYPESCRIPT_2, "typescript_2.mjs", HANDSHAKE),
    Client("inspector", _INSPECTOR, "inspector.mjs", MODERN, strict=True),
    Client("inspector-handshake", _INSPECTOR, "inspector.mjs", HANDSHAKE, strict=True),
    Client("langchain", "langchain-mcp-adapters~=0.3.2", "langchain_tools.py", HANDSHAKE, beneath="mcp"),
    Client("openai-agents", "openai-agents~=0.24.0", "openai_agent.py", beneath="mcp"),
    Client("pydantic-ai", "pydantic-ai-slim[mcp]~=2.68.0", "pydantic_agent.py", beneath="fastmcp-slim"),
    Client("fastmcp", "fastmcp~=4.1.0", "fastmcp_4.py", beneath="mcp"),
)


def select(words: Sequence[str]) -> list[Case]:
    """Return the cases that are named, each as NAME or NAME:TRANSPORT; all of them when none is.

    Raises:
        ValueError: There is no such client or transport.
    """
    names = {client.name: client for client in CLIENTS}
    cases: list[Case] = []
    for word in words or names:
        name, _, transport = word.partition(":")
        if name not in names or (transport and transport not in TRANSPORTS):
            known = f"{', '.join(names)}, each alone or with :{', :'.join(TRANSPORTS)}"
            raise ValueError(f"there is no {word!r}; there are {known}")
        cases += [(names[name], each) for each in ([transport] if transport else TRANSPORTS)]
    return cases
