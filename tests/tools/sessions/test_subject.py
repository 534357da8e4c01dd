"""The session that a call would change is named as a person knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

from fake_upstream import SESSION_ID, FakeUpstream, session
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.sessions.subject import SubjectReader, session_subject
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

KEY = Credential("vapi-private-key")
ONE = {"id": SESSION_ID}
ANN = {"name": "Ann", "number": "+14155550100", "email": "a@b.test"}


@pytest.mark.parametrize(
    ("fields", "subject"),
    [
        (
            {"name": "Order 1042", "customer": ANN},
            {"current name": ("Order 1042",), "customer": ("Ann", "+14155550100")},
        ),
        ({"customer": {"sipUri": "sip:a@b.test"}}, {"customer": ("sip:a@b.test",)}),
        ({"customer": {"externalId": "c-7"}, "customerId": "x"}, {"customer": ("c-7",)}),
        ({"customer": {"number": 7, "name": " "}, "customerId": "x"}, {"customer": ("x",)}),
        ({"name": ["a"], "customer": "Ann", "customerId": {}}, {}),
        ([], {}),
    ],
)
def test_a_session_is_named_by_its_name_and_customer(fields: Any, subject: dict[str, Any]) -> None:
    assert session_subject(fields) == subject


@pytest.mark.parametrize(
    ("tool", "arguments"), [("delete_session", ONE), ("update_session", {**ONE, "name": "New"})]
)
async def test_the_session_is_read_with_the_key_of_the_call(
    toolset: Toolset, upstream: FakeUpstream, tool: str, arguments: dict[str, Any]
) -> None:
    upstream.respond(session(name="Order 1042"))
    described = await SubjectReader(toolset).describe(toolset.prepare(tool, arguments), KEY)
    assert described == {"current name": ("Order 1042",)}
    (read,) = upstream.requests
    assert (read.method, read.path) == ("GET", f"/session/{SESSION_ID}")
    assert read.headers["authorization"] == "Bearer vapi-private-key"


async def test_a_call_about_no_session_reads_none(toolset: Toolset, upstream: FakeUpstream) -> None:
    prepared = toolset.prepare("create_session", {"name": "n"})
    assert await SubjectReader(toolset).describe(prepared, KEY) == {}
    assert upstream.requests == []


@pytest.mark.parametrize(
    ("body", "status"), [({"message": "no"}, 404), ({"message": "no"}, 500), ([], 200), (b"<html>", 200)]
)
async def test_a_session_that_cannot_be_read_is_not_named(
    toolset: Toolset, upstream: FakeUpstream, body: Any, status: int
) -> None:
    for _ in range(3):
        upstream.respond(body, status)
    assert await SubjectReader(toolset).describe(toolset.prepare("delete_session", ONE), KEY) == {}


async def test_a_session_that_takes_too_long_is_not_named(contract: Contract) -> None:
    async def hang(_request: httpx.Request) -> httpx.Response:
        await anyio.sleep_forever()
        raise AssertionError

    toolset = Toolset(contract, lambda: Client("http://localhost", transport=httpx.MockTransport(hang)))
    prepared = toolset.prepare("delete_session", ONE)
    with anyio.fail_after(30):
        assert await SubjectReader(toolset, patience=0.05).describe(prepared, KEY) == {}


async def test_a_session_is_not_read_where_that_is_not_offered(contract: Contract) -> None:
    offered = contract.offering(["delete_session"], read_only=False)
    for toolset in (Toolset(offered, pytest.fail), Toolset(contract, pytest.fail, asked=["get_session"])):
        assert await SubjectReader(toolset).describe(toolset.prepare("delete_session", ONE), KEY) == {}
