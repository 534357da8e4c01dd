"""Every command that the skill shows ends with the status that it shows, on the sandbox."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from typing import TYPE_CHECKING

import pytest

from in_process import Ended, run_main
from vapi_sessions_tools.skill.commands import SESSION, TRIALS, Command, Invocation
from vapi_sessions_tools.skill.folder import write_skill
from vapi_sessions_tools.skill.overview import overview

if TYPE_CHECKING:
    from pathlib import Path

    from vapi_sessions_tools.contract.loading import Contract

BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
STATUS = re.compile(r"^# exit status (\d)$", re.MULTILINE)


def run(block: str, folder: Path, session: str = SESSION) -> Ended:
    """Run a command of the skill in this process; files that it names are in the folder."""
    placed = block.replace(SESSION, session).replace("trial.sqlite", f"{folder.as_posix()}/trial.sqlite")
    line, _, document = placed.partition("\n")
    program, *arguments = shlex.split(line.removesuffix(" <<'JSON'"))
    assert program == "vapi-sessions-mcp"
    return run_main(
        *arguments, stdin=document.removesuffix("JSON\n"), VAPI_SANDBOX_DB=str(folder / "sessions.sqlite")
    )


def shown_status(block: str) -> int:
    stated = STATUS.search(block)
    return int(stated[1]) if stated else 0


def test_each_command_ends_with_the_status_that_it_shows(texts: dict[str, str], tmp_path: Path) -> None:
    created = run('vapi-sessions-mcp call create_session \'{"name": "Order 1042"}\'', tmp_path)
    session = json.loads(created.out)["id"]
    blocks = BLOCK.findall(texts["SKILL.md"])
    assert len(blocks) == 12
    for block in blocks:
        ended = run(block, tmp_path, session)
        assert ended.status == shown_status(block), (block, ended)
        output = ended.err if ended.status == 2 else ended.out
        assert output.count("\n") == 1 or "transcript" in block
        assert ('"error"' in ended.out) == (ended.status == 1)
        if "status==" in block:
            assert [session, "Order 1042"] in json.loads(ended.out)["result"]
    assert (tmp_path / "trial.sqlite").exists()


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.tool)
def test_a_trial_is_shown_where_its_tool_is_the_only_one(
    contract: Contract, trial: Command, tmp_path: Path
) -> None:
    offered = contract.offering([trial.tool], read_only=False)
    program = "vapi-sessions-mcp"
    text = overview(offered, program=program, version="1", invocation=Invocation((program,)))
    (block,) = [found for found in BLOCK.findall(text) if "trial.sqlite" in found]
    assert run(block, tmp_path).status == shown_status(block) == trial.status


@pytest.mark.skipif(os.name != "posix", reason="needs sed")
def test_the_command_that_shows_a_type_selects_its_section(texts: dict[str, str], tmp_path: Path) -> None:
    write_skill(tmp_path, texts, program="vapi-sessions-mcp")
    command = re.search(r"`(sed [^`]*)`", texts["SKILL.md"])
    assert command
    words = shlex.split(command[1].replace("NAME", "LMNTVoice"))
    section = subprocess.check_output(words, cwd=tmp_path, text=True, timeout=30)
    assert section.startswith("## LMNTVoice\n\n- `provider` (required): exactly lmnt\n")
    assert section.count("\n## ") == 1
