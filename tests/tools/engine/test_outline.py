"""The outline of a schema: required fields in depth, optional ones in one line each, within a size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from small_contract import NUMBER, TEXT, Json, array, number, object_of, ref, shapes_of, tagged, text
from vapi_sessions_tools.engine.json_values import size
from vapi_sessions_tools.engine.named_types import describe_type
from vapi_sessions_tools.engine.outline import LARGEST, outline

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

X: Json = object_of({"x": TEXT}, "x")
OUTLINED_X: Json = {"required": {"x": "string"}}


def outlined(it: Json, largest: int = LARGEST, **schemas: Json) -> Any:
    shapes = shapes_of(It=it, **schemas)
    return outline(shapes, shapes.named("It"), largest=largest)


def test_an_object_is_outlined_by_its_fields_required_ones_first() -> None:
    it = object_of({"a": number(minimum=0, maximum=2), "b": TEXT}, "b")
    found = outlined(it)
    assert found == {"type": "It", "required": {"b": "string"}, "optional": {"a": "number, 0 to 2"}}
    assert list(found) == ["type", "required", "optional"]


def test_required_fields_are_outlined_with_what_they_require() -> None:
    inner = object_of({"key": TEXT, "more": ref("More"), "other": TEXT}, "key", "more")
    found = outlined(object_of({"inner": ref("Inner")}, "inner"), Inner=inner, More=X)
    assert found["required"]["inner"] == {
        "type": "Inner",
        "required": {"key": "string", "more": {"type": "More", **OUTLINED_X}},
        "further": ["other"],
    }


@pytest.mark.parametrize(
    ("schema", "line"),
    [
        (ref("X"), "object X"),
        (object_of({"a": TEXT, "b": TEXT}), "object (a, b)"),
        ({"type": "object", "additionalProperties": NUMBER}, "object of any names, each: number"),
        (array(TEXT, maxItems=3), "list of string, at most 3 items"),
        ({**TEXT, "enum": ["a", "b"], "x-closed-enum": True}, ["a", "b"]),
        (array({**TEXT, "enum": ["a", "b"], "x-closed-enum": True}), "list of one of a, b"),
        ({"oneOf": [ref("A"), ref("B"), TEXT]}, "object by kind: a, b or string"),
        ({"oneOf": [TEXT, {}]}, "any JSON"),
        ({"oneOf": [text(enum=["a", "b"]), TEXT]}, "string, such as a, b"),
    ],
)
def test_an_optional_field_is_outlined_in_one_line(schema: Json, line: object) -> None:
    found = outlined(object_of({"it": schema}), X=X, A=tagged("a"), B=tagged("b"))
    assert found["optional"] == {"it": line}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (
            {"oneOf": [ref("A"), ref("B"), ref("Open")]},
            {"tag": "kind", "branches": {"a": "A", "b": "B"}, "any other tag": "Open"},
        ),
        (
            {"oneOf": [ref("X"), ref("Y"), NUMBER]},
            {"any of": [{"type": "X", **OUTLINED_X}, {"type": "Y", "required": {"y": "string"}}, "number"]},
        ),
        (array(ref("X"), minItems=1), {"list of": {"type": "X", **OUTLINED_X}, "with": "at least 1 items"}),
        ({"oneOf": [TEXT, {}]}, "any JSON"),
        (
            object_of({"a": {"oneOf": [ref("A"), ref("B")]}, "b": {"oneOf": [ref("X"), NUMBER]}}, "a", "b"),
            {
                "type": "It",
                "required": {
                    "a": {"tag": "kind", "branches": ["a", "b"]},
                    "b": {"any of": [{"type": "X", **OUTLINED_X}, "number"]},
                },
            },
        ),
    ],
    ids=["tagged", "untagged", "list", "any", "nested"],
)
def test_unions_and_lists_are_outlined_by_their_branches_and_items(schema: Json, expected: object) -> None:
    schemas: Json = {"A": tagged("a"), "B": tagged("b"), "Open": object_of({"kind": TEXT}, "kind")}
    assert outlined(schema, X=X, Y=object_of({"y": TEXT}, "y"), **schemas) == expected


def test_the_outline_of_a_recursive_type_ends() -> None:
    assert size(outlined(object_of({"it": ref("It"), "x": TEXT}, "it"))) < LARGEST


def test_fields_that_do_not_fit_are_named_and_then_counted() -> None:
    it = object_of({f"field{n:02}": number(minimum=1, maximum=9) for n in range(40)})
    assert len(outlined(it, 3_000)["optional"]) == 40
    named = outlined(it, 800)
    assert [*named["optional"], *named["further"]] == list(it["properties"])
    counted = outlined(it, 200)
    assert "optional" not in counted
    assert counted["further"][-1] == f"... {40 - len(counted['further']) + 1} more"


@pytest.mark.parametrize("largest", [LARGEST, 300])
def test_no_outline_of_a_type_of_the_contract_is_larger_than_requested(
    contract: Contract, largest: int
) -> None:
    shapes = contract.shapes
    sizes = {name: size(outline(shapes, shapes.named(name), largest=largest)) for name in shapes.names}
    assert {name: bytes_ for name, bytes_ in sizes.items() if bytes_ > largest} == {}


def test_a_named_type_is_described_with_the_types_it_is_made_of(contract: Contract) -> None:
    described = describe_type(contract.shapes, "CreateAssistantDTO")
    assert described["type"] == "CreateAssistantDTO"
    assert "further" not in described
    assert {"OpenAIModel", "DeepgramTranscriber", "TransportConfigurationTwilio"} <= set(described["types"])
    assert set(described["types"]) <= set(contract.shapes.names)
