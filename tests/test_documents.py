"""Generated parts of the documents are up to date, and what they name exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

from readme import assert_generated
from vapi_sessions_mcp.http.http_settings import HttpFlags
from vapi_sessions_mcp.settings import BASE_URL_VARIABLES, Flags
from vapi_sessions_tools.engine.input_schema import input_schema
from vapi_sessions_tools.environment_key import KEY_FILE_VARIABLE, KEY_VARIABLES
from vapi_sessions_tools.errors import ErrorKind

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

ROOT = Path(__file__).parents[1]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def tools_table(contract: Contract) -> str:
    lines = ["| Tool | What it does | Arguments |", "|---|---|---|"]
    for operation in contract.operations:
        schema = input_schema(operation, contract.shapes)
        required = schema.get("required", [])
        names = ", ".join(f"**`{n}`**" if n in required else f"`{n}`" for n in schema["properties"])
        lines.append(f"| `{operation.tool}` | {operation.description} | {names} |")
    return "\n".join(lines) + "\n"


def test_table_of_tools_in_the_readme_is_up_to_date(contract: Contract) -> None:
    assert_generated("tools", "<!-- end of tools -->", tools_table(contract))


def test_readme_names_every_setting_and_every_kind_of_error() -> None:
    readme = read("README.md")
    flags = [f"--{name.replace('_', '-')}" for name in Flags.model_fields]
    variables = [*KEY_VARIABLES, KEY_FILE_VARIABLE, *BASE_URL_VARIABLES]
    wanted = [*flags, *variables, *sorted(get_args(ErrorKind))]
    assert [name for name in wanted if f"`{name}" not in readme] == []
    for name in HttpFlags.model_fields:
        variable = "VAPI_LOG_FORMAT" if name == "log_format" else f"VAPI_HTTP_{name.upper()}"
        row = rf"^\| `--{name.replace('_', '-')}[ `].*\| `{variable}` \|"
        assert re.search(row, readme, re.MULTILINE), name


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_make_targets_that_are_named_exist(name: str) -> None:
    makefile = read("Makefile")
    targets = set(re.findall(r"[a-z-]+", makefile.partition(".PHONY:")[2].partition("\n\n")[0]))
    parts = re.findall(r"[a-z-]+", makefile.partition("PARTS := ")[2].partition("\n\n")[0])
    targets |= {f"test-{part}" for part in (*parts, "reference")}
    named = set(re.findall(r"^(?:[|-] `)?make ([a-z-]+)`?", read(name), re.MULTILINE))
    assert named
    assert named - targets == set()


def test_readme_counts_branches_as_the_snapshot_does(contract: Contract) -> None:
    summary = " ".join(read("tests/snapshots/branches.md").split())
    counted = re.search(r" (\d+) branches in .*? Not taught: (\d+)\.", summary)
    assert counted is not None
    every, missed = int(counted[1]), int(counted[2])
    readme = " ".join(read("README.md").split())
    assert f"{every - missed} of the contract's {every} union branches" in readme
    assert f"({len(contract.shapes.names)} schemas)" in readme
