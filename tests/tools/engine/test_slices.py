"""The slices of a document are small, say where their parts are, and together show all of it."""

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
    max_leaves=4,
).filter(lambda document: count_values(document, 20_000) <= 20_000)


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the places of all values that hold no other, and of the fields in no slice's way."""
    if is_object(value) and value:
        return [leaf for name, held in value.items() for leaf in leaves(held, (*path, name))]
    if is_list(value) and value:
        return [leaf for index, held in enumerate(value) for leaf in leaves(held, (*path, index))]
    return [path]


@given(documents)
def test_every_value_is_in_a_slice_at_the_place_that_the_slice_says(document: Any) -> None:
    shown: set[tuple[str | int, ...]] = set()
    for part in slices(document, NAMES):
        for leaf in leaves(part.value):
            place = part.path(leaf)
            assert value_at(document, list(place)) == value_at(part.value, list(leaf)) or part.is_cut(leaf)
            shown.add(place)
    assert shown >= set(leaves(document))


def test_a_small_document_is_its_only_slice() -> None:
    (part,) = slices({"a": [1, 2]}, NAMES)
    assert part.value == {"a": [1, 2]}
    assert part.path(["a", 1]) == ("a", 1)


def test_a_slice_of_a_long_list_knows_where_it_starts() -> None:
    first, second, *_ = slices({"items": list(range(3 * SIZE))}, NAMES)
    assert len(first.value["items"]) <= SIZE
    start = second.value["items"][0]
    assert second.path(["items", 0]) == ("items", start)
    assert second.is_cut(["items"])


def test_named_fields_are_in_every_slice() -> None:
    document = {"role": "user", "items": list(range(3 * SIZE)), "x": list(range(3 * SIZE))}
    assert all(part.value["role"] == "user" for part in slices(document, NAMES))
