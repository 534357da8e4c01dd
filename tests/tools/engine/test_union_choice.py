"""Branches of a union are told apart by JSON type, then by the tag that separates objects best."""

from __future__ import annotations

from typing import TYPE_CHECKING

from small_contract import Json, ref, shapes_of
from vapi_sessions_tools.engine.union_choice import Choice, TaggedBranches, choose

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract


def tagged(*branches: Json, union: Json | None = None, **schemas: Json) -> TaggedBranches:
    found = choice(*branches, union=union, **schemas).objects
    assert found is not None
    return found


def choice(*branches: Json, union: Json | None = None, **schemas: Json) -> Choice:
    shapes = shapes_of(**schemas)
    return choose(shapes, shapes.read({"oneOf": list(branches), **(union or {})}))


def branch(tag: Json, *others: str, required: tuple[str, ...] = ("type",)) -> Json:
    fields = {"type": tag, **{name: {"type": "string"} for name in others}}
    return {"type": "object", "properties": fields, "required": list(required)}


def constant(*values: str) -> Json:
    return {"type": "string", "enum": list(values)}


CALL, SMS = branch(constant("call")), branch(constant("sms"))


def test_a_required_constant_is_the_tag() -> None:
    found = tagged(CALL, SMS)
    assert (found.tag, found.required, found.open) == ("type", True, ())
    assert found.by_value == {"call": (CALL,), "sms": (SMS,)}


def test_a_new_branch_may_come_so_tags_are_open_unless_said_otherwise() -> None:
    assert not tagged(CALL, SMS).closed
    assert tagged(CALL, SMS, union={"x-closed-enum": True}).closed
    assert tagged(branch({**constant("call"), "x-closed-enum": True}), SMS).closed


def test_a_tag_that_is_optional_in_one_branch_is_not_required() -> None:
    found = tagged(CALL, branch(constant("sms"), required=()))
    assert (found.tag, found.required) == ("type", False)


def test_a_branch_that_leaves_its_tag_open_takes_the_values_no_other_lists() -> None:
    free = branch({"type": "string"})
    found = tagged(CALL, free, union={"x-closed-enum": True})
    assert (found.tag, found.open, found.closed) == ("type", (free,), False)


def test_a_field_that_one_branch_leaves_open_and_another_makes_optional_is_no_tag() -> None:
    assert tagged(CALL, branch({"type": "string"}, required=())).tag is None


def test_two_branches_may_share_a_tag_value() -> None:
    one, other = branch(constant("assistant"), "a"), branch(constant("assistant"), "b")
    found = tagged(one, other, CALL)
    assert found.by_value == {"assistant": (one, other), "call": (CALL,)}


def test_branches_that_share_one_long_choice_are_still_told_by_it() -> None:
    shared = [branch(constant("x", "y", "z"), name) for name in "abc"]
    found = tagged(*shared)
    assert (found.tag, set(found.by_value)) == ("type", {"x", "y", "z"})


def test_the_field_that_separates_best_is_the_tag() -> None:
    def both(kind: str, mode: str) -> Json:
        fields = {"mode": constant(mode), "kind": constant(kind)}
        return {"type": "object", "properties": fields, "required": ["mode", "kind"]}

    assert tagged(both("a", "same"), both("b", "same")).tag == "kind"


def test_a_field_that_is_missing_in_one_branch_is_no_tag() -> None:
    assert tagged(CALL, {"type": "object", "properties": {"name": {"type": "string"}}}).tag is None


def test_a_field_that_is_no_string_or_has_many_values_is_no_tag() -> None:
    number = {"type": "number", "enum": [1]}
    assert tagged(branch(number), branch({"type": "number", "enum": [2]})).tag is None
    assert tagged(branch(constant(*"abcde")), branch(constant("f"))).tag is None


def test_objects_that_list_nothing_have_no_tag() -> None:
    text: Json = {"type": "string"}
    found = tagged(branch(text, "a"), branch(text, "b"))
    assert (found.tag, found.required, len(found.open)) == (None, False, 2)


def test_the_choice_of_an_only_branch_is_no_tag_but_its_constant_is() -> None:
    assert tagged(branch(constant("a", "b"))).tag is None
    assert tagged(CALL).tag == "type"


def test_a_published_discriminator_names_the_tag_and_its_values() -> None:
    plain: Json = {"type": "object", "properties": {"kind": {"type": "string"}}}
    union = {
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "Cat", "lion": "Cat", "dog": "Dog"}}
    }
    found = tagged(ref("Cat"), ref("Dog"), union=union, Cat=plain, Dog=plain)
    assert found.tag == "kind"
    assert found.by_value == {"cat": (ref("Cat"),), "lion": (ref("Cat"),), "dog": (ref("Dog"),)}


def test_a_discriminator_on_an_undeclared_field_is_trusted() -> None:
    bare: Json = {"type": "object", "properties": {"a": {}}}
    union = {"discriminator": {"propertyName": "kind", "mapping": {"cat": "Cat"}}}
    found = tagged(ref("Cat"), bare, union=union, Cat=bare)
    assert (found.tag, found.by_value, found.open) == ("kind", {"cat": (ref("Cat"),)}, (bare,))


def test_branches_of_other_types_are_told_apart_by_type() -> None:
    found = choice({"type": "string"}, {"type": "integer"}, {"type": "array"}, {"type": "boolean"}, CALL)
    assert set(found.by_type) == {"string", "number", "array", "boolean"}
    assert found.objects is not None
    assert not found.anything


def test_listed_strings_beside_any_string_are_two_branches_of_one_type() -> None:
    listed, free = constant("a"), {"type": "string"}
    assert choice(listed, free).by_type == {"string": (listed, free)}


def test_a_bare_object_beside_other_kinds_is_an_object() -> None:
    found = choice({"type": "string"}, {"type": "object"})
    assert found.by_type["object"] == ({"type": "object"},)
    assert (found.objects, found.anything) == (None, False)


def test_a_branch_without_a_type_accepts_anything() -> None:
    assert choice({"type": "string"}, {}).anything


def test_null_may_stand_where_the_union_or_a_branch_allows_it() -> None:
    assert choice({"type": "string"}, union={"nullable": True}).nullable
    assert choice({"type": "string", "nullable": True}).nullable
    assert not choice({"type": "string"}).nullable


def test_a_union_within_a_union_adds_its_branches() -> None:
    found = choice({"anyOf": [CALL, {"type": "string"}]}, SMS)
    assert found.objects is not None
    assert set(found.objects.by_value) == {"call", "sms"}
    assert "string" in found.by_type


def test_a_union_that_lists_itself_adds_nothing_to_itself() -> None:
    found = choice(ref("Any"), Any={"oneOf": [{"type": "string"}, ref("Any")]})
    assert set(found.by_type) == {"string"}


def test_every_message_role_of_the_contract_chooses_its_forms(contract: Contract) -> None:
    found = choose(contract.shapes, contract.shapes.named("SessionMessage")).objects
    assert found is not None
    assert (found.tag, found.required, found.closed) == ("role", True, True)
    assert {role: len(forms) for role, forms in found.by_value.items()} == {
        "system": 2,
        "user": 2,
        "assistant": 1,
        "tool": 1,
        "developer": 1,
        "bot": 1,
        "tool_calls": 1,
        "tool_call_result": 1,
    }
