"""Requests that hold the API key where it does not belong: whoever asks so is not told it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_upstream import SESSION_ID

if TYPE_CHECKING:
    from collections.abc import Callable

    from security.planting.defects import Call

AROUND = ("", "x", "x" * 60, "x" * 66, "x" * 72, "x" * 92, "x" * 240, "x" * 290, "x" * 990)
"""What stands before and behind the key: where texts are cut, a part of it must not be left."""

KEY_CALLS: tuple[Callable[[str], Call], ...] = (
    lambda text: ("create_session", {text: 1}),
    lambda text: ("create_session", {"phoneNumber": {text: 1}}),
    lambda text: ("create_session", {"assistant": {text: "***redacted***"}}),
    lambda text: ("create_session", {"assistant": {"name": {text: text}}}),
    lambda text: ("get_session", {"id": text}),
    lambda text: ("get_session", {"id": SESSION_ID, "query": f"'{text}'"}),
    lambda text: ("get_session", {"id": SESSION_ID, "query": f"\"{text}\" || '{text}'"}),
    lambda text: ("get_session", {"id": SESSION_ID, "query": f"{{\"{text}\": '{text}'}}"}),
    lambda text: ("get_session", {"id": SESSION_ID, "query": f"abs('{text}')"}),
    lambda text: ("get_session", {"id": SESSION_ID, "query": f'"{text}'}),
    lambda text: ("get_session", {"id": SESSION_ID, "query": f"`{text}`"}),
    lambda text: ("update_session", {"id": SESSION_ID, "name": "n", "query": f"sort('{text}')"}),
    lambda text: ("list_sessions", {"name": text, "limit": 1}),
    lambda text: ("list_sessions", {"externalId": text, "limit": 1, "query": f"'{text}'"}),
    lambda text: (text, {}),
)
"""Calls."""

KEY_PROMPTS: tuple[Callable[[str], tuple[str, dict[str, str]]], ...] = (
    lambda text: ("review_customer", {"customer": text}),
    lambda text: ("review_customer", {"customer": "+14155551234", "language": text}),
    lambda text: ("review_customer", {"customer": "+14155551234", "limit": text}),
    lambda text: ("summarise_for_handover", {"session_id": SESSION_ID, "audience": text}),
    lambda text: ("pick_up_conversation", {"session_id": text}),
    lambda text: ("pick_up_conversation", {text: "1"}),
    lambda text: (text, {}),
)
"""Prompts that are asked for."""

KEY_URIS = ("vapi://sessions/{}", "vapi://sessions/{}/transcript", "vapi://schema/{}", "other://{}")
"""Resources that are asked for."""
