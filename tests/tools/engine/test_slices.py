"""The slices of a document are small, have the places of their parts, and together hold all values."""

from __future__ import annotations

from vapi_sessions_tools.engine.slices import SIZE, slices

NAMES = {"role", "items"}


def test_a_small_document_is_one_slice() -> None:
    (part,) = slices({"a": [1, 2]}, NAMES)
    assert part.value == {"a": [1, 2]}
    assert part.path(["a", 1]) == ("a", 1)


def test_a_long_list_is_split_and_every_slice_has_the_named_fields() -> None:
    document = {"role": "user", "items": list(range(3 * SIZE)), "x": list(range(3 * SIZE))}
    first, second, *others = slices(document, NAMES)
    assert len(first.value["items"]) <= SIZE
    assert {part.value["role"] for part in (first, second, *others)} == {"user"}
    assert [item for part in others for item in part.value.get("x", [])] == document["x"]
    assert second.path(["items", 0]) == ("items", second.value["items"][0])
    assert second.is_cut(["items"])
