"""Calls that are refused: a secret is wrong at its place, stands beside what is, or does not belong there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from fake_upstream import SESSION_ID
from security.planting.carriers import CREATIONS, arguments_with
from vapi_sessions_tools.engine.json_values import is_object

if TYPE_CHECKING:
    from collections.abc import Callable

    from security.planting.secret_texts import Secret

    Call = tuple[str, dict[str, Any]]

PLACE = "phoneNumber.twilioAuthToken"


def _at(place: str, value: Any, **beside: Any) -> Call:
    arguments = arguments_with(place, value)
    for name, wrong in beside.items():
        held = arguments.get(name)
        arguments[name] = {**held, **wrong} if is_object(held) else wrong
    return "create_session", arguments


WRONG_AT_THE_SECRET: tuple[Callable[[str], Call], ...] = (
    lambda text: _at(PLACE, [text]),
    lambda text: _at(PLACE, {"value": text}),
    lambda text: _at(PLACE, {text: text}),
    lambda text: _at("assistant.credentials[0].apiKey", {text: 1}),
    lambda text: _at("assistant.credentials[0].apiKey", {text: "***redacted***"}),
    lambda text: _at("assistant.metadata.api_key", {text: [float("nan")]}),
    lambda text: _at("assistant.metadata.api_key", {"a": {text: "\ud800"}}),
    lambda text: ("create_session", {"assistant": {"credentials": text}}),
    lambda text: ("create_session", {"assistant": {"credentials": [text]}}),
    lambda text: ("create_session", {"assistant": {"credentials": {"apiKey": text}}}),
    lambda text: ("create_session", {"phoneNumber": {"twilioAuthToken": text}}),
)
"""The secret's own place is wrong, or what holds it."""

WRONG_BESIDE_IT: tuple[dict[str, Any], ...] = (
    {"status": "asleep"},
    {"expirationSeconds": 5},
    {"nonsense": True},
    {"assistantId": ["no text"]},
    {"messages": [{"role": "nobody", "content": "Hi"}]},
    {"messages": [{"role": "user", "content": "Hi", "name": "n" * 41}]},
    {"name": "***redacted***"},
    {"query": "results["},
    {"customer": {"numberE164CheckEnabled": "perhaps"}},
    {"name": "n" * 41},
)
"""Something else in the call is wrong."""

SECRET_ELSEWHERE: tuple[Callable[[str], Call], ...] = (
    lambda text: ("create_session", {"nonsense": text}),
    lambda text: ("create_session", {"apiKey": text}),
    lambda text: ("create_session", {"apiKey": {text: text}}),
    lambda text: ("create_session", {"token": [text], "status": 5}),
    lambda text: ("create_session", {"assistant": '{"credentials": [{"apiKey": ' + json.dumps(text)}),
    lambda text: ("create_session", {"assistant": json.dumps({"credentials": [{"apiKey": [text]}]})}),
    lambda text: ("create_session", {"assistant": text}),
    lambda text: ("create_session", {"status": text}),
    lambda text: ("create_session", {"messages": [{"role": text, "content": 5}]}),
    lambda text: ("create_session", {"name": text * 3}),
    lambda text: ("get_session", {"id": text}),
    lambda text: ("get_session", {"id": SESSION_ID, "secret": text}),
    lambda text: ("delete_session", {"id": [text]}),
    lambda text: ("update_session", {"id": SESSION_ID, "assistant": {"credentials": [{"apiKey": text}]}}),
    lambda text: ("update_session", {"id": SESSION_ID, "messages": text}),
    lambda text: ("list_sessions", {"createdAtGt": text}),
    lambda text: ("list_sessions", {"sortOrder": text}),
    lambda text: ("list_sessions", {"limit": text}),
    lambda text: ("list_sessions", {"idAny": {"token": text}}),
    lambda text: ("list_sessions", {"token": text}),
)
"""A secret stands where something else belongs, or where nothing does."""


def refused_calls(secrets: st.SearchStrategy[Secret]) -> st.SearchStrategy[tuple[Secret, Call]]:
    """Draw a secret and a call that holds it and is refused."""
    beside = [_beside(place, wrong) for place in CREATIONS for wrong in WRONG_BESIDE_IT]
    alone = [*WRONG_AT_THE_SECRET, *SECRET_ELSEWHERE]
    defects = st.sampled_from(alone) | st.sampled_from(beside)
    return st.builds(_called, secrets, defects)


def _beside(place: str, wrong: dict[str, Any]) -> Callable[[str], Call]:
    return lambda text: _at(place, text, **wrong)


def _called(hidden: Secret, defect: Callable[[str], Call]) -> tuple[Secret, Call]:
    return hidden, defect(hidden.text)
