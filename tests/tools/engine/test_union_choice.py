"""The branches of a union are distinguished by JSON type, and objects by the best tag."""

from __future__ import annotations

import pytest

from small_contract import TEXT, Json, number, object_of, ref, shapes_of, text
from small_contract import tagged as tagged_schema
from vapi_sessions_tools.engine.union_choice import Choice, TaggedBranches, choose


def choice(*branches: Json, union: Json | None = None, **schemas: Json) -> Choice:
    shapes = shapes_of(**schemas)
    return choose(shapes, shapes.read({"oneOf": list(branches), **(union or {})}))


def tagged(*branches: Json, union: Json | None = None, **schemas: Json) -> TaggedBranches:
    found = choice(*branches, union=union, **schemas).objects
    assert found is not None
    return found


def constant(*values: str) -> Json:
    return text(enum=list(values))


def branch(tag: Json, *others: str, required: bool = True) -> Json:
    fields = {"type": tag, **dict.fromkeys(others, TEXT)}
    return object_of(fields, "type") if required else object_of(fields)


CALL, SMS = tagged_schema("call", tag="type"), tagged_schema("sms", tag="type")
CLOSED: Json = {"x-closed-enum": True}


@pytest.mark.parametrize(
    ("branches", "tag", "required", "values"),
    [
        ([CALL, SMS], "type", True, {"call": (CALL,), "sms": (SMS,)}),
        ([CALL], "type", True, {"call": (CALL,)}),
        ([CALL, branch(constant("sms"), required=False)], "type", False, None),
        ([branch(constant("call"), name) for name in "ab"], "type", True, None),
        ([branch(constant("x", "y", "z"), name) for name in "abc"], "type", True, None),
        (
            [object_of({"mode": constant("same"), "kind": constant(kind)}, "mode", "kind") for kind in "ab"],
            "kind",
            True,
            None,
        ),
        ([CALL, branch(TEXT, required=False)], None, False, None),
        ([CALL, object_of({"name": TEXT})], None, False, None),
        ([branch(number(enum=[1])), branch(number(enum=[2]))], None, False, None),
        ([branch(constant(*"abcde")), branch(constant("f"))], None, False, None),
        ([branch(constant("a", "b"))], None, False, None),
        ([branch(TEXT, "a"), branch(TEXT, "b")], None, False, {}),
    ],
)
def test_the_tag_is_the_field_whose_constants_distinguish_the_branches(
    branches: list[Json], tag: str | None, required: bool, values: Json | None
) -> None:
    found = tagged(*branches)
    assert (found.tag, found.required) == (tag, required)
    assert values is None or found.by_value == values


def test_other_tags_are_allowed_unless_the_union_or_a_tag_is_closed() -> None:
    assert not tagged(CALL, SMS).closed
    assert tagged(CALL, SMS, union=CLOSED).closed
    assert tagged(branch({**constant("call"), **CLOSED}), SMS).closed


def test_a_discriminator_gives_the_tag_and_its_values() -> None:
    bare = object_of({"a": {}})
    mapping = {"cat": "Cat", "lion": "Cat", "dog": "Dog"}
    union: Json = {"discriminator": {"propertyName": "kind", "mapping": mapping}}
    found = tagged(ref("Cat"), ref("Dog"), bare, union=union, Cat=object_of({"kind": TEXT}), Dog=bare)
    assert found.by_value == {"cat": (ref("Cat"),), "lion": (ref("Cat"),), "dog": (ref("Dog"),)}
    assert (found.tag, found.open) == ("kind", (bare,))


def test_a_branch_without_a_type_accepts_anything_and_a_bare_object_only_objects() -> None:
    assert choice(TEXT, {}).anything
    found = choice(TEXT, {"type": "object"})
    assert found.by_type["object"] == ({"type": "object"},)
    assert (found.objects, found.anything) == (None, False)


def test_a_nested_union_adds_its_branches_once() -> None:
    found = choice({"anyOf": [CALL, TEXT]}, SMS)
    assert found.objects is not None
    assert (set(found.objects.by_value), set(found.by_type)) == ({"call", "sms"}, {"string"})
    assert set(choice(ref("Any"), Any={"oneOf": [TEXT, ref("Any")]}).by_type) == {"string"}
