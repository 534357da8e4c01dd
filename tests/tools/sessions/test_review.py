"""The transcripts of a customer's sessions as one material."""

from __future__ import annotations

from typing import Any

from fake_upstream import session
from vapi_sessions_tools.sessions.reading import OfCustomer
from vapi_sessions_tools.sessions.review import review


def held(count: int, words: str = "hi", turns: int = 1) -> tuple[dict[str, Any], ...]:
    messages = [{"role": "user", "content": words}] * turns
    return tuple(session(id=f"session-{number}", messages=messages) for number in range(count))


def test_the_newest_are_shown_and_the_others_counted() -> None:
    text = review(OfCustomer(held(7), others=2), 5)
    assert text.startswith(
        "Sessions shown, the newest first: 5. Left out: 2 older ones; limit asks for more, list_sessions "
        "finds them all. Left out as well: 2 that the API listed although they do not name this customer.\n"
    )
    assert [f"# Transcript of session session-{n}\n" in text for n in range(7)] == [True] * 5 + [False] * 2


def test_a_customer_without_sessions_is_told() -> None:
    assert review(OfCustomer((), others=0), 5) == (
        "No session that was looked at names this customer. Say so; list_sessions looks further.\n"
    )


def test_all_together_stay_within_the_size_and_each_has_its_share() -> None:
    text = review(OfCustomer(held(20, "ä*" * 300, turns=50), others=0), 20)
    assert 50_000 < len(text.encode()) <= 60_000
    assert text.count("- left out: the earliest") == 20
    assert text.count("> - **50 user**: ") == 20


def test_what_a_short_session_does_not_need_is_left_to_the_next() -> None:
    text = review(OfCustomer((*held(1), *held(1, "x" * 400, turns=100)), others=0), 5)
    assert "> - **1 user**: hi" in text
    assert text.count("user**: xxx") == 100


def test_what_nobody_looked_at_is_told() -> None:
    assert "Not looked at: 400 older ones" in review(OfCustomer((), others=100, beyond=400), 5)
