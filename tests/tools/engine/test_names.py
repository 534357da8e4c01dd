"""Names of tools and arguments are accepted by every client, and no two are equal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portability import KEY
from vapi_sessions_tools.engine.names import legal_key, legal_keys, tool_name


@pytest.mark.parametrize(
    ("text", "taken", "name"),
    [
        ("SessionController_findOne", (), "session_controller_find_one"),
        ("GET /session/{id}", (), "get_session_id"),
        ("already_fine", (), "already_fine"),
        ("Ω", (), "tool"),
        ("a" * 50, (), "a" * 40),
        ("a" * 39 + "_bc", (), "a" * 39),
        ("get", ("get", "get_2"), "get_3"),
        ("a" * 40, ("a" * 40,), "a" * 38 + "_2"),
    ],
)
def test_a_tool_is_named_after_its_operation(text: str, taken: tuple[str, ...], name: str) -> None:
    assert tool_name(text, set(taken)) == name


@pytest.mark.parametrize(
    ("name", "legal"),
    [
        ("assistantId", "assistantId"),
        ("tools:append", "tools_append"),
        ("filter[name]", "filter_name_"),
        ("2fa", "_2fa"),
        ("", "_"),
        ("größe", "gr__e"),
        ("a" * 70, "a" * 64),
        ("1" * 70, "_" + "1" * 63),
    ],
)
def test_an_argument_has_its_name_or_a_similar_one(name: str, legal: str) -> None:
    assert legal_key(name) == legal


def test_a_field_with_a_legal_name_keeps_it() -> None:
    assert legal_keys(["a:b", "a_b", "a b"]) == {"a:b": "a_b_2", "a_b": "a_b", "a b": "a_b_3"}


@given(st.lists(st.text() | st.from_regex(r"a[:_ -]{1,2}b", fullmatch=True), unique=True, max_size=8))
def test_legal_keys_are_always_legal_and_unique(names: list[str]) -> None:
    legal = legal_keys(names)
    assert list(legal) == names
    assert len(set(legal.values())) == len(names)
    assert all(KEY.fullmatch(key) for key in legal.values())
