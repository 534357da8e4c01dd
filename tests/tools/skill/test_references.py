"""The references list every argument and type of the contract with its limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from vapi_sessions_tools.engine.input_schema import input_schema
from vapi_sessions_tools.skill.described_types import field_lines, value_line

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract


def test_each_tool_lists_all_of_its_arguments(contract: Contract, texts: dict[str, str]) -> None:
    for operation in contract.operations:
        schema = input_schema(operation, contract.shapes)
        section = texts[f"references/{operation.tool}.md"].split("## Arguments")[1].split("\n#")[0]
        named = re.findall(r"^- `(\w+)`( \(required\))?:", section, re.MULTILINE)
        assert {name for name, _ in named} == schema["properties"].keys()
        assert [name for name, must in named if must] == schema.get("required", [])


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("update_session", "- `expirationSeconds`: number, 60 to 2592000. New lifetime\n"),
        ("update_session", "- `id` (required): a UUID: "),
        ("create_session", "(system: ChatSystemMessage or SystemMessage, user: ChatUserMessage"),
        ("types", "## LMNTVoice\n\n- `provider` (required): exactly lmnt\n"),
    ],
)
def test_limits_listed_values_and_branches_are_shown(texts: dict[str, str], place: str, line: str) -> None:
    assert line in texts[f"references/{place}.md"]


def test_every_named_type_has_one_section_in_alphabetical_order(texts: dict[str, str]) -> None:
    headings = re.findall(r"^## (\w+)$", texts["references/types.md"], re.MULTILINE)
    assert headings == sorted(set(headings))
    assert set(re.findall(r"\bobject ([A-Z]\w+)", "\n".join(texts.values()))) <= {*headings}
    assert len(headings) > 300


@pytest.mark.parametrize(
    ("schema", "line"),
    [
        ({"type": "string", "enum": ["a", "b"]}, "string, such as a, b"),
        ({"type": "string", "enum": ["a"]}, "exactly a"),
        (
            {"type": "array", "items": {"type": "number", "maximum": 3}, "maxItems": 2},
            "list of number, at most 3",
        ),
    ],
)
def test_a_value_has_one_line(contract: Contract, schema: dict[str, object], line: str) -> None:
    assert value_line(contract.shapes, contract.shapes.read(schema)).startswith(line)


def test_fields_of_any_name_have_a_line(contract: Contract) -> None:
    shape = contract.shapes.read({"type": "object", "additionalProperties": {"type": "boolean"}})
    assert field_lines(contract.shapes, shape) == ["- any other name: true or false"]
