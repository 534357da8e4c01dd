"""What the API answers is full of secrets: none of them is told, whoever asks and however."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from planting.asking import WAYS, Query, betrayed, drawn_queries, queried
from planting.bounds import examples
from planting.plants import Planted, planted_sessions

if TYPE_CHECKING:
    from planting.desk import Desk


@examples(250)
@given(planted=planted_sessions(), way=st.sampled_from(sorted(WAYS)))
async def test_no_result_resource_prompt_or_completion_tells_a_secret(
    desk: Desk, planted: Planted, way: str
) -> None:
    desk.clear()
    told = await WAYS[way](desk, planted)
    assert betrayed(desk, planted, told) == []


@examples(400)
@given(query=drawn_queries())
async def test_no_query_tells_a_secret(desk: Desk, query: Query) -> None:
    desk.clear()
    told = await queried(desk, query)
    assert betrayed(desk, query.planted, told) == []
