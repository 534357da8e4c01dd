"""The references have every argument and type of the contract, with their limits."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from vapi_sessions_tools.engine.input_schema import input_schema
from vapi_sessions_tools.skill.described_types import field_lines, types_below, value_line

if TYPE_CHECKING:
    from pathlib import Path

    from vapi_sessions_tools.contract.loading import Contract


def test_each_tool_has_all_of_its_arguments(contract: Contract, texts: dict[str, str]) -> None:
    for operation in contract.operations:
        schema = input_schema(operation, contract.shapes)
        told = texts[f"references/{operation.tool}.md"].split("## Arguments")[1].split("\n#")[0]
        named = re.findall(r"^- `(\w+)`( \(required\))?:", told, re.MULTILINE)
        assert {name for name, _ in named} == schema["properties"].keys()
        assert [name for name, must in named if must] == schema.get("required", [])


def test_limits_and_listed_values_are_told(texts: dict[str, str]) -> None:
    told = texts["references/update_session.md"]
    assert "- `status`: one of active, completed. New state\n" in told
    assert "- `expirationSeconds`: number, 60 to 2592000. New lifetime\n" in told
    assert "- `id` (required): a UUID: " in told


def test_a_union_names_each_branch_with_its_type(texts: dict[str, str]) -> None:
    assert (
        "(system: ChatSystemMessage or SystemMessage, user: ChatUserMessage"
        in (texts["references/create_session.md"])
    )
    assert (
        "### ChatUserMessage\n\n- `role` (required): exactly user\n" in texts["references/create_session.md"]
    )


def test_every_type_that_is_named_can_be_looked_up(texts: dict[str, str]) -> None:
    types = texts["references/types.md"]
    headings = re.findall(r"^## (\w+)$", types, re.MULTILINE)
    assert headings == sorted(set(headings))
    named = set(re.findall(r"\bobject ([A-Z]\w+)", "\n".join(texts.values())))
    assert named <= {*headings}
    assert len(headings) > 300


def test_the_command_that_looks_a_type_up_shows_it(folder: Path, texts: dict[str, str]) -> None:
    command = re.search(r"`(sed [^`]*)`", texts["SKILL.md"])
    assert command is not None
    shown = subprocess.run(
        ["sh", "-c", command[1].replace("NAME", "LMNTVoice")],
        cwd=folder,
        capture_output=True,
        timeout=60,
        check=True,
    ).stdout.decode()
    assert shown.startswith("## LMNTVoice\n\n- `provider` (required): exactly lmnt\n")
    assert "- `speed`: number, 0.25 to 2\n" in shown
    assert shown.count("\n## ") == 1


def test_a_type_that_holds_itself_is_met_once(contract: Contract) -> None:
    shape = contract.shapes.named("CreateAssistantDTO")
    below = types_below(contract.shapes, shape)
    assert list(below) == sorted(below)
    assert {"CreateAssistantDTO", "OpenAIModel", "LMNTVoice"} <= below.keys()


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "string", "enum": ["a", "b"]}, "string, such as a, b"),
        ({"type": "string", "enum": ["a"]}, "exactly a"),
        (
            {"type": "array", "items": {"type": "number", "maximum": 3}, "maxItems": 2},
            "list of number, at most 3",
        ),
    ],
)
def test_a_value_is_told_in_one_line(contract: Contract, schema: dict[str, object], told: str) -> None:
    assert value_line(contract.shapes, contract.shapes.read(schema)).startswith(told)


def test_fields_of_any_name_are_told(contract: Contract) -> None:
    schema = {"type": "object", "additionalProperties": {"type": "boolean"}}
    lines = field_lines(contract.shapes, contract.shapes.read(schema))
    assert lines == ["- any other name: true or false"]
