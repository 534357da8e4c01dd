"""These properties can fail: before tools that take nothing out, each of them finds what it should."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from fake_upstream import SESSION_ID, session
from security.planting.asking import TOOLS, WAYS, Query, betrayed, queried
from security.planting.carriers import PLACES, Carried
from security.planting.desk import Desk, desk_of
from security.planting.echoes import ENVELOPES, Echo
from security.planting.places import DECLARED, UNDECLARED, Place
from security.planting.plants import NEWEST, SHAPES, Planted
from security.planting.queries import OF_PLACE, WHOLE, path_expression
from security.planting.secret_texts import MARKED_FORMS, PLAIN_FORMS, WORDY_FORMS, secret, traces
from vapi_sessions_tools.engine.redaction import Redactor
from vapi_sessions_tools.engine.secret_policy import SecretPolicy

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from vapi_sessions_tools.contract.loading import Contract

NOTHING = SecretPolicy(endings=(), holders=())
"""A policy by which nothing is secret."""

SHOWN = {
    **dict.fromkeys(("get", "create", "update", "resource"), "apiKey"),
    **dict.fromkeys(("list", "lost creation"), "messages[].content.apiKey"),
    **dict.fromkeys(
        ("transcript", "pick up", "hand over", "review"), "messages[].toolCalls[].arguments.apiKey"
    ),
}
"""Where a secret must stand so that a way which shows but a part of a session shows it."""


@pytest.fixture
async def careless(contract: Contract) -> AsyncGenerator[Desk]:
    """A desk before tools that take nothing out."""
    async with desk_of(replace(contract, secrets=NOTHING), secret("the key")) as made:
        yield made


def planted_at(*places: Place) -> Planted:
    """Return a session with a secret at each place."""
    planted = Planted(session(createdAt=NEWEST, name="plain", customer={"number": "+14155551234"}))
    for place in places:
        planted.plant(place, secret(place.path), SHAPES[place.form][0])
    return planted


@pytest.mark.parametrize("way", SHOWN)
async def test_every_way_that_shows_a_place_shows_its_secret(careless: Desk, way: str) -> None:
    planted = planted_at(Place(SHOWN[way]))
    assert betrayed(careless, planted, await WAYS[way](careless, planted)) != []


def test_every_place_of_the_table_is_seen() -> None:
    for place in (*DECLARED, *UNDECLARED):
        planted = planted_at(place)
        told = json.dumps(Redactor(NOTHING).redact(planted.body))
        assert traces(planted.secrets, told) != [], place


@pytest.mark.parametrize("tool", TOOLS)
async def test_queries_reach_the_secrets(careless: Desk, tool: str) -> None:
    planted = planted_at(Place("assistant.credentials[].apiKey"))
    path = path_expression(planted.places[0].path)
    root = "results[]." if tool == "list_sessions" else ""
    reached: list[str] = []
    for expression in (*WHOLE, *(form.format(p=root + path) for form in OF_PLACE)):
        careless.clear()
        told = await queried(careless, Query(planted, tool, expression))
        if betrayed(careless, planted, told):
            reached.append(expression)
    assert len(reached) > len((*WHOLE, *OF_PLACE)) // 2
    assert {"@", "reverse(to_string(@))"} <= set(reached)


@pytest.mark.parametrize("form", [*PLAIN_FORMS, *MARKED_FORMS, *WORDY_FORMS])
def test_a_part_of_a_secret_is_a_trace_however_it_is_written(form: str) -> None:
    hidden = secret("any", form)
    for told in (
        hidden.text,
        json.dumps(hidden.text),
        repr(hidden.text),
        hidden.text.upper(),
        hidden.text[::-1],
    ):
        assert traces([hidden], told) != []
        assert traces([hidden], f"x{told[: len(told) // 2 + 4]}") != []
    assert traces([hidden], "0197f3c2-1111-4222-8333-444455556666 strengths lengthwise") == []
    assert traces([secret("other", form)], hidden.text) == []


async def test_every_echo_is_heard(careless: Desk) -> None:
    calls = [Carried(place, secret("an argument")) for place in PLACES]
    for call, envelope in product(calls, set(ENVELOPES) - {"empty"}):
        echo = Echo(400, "as it is", "you sent {}", envelope, frozenset())
        echo.answer(careless.upstream, call.sent)
        told = await careless.call(call.tool, call.arguments)
        assert traces([call.secret], told) != [], (call.place, envelope)


async def test_the_log_and_the_question_are_heard(contract: Contract) -> None:
    hidden = secret("logged")
    async with desk_of(contract, secret("the key"), confirm=("delete_session",)) as desk:
        logging.getLogger("vapi_sessions_tools.any").debug("sent %s", hidden.text)
        told = await desk.call("delete_session", {"id": SESSION_ID})
    assert traces([hidden], told) != []
    assert f"Delete session {SESSION_ID}" in told


async def test_the_key_in_a_result_is_a_trace(desk: Desk) -> None:
    body: dict[str, Any] = session(name=desk.key.text)
    assert betrayed(desk, Planted(body), json.dumps(body)) != []
