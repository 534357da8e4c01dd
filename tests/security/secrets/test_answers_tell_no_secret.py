"""What the API answers is full of secrets: none of them is told, whoever asks and however."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from security.planting.asking import WAYS, Query, betrayed, drawn_queries, queried
from security.planting.bounds import examples
from security.planting.places import DECLARED, UNDECLARED
from security.planting.plants import SHAPES, Planted, body_with, planted_sessions
from security.planting.secret_texts import secret, traces
from vapi_sessions_tools.engine.redaction import Redactor

if TYPE_CHECKING:
    from security.planting.desk import Desk
    from vapi_sessions_tools.contract.loading import Contract


def test_no_place_keeps_its_secret_in_any_shape(contract: Contract) -> None:
    """The redactor alone, over every place in every shape; what shows its results is tried below."""
    redactor, hidden = Redactor(contract.secrets), secret("any", "{a}.{b}")
    kept = [
        (place.path, number)
        for place in (*DECLARED, *UNDECLARED)
        for number, shape in enumerate(SHAPES[place.form])
        if traces([hidden], json.dumps(redactor.redact(body_with(place, hidden, shape))))
    ]
    assert kept == []


@examples(200)
@given(planted=planted_sessions(), way=st.sampled_from(sorted(WAYS)))
async def test_no_result_resource_prompt_or_completion_tells_a_secret(
    desk: Desk, planted: Planted, way: str
) -> None:
    desk.clear()
    told = await WAYS[way](desk, planted)
    assert betrayed(desk, planted, told) == []


@examples(250)
@given(query=drawn_queries())
async def test_no_query_tells_a_secret(desk: Desk, query: Query) -> None:
    desk.clear()
    told = await queried(desk, query)
    assert betrayed(desk, query.planted, told) == []
