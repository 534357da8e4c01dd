"""A key is not shown by accident."""

from __future__ import annotations

import pytest

from vapi_sessions_tools.credential import Credential


def test_a_key_is_shown_by_reveal_alone() -> None:
    key = Credential("vapi-private-key")
    assert "vapi-private-key" not in f"{key!r} {key}"
    assert key.reveal() == "vapi-private-key"


def test_equal_keys_are_equal() -> None:
    assert len({Credential("a"), Credential("a"), Credential("b")}) == 2
    assert Credential("a") != "a"


@pytest.mark.parametrize("text", ["", "two words", "line\nbreak", "schlüssel", "\x00"])
def test_a_text_that_cannot_be_a_key_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII") as caught:
        Credential(text)
    assert not text or text not in str(caught.value)
