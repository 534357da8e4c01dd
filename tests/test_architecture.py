"""Import rules between the packages, and where the fields of sessions may be named."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = {"vapi_sessions_mcp": ROOT / "server", "vapi_sessions_tools": ROOT / "tools"}
SESSION_FIELDS = {
    *("assistantId", "squadId", "phoneNumberId", "customerId", "expirationSeconds", "twilioAuthToken")
}


@cache
def modules() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Return by module of the product the names it imports, at any depth, and its string constants."""
    found: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for package, folder in PACKAGES.items():
        for path in sorted((folder / package).rglob("*.py")):
            name = ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
            nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
            imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
            for node in nodes:
                if isinstance(node, ast.ImportFrom):
                    assert node.level == 0, f"{name} has a relative import"
                    imported |= {f"{node.module}", *(f"{node.module}.{alias.name}" for alias in node.names)}
            texts = {
                node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
            found[name] = frozenset(imported), frozenset(texts)
    return found


def is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [
        ("vapi_sessions_tools", ("vapi_sessions_mcp", "mcp")),
        (
            "vapi_sessions_tools.engine",
            ("vapi_sessions_tools.sessions", "vapi_sessions_tools.toolset", "vapi_sessions_tools.client"),
        ),
        (
            "vapi_sessions_tools.sessions.emulator",
            ("vapi_sessions_tools.engine", "vapi_sessions_tools.contract", "vapi_sessions_tools.client"),
        ),
        (
            "vapi_sessions_mcp.clients",
            ("vapi_sessions_mcp.commands", "vapi_sessions_mcp.doctor", "vapi_sessions_mcp.http"),
        ),
        (
            "vapi_sessions_mcp.http",
            ("vapi_sessions_mcp.commands", "vapi_sessions_mcp.doctor", "vapi_sessions_mcp.cli"),
        ),
    ],
)
def test_a_package_does_not_import_what_is_above_it(package: str, forbidden: tuple[str, ...]) -> None:
    assert any(is_within(name, package) for name in modules())
    breaches = {
        f"{name} imports {imported}"
        for name, (imports, _) in modules().items()
        for imported in imports
        if is_within(name, package) and any(is_within(imported, one) for one in forbidden)
    }
    assert breaches == set()


@pytest.mark.parametrize("package", ["vapi_sessions_tools.engine", "vapi_sessions_mcp"])
def test_fields_of_sessions_are_named_only_where_sessions_are_handled(package: str) -> None:
    """The engine and the server would serve any API; the demo is about sessions."""
    named = {
        f"{name}: {field}"
        for name, (_, texts) in modules().items()
        for field in texts & SESSION_FIELDS
        if is_within(name, package) and name != "vapi_sessions_mcp.commands.demo_command"
    }
    assert named == set()
