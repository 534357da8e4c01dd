"""The slices of a document are small, have the places of their parts, and together hold all values."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from vapi_sessions_tools.engine.json_values import count_values, is_list, is_object
from vapi_sessions_tools.engine.rules import value_at
from vapi_sessions_tools.engine.slices import SIZE, slices

NAMES = {"role", "items"}

# Lists longer than a slice, at any depth, between named and other fields.
documents = st.recursive(
    st.integers(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, min_size=1, max_size=3).map(lambda items: items * SIZE)
        | st.dictionaries(st.sampled_from(["role", "items", "x", "y"]), inner)
    ),
    max_leaves=3,
).filter(lambda document: count_values(document, 5_000) <= 5_000)


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the places of all values that hold no other."""
    if is_object(value) and value:
        return [leaf for name, held in value.items() for leaf in leaves(held, (*path, name))]
    if is_list(value) and value:
        return [leaf for index, held in enumerate(value) for leaf in leaves(held, (*path, index))]
    return [path]


@given(documents)
def test_every_value_is_in_a_slice_at_its_place(document: Any) -> None:
    shown: set[tuple[str | int, ...]] = set()
    for part in slices(document, NAMES):
        for leaf in leaves(part.value):
            place = part.path(leaf)
            assert value_at(document, list(place)) == value_at(part.value, list(leaf)) or part.is_cut(leaf)
            shown.add(place)
    assert shown >= set(leaves(document))


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
