"""Ways to ask for parts of an answer: JMESPath over everything, over the very place, and over anything."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Sequence

    from security.planting.places import Place

WHOLE = (
    *("@", "*", "[@]", "*.*", "*.*.*", "*[]", "*[][]", "*[][].*[]", "*.*[].*.*[]", "keys(@)", "values(@)"),
    *("to_string(@)", "reverse(to_string(@))", "map(&to_string(@), to_array(@))", "[@][].to_string(@)"),
    *("sort_by(to_array(@), &to_string(@))", "max_by(to_array(@), &to_string(@))", "merge(@, {more: @})"),
    *("join(', ', map(&to_string(@), values(@)))", "join('', sort(map(&to_string(@), values(@))))"),
    *("to_array(@)[?contains(to_string(@), 'x')]", "values(@)[?contains(to_string(@), 'x')]", "not_null(@)"),
    *("[keys(@), values(@)]", "{a: @, b: values(@)}", "@ | @ | to_string(@)", "values(@) | [].values(@)[]"),
    *('`{"a": 1}` || @', "`null` || @", "!`null` && @", "reverse(values(@))", "length(@) && @", "'x' && @"),
)
"""Expressions that give all of an answer, in one form or another."""

OF_PLACE = (
    *(
        "{p}",
        "[{p}, {p}]",
        "{{a: {p}, b: {{c: {p}}}}}",
        "to_string({p})",
        "{p} | @",
        "{p} || @",
        "not_null({p}, @)",
    ),
    *(
        "to_array({p})",
        "map(&to_string(@), to_array({p}))",
        "reverse(to_string({p}))",
        "[{p}][]",
        "[{p}][][]",
    ),
    *("join('-', to_array(to_string({p})))", "to_array({p})[?contains(to_string(@), 'x')]", "values({p})"),
    *("sort_by(to_array({p}), &to_string(@))", "keys({p})", "{p}.*", "{p}[*]", "{p}[]", "{p}[0]", "{p}[0:9]"),
    *(
        "starts_with({p}, 's') && {p}",
        "to_number({p}) || {p}",
        "type({p}) && {p}",
        "merge({{x: {p}}}, {{y: {p}}})",
    ),
    *("max_by(to_array(@), &to_string({p}))", "[?{p}]", "[@][?{p}].{p}", "to_array(@)[?{p} != `1`]"),
)
"""Expressions about one place."""


def path_expression(path: str) -> str:
    """Return a place as JMESPath names it."""
    parts = [(name.removesuffix("[]"), name.endswith("[]")) for name in path.split(".")]
    return ".".join(json.dumps(name) + ("[]" if is_list else "") for name, is_list in parts)


def queries(places: Sequence[Place], root: str) -> st.SearchStrategy[str]:
    """Draw an expression.

    Args:
        places: Where something is to be found.
        root: What leads to what they are places of, such as `results[].`.
    """
    expressions = [root + path_expression(place.path) for place in places]
    places_of = [form.format(p=expression) for form in OF_PLACE for expression in expressions]
    return st.sampled_from([*WHOLE, *places_of]) | _random(expressions)


def _random(expressions: list[str]) -> st.SearchStrategy[str]:
    """Draw whatever the grammar allows."""
    parts = st.sampled_from(["@", "*", "values(@)", "to_string(@)", "keys(@)", "'x'", "`1`", *expressions])
    return st.recursive(parts, _larger, max_leaves=6)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.sampled_from(
        ["{} | {}", "[{}, {}]", "{{a: {}, b: {}}}", "({}) || ({})", "({}) && ({})", "merge({}, {})"]
    )
    one = st.sampled_from(
        [
            "({})[]",
            "({}).*",
            "to_array({})",
            "to_string({})",
            "[{}][]",
            "({})[::-1]",
            "reverse({})",
            "values({})",
        ]
    )
    pairs = st.tuples(two, inner, inner).map(lambda drawn: drawn[0].format(drawn[1], drawn[2]))
    return pairs | st.tuples(one, inner).map(lambda drawn: drawn[0].format(drawn[1]))
