"""Sessions read as material: through offered tools only, and none but the customer's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fake_upstream import SESSION_ID, FakeUpstream, session
from small_contract import DONE, contract_of
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.sessions.reading import GET, LIST, SessionReader, customer_filter
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from vapi_sessions_tools.client import Client
    from vapi_sessions_tools.contract.loading import Contract

KEY = Credential("vapi-private-key")


def unconnected() -> Client:
    raise AssertionError("nothing is sent")


def test_what_is_not_offered_is_not_read(contract: Contract) -> None:
    reader = SessionReader(Toolset(contract.offering([LIST], read_only=False), unconnected))
    assert (reader.offers(GET), reader.offers(LIST)) == (False, True)


def test_a_tool_of_the_same_name_in_another_document_is_another() -> None:
    other = contract_of({"/things": {"get": {"operationId": "getSession", "responses": DONE}}})
    reader = SessionReader(Toolset(other, unconnected))
    assert [operation.tool for operation in other.operations] == [GET]
    assert not reader.offers(GET)


async def test_a_whole_session_has_all_but_its_secrets(toolset: Toolset, upstream: FakeUpstream) -> None:
    messages = [{"role": "user", "content": "x" * 1_000}] * 200
    upstream.respond(session(messages=messages, phoneNumber={"twilioAuthToken": "s3cret"}))
    whole = await SessionReader(toolset).whole(SESSION_ID, KEY)
    assert whole["messages"] == messages
    assert whole["phoneNumber"] == {"twilioAuthToken": "***redacted***"}


async def test_recent_sessions_are_ids_and_names(toolset: Toolset, upstream: FakeUpstream) -> None:
    results = [session(id="a", name="Order"), session(id="b"), session(id="c", name=None)]
    upstream.respond({"results": results, "metadata": {"totalItems": 3}})
    upstream.respond({"results": results, "metadata": {"totalItems": 4}})
    reader = SessionReader(toolset)
    first = await reader.recent(KEY)
    assert first.sessions == (("a", "Order"), ("b", ""), ("c", ""))
    assert not first.more
    assert (await reader.recent(KEY)).more
    assert "limit=100" in upstream.requests[0].query


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("+14155551234", "number", "+14155551234"),
        (" +1 (415) 555-1234 ", "number", "+14155551234"),
        ("ada@example.com", "email", "ada@example.com"),
        ("sip:ada@example.com", "sipUri", "sip:ada@example.com"),
        ("4711", "externalId", "4711"),
        ("+x", "externalId", "+x"),
    ],
)
def test_a_customer_is_told_by_form(text: str, field: str, value: str) -> None:
    assert customer_filter(text) == (field, value)


async def test_only_sessions_that_name_the_customer_are_theirs(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    customers: list[Any] = [{"email": "Ada@Example.com"}, {"email": "bob@example.com"}, {}, None, "x"]
    upstream.respond({"results": [session(customer=customer) for customer in customers], "metadata": {}})
    found = await SessionReader(toolset).of_customer("ada@example.com", KEY)
    assert "email=ada%40example.com" in upstream.requests[0].query
    assert [one["customer"]["email"] for one in found.sessions] == ["Ada@Example.com"]
    assert found.others == 4
