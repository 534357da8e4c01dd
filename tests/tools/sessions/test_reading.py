"""Sessions are read through offered tools only, and reviews show none but the customer's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fake_upstream import SESSION_ID, FakeUpstream, page, session
from small_contract import DONE, contract_of
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.sessions.reading import GET, LIST, OfCustomer, SessionReader, customer_filter
from vapi_sessions_tools.sessions.review import review
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

KEY = Credential("vapi-private-key")


def test_only_offered_tools_of_this_api_are_used(contract: Contract) -> None:
    reader = SessionReader(Toolset(contract.offering([LIST], read_only=False), pytest.fail))
    assert (reader.offers(GET), reader.offers(LIST)) == (False, True)
    assert not SessionReader(Toolset(contract, pytest.fail, asked=[GET])).offers(GET)
    other = contract_of({"/things": {"get": {"operationId": "getSession", "responses": DONE}}})
    assert [operation.tool for operation in other.operations] == [GET]
    assert not SessionReader(Toolset(other, pytest.fail)).offers(GET)


async def test_a_session_is_read_in_full_without_its_secrets(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    messages = [{"role": "user", "content": "x" * 1_000}] * 200
    upstream.respond(session(messages=messages, phoneNumber={"twilioAuthToken": "s3cret"}))
    found = await SessionReader(toolset).whole(SESSION_ID, KEY)
    assert found["messages"] == messages
    assert found["phoneNumber"] == {"twilioAuthToken": "***redacted***"}


@pytest.mark.parametrize(("total", "more"), [(3, False), (4, True)])
async def test_recent_sessions_are_ids_and_names(
    toolset: Toolset, upstream: FakeUpstream, total: int, *, more: bool
) -> None:
    results = [session(id="a", name="Order"), session(id="b"), session(id="c", name=None)]
    upstream.respond(page(*results, total=total))
    recent = await SessionReader(toolset).recent(KEY)
    assert recent.sessions == (("a", "Order"), ("b", ""), ("c", ""))
    assert recent.more == more
    assert "limit=100" in upstream.requests[0].query


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        (" +1 (415) 555-1234 ", "number", "+14155551234"),
        ("ada@example.com", "email", "ada@example.com"),
        ("sip:ada@example.com", "sipUri", "sip:ada@example.com"),
        ("4711", "externalId", "4711"),
        ("+x", "externalId", "+x"),
    ],
)
def test_the_form_of_a_customer_chooses_the_filter(text: str, field: str, value: str) -> None:
    assert customer_filter(text) == (field, value)


@pytest.mark.parametrize(
    ("field", "value", "theirs"), [("email", "ada@example.com", 2), ("externalId", "Ada", 1)]
)
async def test_only_sessions_that_name_the_customer_are_kept(
    toolset: Toolset, upstream: FakeUpstream, field: str, value: str, theirs: int
) -> None:
    customers: list[Any] = [
        {field: value},
        {field: value.swapcase()},
        {field: "b@example.com"},
        {},
        None,
        "x",
    ]
    upstream.respond(page(*(session(customer=customer) for customer in customers), total=9))
    found = await SessionReader(toolset).of_customer(value, KEY)
    assert upstream.requests[0].query.startswith(f"{field}=") or f"&{field}=" in upstream.requests[0].query
    assert (len(found.sessions), found.others, found.beyond) == (theirs, 6 - theirs, 3)


def held(count: int, words: str = "hi", turns: int = 1) -> tuple[dict[str, Any], ...]:
    messages = [{"role": "user", "content": words}] * turns
    return tuple(session(id=f"session-{number}", messages=messages) for number in range(count))


class TestReview:
    def test_the_newest_sessions_are_shown_and_the_others_counted(self) -> None:
        head, _ = (text := review(OfCustomer(held(7), others=3, beyond=400), 5)).split("\n", 1)
        for words in ("newest first: 5.", "Left out: 2 ", "Left out as well: 3 ", "Not looked at: 400 "):
            assert words in head
        shown = [f"# Transcript of session session-{n}\n" in text for n in range(7)]
        assert shown == [True] * 5 + [False] * 2

    def test_a_customer_without_sessions_is_reported(self) -> None:
        assert "No session" in review(OfCustomer((), others=0), 5)

    def test_each_session_has_its_share_of_the_size(self) -> None:
        text = review(OfCustomer(held(20, "ä*" * 300, turns=50), others=0), 20)
        assert 50_000 < len(text.encode()) <= 60_000
        assert text.count("- left out: the earliest") == 20
        assert text.count("> - **50 user**: ") == 20

    def test_the_size_that_a_short_session_does_not_need_is_left_to_the_next(self) -> None:
        text = review(OfCustomer((*held(1), *held(1, "x" * 400, turns=100)), others=0), 5)
        assert "> - **1 user**: hi" in text
        assert text.count("user**: xxx") == 100
