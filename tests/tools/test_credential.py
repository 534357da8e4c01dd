"""The key slips into no text by accident."""

from __future__ import annotations

import pytest

from vapi_sessions_tools.credential import Credential


def test_a_key_is_shown_to_nobody_but_who_asks() -> None:
    key = Credential("vapi-private-key")
    assert "vapi-private-key" not in f"{key!r} {key}"
    assert key.reveal() == "vapi-private-key"


def test_equal_keys_are_equal() -> None:
    assert Credential("a") == Credential("a")
    assert Credential("a") != Credential("b")
    assert Credential("a") != "a"
    assert len({Credential("a"), Credential("a")}) == 1


@pytest.mark.parametrize("text", ["", "two words", "line\nbreak", "schlüssel", "\x00"])
def test_what_no_key_can_be_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII") as caught:
        Credential(text)
    assert not text or text not in str(caught.value)
