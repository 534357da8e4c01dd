"""Every command that the skill shows does what the skill says, on the sandbox."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vapi_sessions_tools.skill.commands import SESSION, TRIALS, Invocation
from vapi_sessions_tools.skill.overview import overview

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract
    from vapi_sessions_tools.skill.commands import Command

BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
STATUS = re.compile(r"^# exit status (\d)$", re.MULTILINE)


def run(command: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Run a command as an agent with a shell does, where the sandbox keeps its sessions in a file."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VAPI_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    return subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env={**kept, "PATH": path, "VAPI_SANDBOX_DB": str(folder / "sessions.sqlite")},
        capture_output=True,
        timeout=60,
        check=False,
    )


def created(folder: Path) -> str:
    """Create a session and return its id."""
    told = run('vapi-sessions-mcp call create_session \'{"name": "Order 1042"}\'', folder)
    identity: str = json.loads(told.stdout)["id"]
    return identity


def test_each_ends_with_the_status_that_it_is_shown_with(texts: dict[str, str], tmp_path: Path) -> None:
    identity = created(tmp_path)
    blocks = BLOCK.findall(texts["SKILL.md"])
    for block in blocks:
        told = run(block.replace(SESSION, identity), tmp_path)
        stated = STATUS.search(block)
        assert told.returncode == (int(stated[1]) if stated else 0), (block, told)
        outcome = told.stderr if told.returncode == 2 else told.stdout
        assert outcome.count(b"\n") == 1 or "transcript" in block
        assert (b'"error"' in told.stdout) == (told.returncode == 1)
    assert len(blocks) == 12
    assert (tmp_path / "trial.sqlite").exists()


def test_the_example_of_a_query_selects_what_it_says(texts: dict[str, str], tmp_path: Path) -> None:
    identity = created(tmp_path)
    query = next(block for block in BLOCK.findall(texts["SKILL.md"]) if "status==" in block)
    assert json.loads(run(query, tmp_path).stdout)["result"] == [[identity, "Order 1042"]]


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.tool)
def test_each_trial_is_shown_where_its_tool_is_the_only_one(
    contract: Contract, trial: Command, tmp_path: Path
) -> None:
    offered = contract.offering([trial.tool], read_only=False)
    invocation = Invocation(("vapi-sessions-mcp",))
    told = overview(offered, program="vapi-sessions-mcp", version="1", invocation=invocation)
    (block,) = [found for found in BLOCK.findall(told) if "trial.sqlite" in found]
    stated = STATUS.search(block)
    assert run(block, tmp_path).returncode == (int(stated[1]) if stated else 0)
