"""A refused call, and the question before a call, name places and rules: never what stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from fake_upstream import session
from security.planting.bounds import examples
from security.planting.carriers import Carried, carried
from security.planting.defects import refused_calls
from security.planting.desk import Desk, desk_of, spread
from security.planting.secret_texts import Secret, drawn_secrets, secret, traces
from vapi_sessions_tools.errors import InvalidArgumentsError
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from security.planting.defects import Call
    from vapi_sessions_tools.client import Client
    from vapi_sessions_tools.contract.loading import Contract


@pytest.fixture(scope="module")
def unconnected(contract: Contract) -> Toolset:
    """The shipped tools, with nothing to send by."""

    def connect() -> Client:
        raise AssertionError("a refused call reached for the network")

    return Toolset(contract, connect)


@pytest.fixture
async def asking(contract: Contract) -> AsyncGenerator[Desk]:
    """A desk whose user is asked before anything is changed."""
    tools = ("create_session", "update_session", "delete_session")
    async with desk_of(contract, secret("the key", "vk-{a}-{b}"), confirm=tools) as made:
        yield made


@examples(400)
@given(call=refused_calls(drawn_secrets()))
def test_a_refusal_quotes_no_secret(unconnected: Toolset, call: tuple[Secret, Call]) -> None:
    hidden, (tool, arguments) = call
    assert traces([hidden], spread(arguments)) != []
    with pytest.raises(InvalidArgumentsError) as refused:
        unconnected.prepare(tool, arguments)
    assert traces([hidden], spread(refused.value.as_result())) == []


@examples(80)
@given(call=carried())
async def test_the_question_before_a_call_quotes_no_secret(asking: Desk, call: Carried) -> None:
    asking.clear()
    key = asking.key.text
    asking.upstream.respond(session(name=f"was {key}", customer={"name": key}))
    told = await asking.call(call.tool, {**call.arguments, "name": f"is {key}"})
    assert asking.user.asked
    assert asking.upstream.changes == []
    assert traces([call.secret, asking.key], told) == []
