"""SKILL.md is valid by the Agent Skills specification, whatever tools are offered."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, get_args

import pytest
import skills_ref
import yaml

from vapi_sessions_tools.contract.loading import load_contract
from vapi_sessions_tools.engine.input_schema import input_schema
from vapi_sessions_tools.errors import ErrorKind
from vapi_sessions_tools.skill.folder import write_skill
from vapi_sessions_tools.skill.frontmatter import NAME
from vapi_sessions_tools.skill.texts import skill_texts

if TYPE_CHECKING:
    from pathlib import Path

    from vapi_sessions_tools.contract.loading import Contract

ALL = ("create_session", "list_sessions", "get_session", "update_session", "delete_session")
READING = ("list_sessions", "get_session")
OFFERS = [ALL, READING, ("create_session",), ("delete_session",)]
LINK = re.compile(r"\[[^]]*\]\(([^)]+)\)")


@cache
def exported(offer: tuple[str, ...]) -> dict[str, str]:
    offered = load_contract().offering(offer, read_only=False)
    return skill_texts(offered, program="vapi-sessions-mcp", version="1.2.3")


@pytest.mark.parametrize("offer", OFFERS, ids="+".join)
class TestEveryOffer:
    def test_the_reference_validator_accepts_the_folder(self, tmp_path: Path, offer: tuple[str, ...]) -> None:
        write_skill(tmp_path / NAME, exported(offer), program="vapi-sessions-mcp")
        assert skills_ref.validate(tmp_path / NAME) == []

    def test_the_frontmatter_keeps_to_the_limits(self, offer: tuple[str, ...]) -> None:
        fields: dict[str, Any] = yaml.safe_load(exported(offer)["SKILL.md"].split("---\n", 2)[1])
        assert fields.keys() == {"name", "description", "license", "compatibility", "metadata"}
        assert (fields["name"], fields["license"]) == ("vapi-sessions", "MIT")
        assert fields["metadata"] == {"program": "vapi-sessions-mcp", "version": "1.2.3"}
        assert len(fields["description"]) <= 1_024
        assert len(fields["compatibility"]) <= 500

    def test_only_the_offered_tools_are_named(self, offer: tuple[str, ...]) -> None:
        text = "\n".join(exported(offer).values())
        assert {name for name in ALL if name in text} == {*offer}

    def test_links_lead_to_all_other_files(self, offer: tuple[str, ...]) -> None:
        links = {link for link in LINK.findall(exported(offer)["SKILL.md"]) if "..." not in link}
        assert links == exported(offer).keys() - {"SKILL.md"}


def test_the_text_is_short(texts: dict[str, str]) -> None:
    assert texts["SKILL.md"].count("\n") < 300
    assert len(texts["SKILL.md"]) < 15_000, "the specification advises at most 5,000 tokens"


def test_every_kind_of_error_has_its_line(texts: dict[str, str]) -> None:
    assert [kind for kind in get_args(ErrorKind) if f"| `{kind}` |" not in texts["SKILL.md"]] == []


def test_the_table_of_tools_names_their_arguments(contract: Contract, texts: dict[str, str]) -> None:
    rows = dict(re.findall(r"^\| \[`(\w+)`\]\S+ \| .* \| (.*) \|$", texts["SKILL.md"], re.MULTILINE))
    for operation in contract.operations:
        properties = input_schema(operation, contract.shapes)["properties"]
        assert re.findall(r"`(\w+)`", rows[operation.tool]) == [*properties]


def test_reading_tools_need_no_consent_and_have_no_unknown_outcome() -> None:
    text = exported(READING)["SKILL.md"]
    assert "unknown_outcome" not in text
    assert "explicit yes" not in text


def test_no_tool_is_approved_beforehand_and_no_command_holds_a_key(texts: dict[str, str]) -> None:
    assert "allowed-tools" not in texts["SKILL.md"]
    commands = re.findall(r"```sh\n(.*?)```", texts["SKILL.md"], re.DOTALL)
    assert [command for command in commands if "VAPI_" in command] == []
