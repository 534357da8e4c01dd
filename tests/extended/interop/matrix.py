"""The clients that are tried, and the ways in which each of them reaches the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MODERN, HANDSHAKE = "2026-07-28", "handshake"
"""The protocol's eras: with all that is needed in each request, and with a handshake first."""

WAYS = {"stdio": "stdio", "http": "Streamable HTTP", "sse": "SSE", "key": "Key in a header"}
"""How the server is reached, each way with its title; the last is Streamable HTTP with the user's own key."""


@dataclass(frozen=True, slots=True)
class Package:
    """What is installed for a client.

    Args:
        folder: The name of its environment.
        language: Python or JavaScript.
        requirement: What pip or npm is asked for: one minor line.
        name: The package whose version counts.
        beneath: The one that speaks the protocol for it; empty where it does so itself.
    """

    folder: str
    language: str
    requirement: str
    name: str
    beneath: str = ""


@dataclass(frozen=True, slots=True)
class Client:
    """A client, as it is tried.

    Args:
        name: What it is called on the command line and in the table.
        package: What is installed for it.
        script: The file that drives it.
        how: How it is driven, and how it shows a tool's error.
        era: The era that it is told to speak; empty where it chooses.
        strict: Whether it looks for what is not portable in the tools.
    """

    name: str
    package: Package
    script: str
    how: str
    era: str = ""
    strict: bool = False


Case = tuple[Client, str]
"""A client and a way."""

_MCP_2 = Package("mcp-2.3", "Python", "mcp~=2.3.0", "mcp")
_MCP_1 = Package("mcp-1.30", "Python", "mcp~=1.30.0", "mcp")
_TYPESCRIPT_1 = Package(
    "typescript-1", "JavaScript", "@modelcontextprotocol/sdk@~1.32.2", "@modelcontextprotocol/sdk"
)
_TYPESCRIPT_2 = Package(
    "typescript-2", "JavaScript", "@modelcontextprotocol/client@~2.4.0", "@modelcontextprotocol/client"
)
_INSPECTOR = Package(
    "inspector", "JavaScript", "@modelcontextprotocol/inspector@~2.12.0", "@modelcontextprotocol/inspector"
)
_LANGCHAIN = Package(
    "langchain", "Python", "langchain-mcp-adapters~=0.3.2", "langchain-mcp-adapters", beneath="mcp"
)
_OPENAI = Package("openai-agents", "Python", "openai-agents~=0.24.0", "openai-agents", beneath="mcp")
_PYDANTIC = Package(
    "pydantic-ai", "Python", "pydantic-ai-slim[mcp]~=2.68.0", "pydantic-ai-slim", beneath="fastmcp-slim"
)
_FASTMCP = Package("fastmcp", "Python", "fastmcp~=4.1.0", "fastmcp", beneath="mcp")

_FLAGGED = "Its own calls; a result has a flag that says whether it is an error."
_INSPECTED = (
    "One run of `inspector --cli` for each call. The tools are listed with `--strict`, which must find "
    "nothing. For a tool's error it exits with 5. It does not show the protocol's version"
)

CLIENTS = (
    Client("mcp-2.3", _MCP_2, "mcp_2.py", f"`Client` pinned to {MODERN}. {_FLAGGED}", MODERN),
    Client("mcp-2.3-handshake", _MCP_2, "mcp_2.py", f'`Client(mode="legacy")`. {_FLAGGED}', HANDSHAKE),
    Client("mcp-1.30", _MCP_1, "mcp_1.py", f"`ClientSession`. {_FLAGGED}", HANDSHAKE),
    Client("typescript-1", _TYPESCRIPT_1, "typescript_1.mjs", f"`Client`. {_FLAGGED}", HANDSHAKE),
    Client(
        "typescript-2", _TYPESCRIPT_2, "typescript_2.mjs", f"`Client` pinned to {MODERN}. {_FLAGGED}", MODERN
    ),
    Client(
        "typescript-2-handshake",
        _TYPESCRIPT_2,
        "typescript_2.mjs",
        f"`Client` as it is by default. {_FLAGGED}",
        HANDSHAKE,
    ),
    Client(
        "inspector",
        _INSPECTOR,
        "inspector.mjs",
        f"{_INSPECTED}; it was told `--protocol-era modern`.",
        MODERN,
        strict=True,
    ),
    Client(
        "inspector-handshake",
        _INSPECTOR,
        "inspector.mjs",
        f"{_INSPECTED}; it was told `--protocol-era legacy`, as by default.",
        HANDSHAKE,
        strict=True,
    ),
    Client(
        "langchain",
        _LANGCHAIN,
        "langchain_tools.py",
        "The tools of `MultiServerMCPClient.get_tools()`, called as an agent calls them. Each call opens a "
        "session of its own, over stdio a server of its own. An error is a `ToolMessage` with "
        '`status="error"`.',
        HANDSHAKE,
    ),
    Client(
        "openai-agents",
        _OPENAI,
        "openai_agent.py",
        "An `Agent` in a `Runner`, its model played by a script. The model is told a tool's error as text "
        "like any other; the flag is there for a `custom_data_extractor`.",
    ),
    Client(
        "pydantic-ai",
        _PYDANTIC,
        "pydantic_agent.py",
        "An `Agent` with an `MCPToolset`, its model played by a function. A tool's error is an answer with "
        '`outcome="retried"`, and the model may call again.',
    ),
    Client("fastmcp", _FASTMCP, "fastmcp_4.py", "`Client`, whose `call_tool` raises `ToolError`."),
)


def chosen(words: Sequence[str]) -> list[Case]:
    """Return the cases that are named; all of them where none is.

    Args:
        words: Each the name of a client, or `NAME:WAY`.

    Raises:
        ValueError: There is no such client or way.
    """
    names = {client.name: client for client in CLIENTS}
    cases: list[Case] = []
    for word in words or names:
        name, _, way = word.partition(":")
        if name not in names or (way and way not in WAYS):
            there_are = f"{', '.join(names)}, each alone or with :{', :'.join(WAYS)}"
            raise ValueError(f"there is no {word!r}; there are {there_are}")
        cases += [(names[name], each) for each in ([way] if way else WAYS)]
    return cases
