"""A mark that stands for what was taken out is known again wherever it comes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vapi_sessions_tools.engine.placeholder import REDACTED, cut, is_placeholder


def test_a_text_is_cut_with_a_count_of_the_rest() -> None:
    assert cut("abcdef", 6) == "abcdef"
    assert cut("abcdef", 4) == "abcd…[+2 characters]"
    assert cut("abcdef", 0) == "…[+6 characters]"


@pytest.mark.parametrize("text", [REDACTED, f"https://api.example.com/{REDACTED}", "x…[+12 characters]"])
def test_a_mark_is_known_again(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["", "redacted", "…", "[+3 characters]", "…[+3 characters] and more"])
def test_ordinary_text_is_no_mark(text: str) -> None:
    assert not is_placeholder(text)


@given(st.text(min_size=1), st.integers(0, 50))
def test_whatever_was_cut_is_known_again(text: str, longest: int) -> None:
    assert is_placeholder(cut(text, longest)) == (len(text) > longest)


@pytest.mark.parametrize("text", [r"\*\*\*redacted\*\*\*", r"a text…\[+12 characters\]"])
def test_a_mark_that_comes_back_from_markdown_is_known_again(text: str) -> None:
    assert is_placeholder(text)
