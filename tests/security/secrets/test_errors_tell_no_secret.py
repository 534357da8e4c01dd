"""A failed answer may repeat the secrets and the key that it was sent: the error that is told does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from security.planting.asking import WAYS
from security.planting.bounds import examples
from security.planting.carriers import Carried, carried
from security.planting.echoes import FAILURES, Echo, echoes
from security.planting.plants import Planted
from security.planting.secret_texts import traces

if TYPE_CHECKING:
    from security.planting.desk import Desk

READING = ("get", "list", "resource", "transcript", "pick up", "review", "complete a resource", "delete")


@examples(200)
@given(call=carried(), echo=echoes())
async def test_a_failed_answer_that_repeats_the_arguments_and_the_key(
    keyed: Desk, call: Carried, echo: Echo
) -> None:
    keyed.clear()
    echo.answer(keyed.upstream, call.sent, keyed.key.text)
    told = await keyed.call(call.tool, call.arguments)
    assert keyed.upstream.requests, told
    assert traces([call.secret, keyed.key], told) == []


@examples(100)
@given(call=carried(), echo=echoes(statuses=(200, 201)))
async def test_a_success_that_is_none_and_repeats_them(desk: Desk, call: Carried, echo: Echo) -> None:
    desk.clear()
    echo.answer(desk.upstream, call.sent, desk.key.text)
    told = await desk.call(call.tool, call.arguments)
    assert traces([call.secret, desk.key], told) == []


@examples(80)
@given(way=st.sampled_from(READING), echo=echoes(statuses=(*FAILURES, 200)))
async def test_a_failed_reading_that_repeats_the_key(keyed: Desk, way: str, echo: Echo) -> None:
    keyed.clear()
    echo.answer(keyed.upstream, keyed.key.text)
    told = await WAYS[way](keyed, Planted({}))
    assert traces([keyed.key], told) == []
