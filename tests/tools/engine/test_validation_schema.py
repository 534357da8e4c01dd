"""The JSON Schema that is written for a schema of the contract accepts and refuses the right values."""

from __future__ import annotations

import jsonschema_rs
import pytest

from small_contract import ANYTHING, NUMBER, TEXT, Json, array, object_of, ref, shapes_of, tagged, text
from vapi_sessions_tools.engine.validation_schema import SchemaWriter, is_checkable

NODE = object_of({"value": TEXT, "next": ref("Node")})
NAMED: Json = {
    "Node": NODE,
    "Tree": array(ref("Tree")),
    # A cycle through schemas without a name.
    "Link": object_of({"next": {"allOf": [ref("Link")], "properties": {"more": TEXT}}, "value": TEXT}),
    "Page«A/B~C» 100% #": object_of({"a": NUMBER}),
}
LISTED: Json = text(enum=["en", "de"])
CLOSED: Json = {**LISTED, "x-closed-enum": True}
CAT, DOG = tagged("cat", "lives", lives=NUMBER), tagged("dog", "bark", bark=TEXT)
KEYWORDS = ("properties", "required", "items", "enum", "format", "oneOf", "$ref", "type", "default")


def union(*branches: Json, **beside: object) -> Json:
    return {"oneOf": list(branches), **beside}


@pytest.mark.parametrize(
    ("schema", "written"),
    [
        (text(minLength=1, maxLength=3), text(minLength=1, maxLength=3)),
        (LISTED, text(examples=["en", "de"])),
        (CLOSED, text(enum=["en", "de"])),
        ({**CLOSED, "enum": []}, TEXT),
        ({**CLOSED, "nullable": True}, {"type": ["string", "null"], "enum": ["en", "de", None]}),
        *(
            (text(format=form), text(format=form))
            for form in ("uuid", "date-time", "date", "uri", "email", "ipv4", "ipv6")
        ),
        *((text(format=form), TEXT) for form in ("phone", "binary", "password", "hostname")),
        (array(), array()),
        (union(text(maxLength=1), ANYTHING), {}),
    ],
)
def test_only_rules_that_the_api_surely_enforces_are_written(schema: Json, written: Json) -> None:
    assert SchemaWriter(shapes_of()).write(schema) == written


@pytest.mark.parametrize(
    ("pattern", "checkable"),
    [("^a$", True), ("(?!a)b", True), ("[", False), (r"\p{L}", False), ("(a", False)],
)
def test_a_pattern_that_cannot_be_checked_is_not_written(pattern: str, *, checkable: bool) -> None:
    assert is_checkable(pattern) is checkable
    assert ("pattern" in SchemaWriter(shapes_of()).write(text(pattern=pattern))) is checkable


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        (text(pattern="/^[a-f]+$/i"), ["ABC"], ["xyz"]),
        ({"type": "object"}, ["fixed", 404, True, None, [1], {"a": 1}], []),
        (array({"type": "object"}), [["a", 1, None]], ["a"]),
        (object_of({"a": TEXT}), [{"b": 1}], [{"a": 1}, None]),
        ({**object_of({"a": TEXT}), "additionalProperties": False}, [{"a": "x"}], [{"b": 1}]),
        ({**object_of({"a": TEXT}), "additionalProperties": TEXT}, [{"b": "x"}], [{"b": 1}]),
        *((object_of({name: NUMBER}, name), [{name: 1}], [{name: "x"}, {}]) for name in KEYWORDS),
        ({"allOf": [ref("Node")], "nullable": True}, [None, {}], [1]),
        (ref("Node"), [{"next": {"next": {"value": "a"}}}], [{"next": {"next": {"value": 1}}}, None]),
        (ref("Tree"), [[], [[], [[]]]], ["leaf"]),
        (ref("Link"), [{"next": {"more": "a", "next": {"value": "b"}}}], [{"next": {"more": 1}}]),
        (ref("Page«A/B~C» 100% #"), [{"a": 1}], [{"a": "x"}]),
        (union(LISTED, TEXT), ["en", "tlh"], [1, None]),
        (union(text(nullable=True), NUMBER), ["a", 1, None], [True]),
        (union(CLOSED, NUMBER), ["en", 1], ["tlh"]),
        (union(text(maxLength=1), text(minLength=3)), ["a", "abc"], ["ab"]),
        (union({"type": "integer"}, TEXT), [1, "a"], [1.5]),
        (
            union(text(maxLength=2), array(NUMBER), object_of({"a": TEXT}), nullable=True),
            ["ab", [1], {"a": "b"}, None],
            ["abc", ["a"], {"a": 1}, 7],
        ),
        (union(TEXT, {"type": "object"}, ref("Node")), [{"value": 1}], [1]),
        (union(ref("Node")), [{"value": "a"}], [{"value": 1}, "a"]),
        (
            union(CAT, DOG),
            [{"kind": "cat", "lives": 9}],
            [{"kind": "cat", "bark": "wow"}, {"lives": 9}, {"kind": 1}],
        ),
        (union(CAT, DOG), [{"kind": "ant", "legs": 6}], []),
        (union(CAT, DOG, **{"x-closed-enum": True}), [], [{"kind": "ant"}]),
        (union(CAT, {**DOG, "required": ["bark"]}), [{"bark": "wow"}], [{"kind": "dog"}]),
        (
            union(CAT, object_of({"kind": TEXT, "legs": NUMBER}, "kind", "legs"), **{"x-closed-enum": True}),
            [{"kind": "ant", "legs": 6}],
            [{"kind": "ant", "legs": "six"}, {"kind": "cat", "legs": 4}],
        ),
        (
            union(CAT, tagged("cat", "claws", claws=NUMBER), DOG),
            [{"kind": "cat", "claws": 18}, {"kind": "cat", "lives": 9}],
            [{"kind": "cat"}],
        ),
        (union(object_of({"a": TEXT}, "a"), object_of({"b": TEXT}, "b")), [{"b": "x"}], [{"c": "x"}]),
    ],
)
def test_values_are_accepted_or_refused_by_the_written_schema(
    schema: Json, good: list[object], bad: list[object]
) -> None:
    writer = SchemaWriter(shapes_of(**NAMED))
    root = {"properties": {"value": writer.write(schema)}, "$defs": writer.definitions}
    validator = jsonschema_rs.Draft202012Validator(root, validate_formats=True)
    assert [value for value in good if not validator.is_valid({"value": value})] == []
    assert [value for value in bad if validator.is_valid({"value": value})] == []


def test_a_named_schema_may_be_nullable_in_one_place_and_not_in_another() -> None:
    writer = SchemaWriter(shapes_of(P=object_of({"a": TEXT})))
    writer.write(object_of({"a": ref("P"), "b": {**ref("P"), "nullable": True}}))
    assert set(writer.definitions) == {"P", "P?"}
