"""The API key is told to nobody, not even to who sends it in the wrong place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from security.planting.bounds import examples
from security.planting.key_calls import AROUND, KEY_CALLS, KEY_PROMPTS, KEY_URIS
from security.planting.secret_texts import traces

if TYPE_CHECKING:
    from collections.abc import Callable

    from security.planting.defects import Call
    from security.planting.desk import Desk

around = st.sampled_from(AROUND)


@examples(200)
@given(call=st.sampled_from(KEY_CALLS), before=around, after=around)
async def test_no_call_tells_the_key_that_stands_in_it(
    desk: Desk, call: Callable[[str], Call], before: str, after: str
) -> None:
    tool, arguments = call(f"{before}{desk.key.text}{after}")
    desk.clear()
    desk.upstream.respond({"results": [{"id": "one"}], "metadata": {"totalItems": 9, "currentPage": 1}})
    told = await desk.call(tool, arguments)
    assert traces([desk.key], told) == []


@examples(80)
@given(prompt=st.sampled_from(KEY_PROMPTS), before=around)
async def test_no_prompt_tells_the_key_that_it_is_asked_with(
    desk: Desk, prompt: Callable[[str], tuple[str, dict[str, str]]], before: str
) -> None:
    name, arguments = prompt(f"{before}{desk.key.text}")
    desk.clear()
    told = await desk.told(desk.client.get_prompt(name, arguments))
    assert traces([desk.key], told) == []


@examples(40)
@given(uri=st.sampled_from(KEY_URIS), before=around, after=around)
async def test_no_missing_resource_is_named_with_the_key(
    desk: Desk, uri: str, before: str, after: str
) -> None:
    desk.clear()
    told = await desk.told(desk.client.read_resource(uri.format(f"{before}{desk.key.text}{after}")))
    assert traces([desk.key], told) == []
