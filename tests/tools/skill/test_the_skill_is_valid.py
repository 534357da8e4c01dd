"""The skill is one by the Agent Skills specification, for whichever tools it is made."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from portability import tokens
from vapi_sessions_tools.contract.loading import load_contract
from vapi_sessions_tools.errors import ErrorKind
from vapi_sessions_tools.skill.folder import write_skill
from vapi_sessions_tools.skill.frontmatter import NAME
from vapi_sessions_tools.skill.texts import skill_texts

TOOLS = ("create_session", "list_sessions", "get_session", "update_session", "delete_session")
CHOICES = [chosen for count in range(1, 6) for chosen in combinations(TOOLS, count)]
LINK = re.compile(r"\[[^]]*\]\(([^)]+)\)")


def head(text: str) -> dict[str, Any]:
    """Return what stands in the frontmatter."""
    fences = text.split("---\n", 2)
    assert fences[0] == ""
    parsed: dict[str, Any] = yaml.safe_load(fences[1])
    return parsed


@cache
def made(chosen: tuple[str, ...]) -> dict[str, str]:
    """Return the skill's texts for some of the tools."""
    offered = load_contract().offering(chosen, read_only=False)
    return skill_texts(offered, program="vapi-sessions-mcp", version="1.2.3")


@pytest.mark.parametrize("chosen", [TOOLS, ("list_sessions", "get_session"), ("delete_session",)])
def test_the_reference_validator_takes_it(tmp_path: Path, chosen: tuple[str, ...]) -> None:
    write_skill(tmp_path / NAME, made(chosen), program="vapi-sessions-mcp")
    validator = shutil.which("agentskills", path=str(Path(sys.executable).parent))
    assert validator is not None
    told = subprocess.run(
        [validator, "validate", tmp_path / NAME], capture_output=True, timeout=60, check=False
    )
    assert told.returncode == 0, told.stderr.decode()


@pytest.mark.parametrize("chosen", CHOICES, ids="+".join)
class TestWhicheverToolsThereAre:
    def test_the_head_keeps_to_the_limits(self, chosen: tuple[str, ...]) -> None:
        fields = head(made(chosen)["SKILL.md"])
        assert fields.keys() == {"name", "description", "license", "compatibility", "metadata"}
        assert (fields["name"], fields["license"]) == ("vapi-sessions", "MIT")
        assert fields["metadata"] == {"program": "vapi-sessions-mcp", "version": "1.2.3"}
        assert len(fields["description"]) <= 1_024
        assert len(fields["compatibility"]) <= 500

    def test_its_own_text_is_short(self, chosen: tuple[str, ...]) -> None:
        text = made(chosen)["SKILL.md"]
        assert text.count("\n") < 300
        assert tokens(text) < 5_000

    def test_it_tells_of_no_other_tool(self, chosen: tuple[str, ...]) -> None:
        told = "\n".join(made(chosen).values())
        assert {name for name in TOOLS if name in told} == {*chosen}

    def test_every_link_leads_to_a_file_and_every_file_is_linked_to(self, chosen: tuple[str, ...]) -> None:
        texts = made(chosen)
        links = {link for link in LINK.findall(texts["SKILL.md"]) if "..." not in link}
        assert links == texts.keys() - {"SKILL.md"}


def test_it_is_the_same_each_time(texts: dict[str, str]) -> None:
    assert list(made(TOOLS).items()) == list(texts.items())


def test_every_kind_of_error_has_its_way_out(texts: dict[str, str]) -> None:
    told = texts["SKILL.md"]
    assert [kind for kind in get_args(ErrorKind) if f"| `{kind}` |" not in told] == []


def test_it_tells_of_no_unknown_outcome_where_nothing_can_be_changed() -> None:
    told = made(("list_sessions", "get_session"))["SKILL.md"]
    assert "unknown_outcome" not in told
    assert "explicit yes" not in told


def test_no_tool_is_approved_beforehand_and_no_key_stands_in_a_command(texts: dict[str, str]) -> None:
    assert "allowed-tools" not in texts["SKILL.md"]
    commands = re.findall(r"```sh\n(.*?)```", texts["SKILL.md"], re.DOTALL)
    assert [command for command in commands if "VAPI_" in command] == []
