"""Programs for agent frameworks: valid Python, which names the key's variable alone."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from vapi_sessions_mcp.clients.frameworks import FRAMEWORKS, framework_snippet
from vapi_sessions_mcp.clients.launch import Launch
from vapi_sessions_mcp.command_line import CLIENTS

LAUNCH = Launch('C:\\Program Files\\it\'s "here".exe', ("--sandbox-db", "C:\\ü.db"))


def test_the_frameworks_are_those_that_the_command_line_knows() -> None:
    assert set(FRAMEWORKS) < set(CLIENTS)


@pytest.mark.parametrize("framework", FRAMEWORKS)
class TestEachFramework:
    def test_gets_the_command_as_it_is(self, framework: str) -> None:
        assert server_of(framework_snippet(framework, LAUNCH, None)) == {
            "command": LAUNCH.command,
            "args": list(LAUNCH.arguments),
        }

    def test_gets_the_key_from_the_environment_it_runs_in(self, framework: str) -> None:
        text = framework_snippet(framework, LAUNCH, "VAPI_TOKEN")
        assert '"env": {"VAPI_TOKEN": os.environ["VAPI_TOKEN"]}' in text
        assert "import os\n" in text

    def test_imports_nothing_that_it_does_not_use(self, framework: str) -> None:
        for variable in (None, "VAPI_API_KEY"):
            module = ast.parse(framework_snippet(framework, LAUNCH, variable))
            imported = [
                alias.name.split(".")[0]
                for node in ast.walk(module)
                if isinstance(node, (ast.Import, ast.ImportFrom))
                for alias in node.names
            ]
            used = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
            assert [name for name in imported if name not in used] == []

    def test_is_never_wider_than_a_page(self, framework: str) -> None:
        text = framework_snippet(framework, Launch("uvx", ("vapi-sessions-mcp",)), "VAPI_API_KEY")
        assert max(map(len, text.splitlines())) <= 110


def server_of(program: str) -> Any:
    """Return what a program calls SERVER."""
    (value,) = [
        node.value
        for node in ast.parse(program).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "SERVER"
    ]
    return ast.literal_eval(value)
