"""The code in the library's document runs, and what the document lists is all there is."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

import vapi_sessions_tools
from vapi_sessions_tools import SessionsToolset, open_toolset
from vapi_sessions_tools.definitions import FORMS

DOCUMENT = (Path(__file__).parents[2] / "docs" / "library.md").read_text(encoding="utf-8")
WHOLE, *PARTS = re.findall(r"^```python\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)


def test_the_first_code_is_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(WHOLE, "library.md", "exec"), {"__name__": "__main__"})  # noqa: S102
    assert re.fullmatch(r"[0-9a-f-]{36}\n", capsys.readouterr().out)


async def test_the_other_code_runs_within_its_block(capsys: pytest.CaptureFixture[str]) -> None:
    async with open_toolset(sandbox=True) as toolset:
        for number in range(7):
            await toolset.call(
                "create_session", {"name": f"{number}", "customer": {"number": "+14155551234"}}
            )
        known: dict[str, Any] = {"toolset": toolset}
        for part in PARTS:
            running = eval(compile(part, "library.md", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), known)  # noqa: S307
            if running is not None:
                await running
    assert known["names"] == ["6", "5", "4", "3", "2", "1", "0"]
    assert (known["mine"]["results"], known["theirs"].is_error) == ([], False)
    printed = capsys.readouterr().out.splitlines()
    asked = ["update_session", "delete_session"]
    assert printed[:2] == [f"{name}: ask a person before it is called" for name in asked]
    assert printed[2] == "True"
    assert printed[3].startswith('{"error":{"kind":"invalid_arguments","message":')
    assert printed[4:6] == ["invalid_arguments", "status"]


def test_it_names_everything_that_is_public() -> None:
    public = {*vapi_sessions_tools.__all__} - {"__version__"}
    types = {"ErrorKind", "Form", "Region", "Tool", "ToolResult", "SessionsToolset"}  # seen in signatures
    assert {name for name in public - types if f"`{name}" not in DOCUMENT} == set()
    assert types <= public


@pytest.mark.parametrize("name", list(inspect.signature(open_toolset).parameters))
def test_it_names_every_argument_of_opening(name: str) -> None:
    assert re.search(rf"^\| .*`{name}`", DOCUMENT, re.MULTILINE)


@pytest.mark.parametrize("form", FORMS)
def test_it_names_every_form_of_definitions_and_its_command(form: str) -> None:
    assert f'| `"{form}"`' in DOCUMENT
    assert f"`vapi-sessions-mcp export {form}`" in DOCUMENT


def test_it_names_what_a_toolset_can_do() -> None:
    methods = [name for name in vars(SessionsToolset) if not name.startswith("_")]
    assert [name for name in methods if name not in DOCUMENT] == []


def test_its_links_lead_somewhere() -> None:
    folder = Path(__file__).parents[2] / "docs"
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", DOCUMENT)]
    assert [link for link in links if not (folder / link).exists()] == []
