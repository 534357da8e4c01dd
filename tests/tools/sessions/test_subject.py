"""The session that a call would change, named by what a person knows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

from fake_upstream import SESSION_ID, session
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.sessions.subject import SubjectReader, session_subject
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from fake_upstream import FakeUpstream
    from vapi_sessions_tools.contract.loading import Contract

KEY = Credential("vapi-private-key")
ONE = {"id": SESSION_ID}


@pytest.mark.parametrize(
    ("fields", "subject"),
    [
        (
            {
                "name": "Order 1042",
                "customer": {"name": "Ann", "number": "+14155550100", "email": "a@b.test"},
            },
            {"current name": ("Order 1042",), "customer": ("Ann", "+14155550100")},
        ),
        ({"customer": {"sipUri": "sip:a@b.test"}}, {"customer": ("sip:a@b.test",)}),
        ({"customer": {"externalId": "c-7"}, "customerId": "x"}, {"customer": ("c-7",)}),
        ({"customer": {"number": 7, "name": " "}, "customerId": "x"}, {"customer": ("x",)}),
        ({"name": None, "customer": "Ann"}, {}),
        ({"name": ["a"], "customerId": {}}, {}),
    ],
)
def test_a_session_is_named_by_its_name_and_customer(
    fields: dict[str, Any], subject: dict[str, tuple[str, ...]]
) -> None:
    assert session_subject(session(**fields)) == subject


@pytest.mark.parametrize(("tool", "more"), [("delete_session", {}), ("update_session", {"name": "n"})])
async def test_it_is_read_with_the_callers_key(
    toolset: Toolset, upstream: FakeUpstream, tool: str, more: dict[str, Any]
) -> None:
    upstream.respond(session(name="Order 1042"))
    prepared = toolset.prepare(tool, {**ONE, **more})
    assert await SubjectReader(toolset).describe(prepared, KEY) == {"current name": ("Order 1042",)}
    (read,) = upstream.requests
    assert (read.method, read.path) == ("GET", f"/session/{SESSION_ID}")
    assert read.headers["authorization"] == "Bearer vapi-private-key"


async def test_a_call_about_no_session_reads_none(toolset: Toolset, upstream: FakeUpstream) -> None:
    prepared = toolset.prepare("create_session", {"name": "n"})
    assert await SubjectReader(toolset).describe(prepared, KEY) == {}
    assert upstream.requests == []


@pytest.mark.parametrize("status", [401, 403, 404, 500])
async def test_a_failure_names_nothing(toolset: Toolset, upstream: FakeUpstream, status: int) -> None:
    upstream.respond({"message": "no"}, status)
    assert await SubjectReader(toolset).describe(toolset.prepare("delete_session", ONE), KEY) == {}


@pytest.mark.parametrize("answer", [[], 7, "text", None, {"name": {"a": 1}}, b"<html>"])
async def test_an_answer_of_another_form_names_nothing(
    toolset: Toolset, upstream: FakeUpstream, answer: Any
) -> None:
    upstream.respond(answer)
    assert await SubjectReader(toolset).describe(toolset.prepare("delete_session", ONE), KEY) == {}


async def test_what_takes_too_long_names_nothing(contract: Contract) -> None:
    async def silent(_scope: Scope, _receive: Receive, _send: Send) -> None:
        await anyio.sleep_forever()

    toolset = Toolset(contract, lambda: Client("http://localhost", transport=httpx.ASGITransport(silent)))
    prepared = toolset.prepare("delete_session", ONE)
    with anyio.fail_after(5):
        assert await SubjectReader(toolset, patience=0.05).describe(prepared, KEY) == {}
    await toolset.aclose()


async def test_a_session_is_not_read_where_that_is_not_offered(contract: Contract) -> None:
    def unconnected() -> Client:
        raise AssertionError("nothing is sent")

    offered = contract.offering(["delete_session"], read_only=False)
    for toolset in (Toolset(offered, unconnected), Toolset(contract, unconnected, asked=["get_session"])):
        assert await SubjectReader(toolset).describe(toolset.prepare("delete_session", ONE), KEY) == {}
