"""Sending: what an answer means for the call, and what is told of one that never came."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from recording_upstream import SESSION_ID, RecordingUpstream, session
from scripted_server import answering, hang, hang_up, scripted
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.contract.loading import as_contract
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.errors import ApiAnswerError, NetworkError, UnknownOutcomeError
from vapi_sessions_tools.retry import RetryPolicy
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from scripted_server import Behaviour
    from vapi_sessions_tools.contract.loading import Contract

KEY = Credential("vapi-private-key")
ONE = {"id": SESSION_ID}
AT_ONCE = RetryPolicy(first_pause=0)
DELETED = session()


@asynccontextmanager
async def against(
    contract: Contract, *behaviours: Behaviour, deadline: float = 5.0
) -> AsyncGenerator[Toolset]:
    async with scripted(*behaviours) as script:
        toolset = Toolset(contract, lambda: Client(script.url, retry=AT_ONCE), deadline=deadline)
        yield toolset
        await toolset.aclose()


@pytest.fixture
async def toolset(contract: Contract, upstream: RecordingUpstream) -> AsyncGenerator[Toolset]:
    transport = httpx.ASGITransport(upstream)
    toolset = Toolset(contract, lambda: Client("http://localhost", transport=transport, retry=AT_ONCE))
    yield toolset
    await toolset.aclose()


async def failed(toolset: Toolset, tool: str = "get_session", **arguments: Any) -> dict[str, Any]:
    with pytest.raises(ApiAnswerError) as caught:
        await toolset.call(tool, arguments or ONE, KEY)
    error: dict[str, Any] = caught.value.as_result()["error"]
    return error


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html><body>gateway</body></html>", "no JSON"),
        (b"", "empty body"),
        (b"[]", "no object"),
        (b'"done"', "no object"),
        (b"{}", "without id and orgId"),
        (b'{"cost": NaN}', "no JSON"),
        (b'{"id":' + b"[" * 300 + b"]" * 300 + b"}", "nested too deep"),
    ],
)
async def test_a_success_that_is_none_is_an_error(
    toolset: Toolset, upstream: RecordingUpstream, body: bytes, words: str
) -> None:
    upstream.answer(body, 200)
    error = await failed(toolset)
    assert (error["kind"], error["status"]) == ("upstream", 200)
    assert words in error["message"]


async def test_a_list_without_results_is_no_list(toolset: Toolset, upstream: RecordingUpstream) -> None:
    upstream.answer({"metadata": {}})
    assert "without a list of results" in (await failed(toolset, "list_sessions", limit=1))["message"]


@pytest.mark.parametrize(("body", "status"), [(b"", 204), (DELETED, 200), (b"", 200)])
async def test_a_deletion_answers_that_it_is_done(
    toolset: Toolset, upstream: RecordingUpstream, body: Any, status: int
) -> None:
    upstream.answer(body, status)
    assert await toolset.call("delete_session", ONE, KEY) == {"id": SESSION_ID, "deleted": True}


async def test_a_deletion_answered_with_a_page_is_not_done(
    toolset: Toolset, upstream: RecordingUpstream
) -> None:
    upstream.answer(b"<html>", 200)
    assert "whether it was done is not known" in (await failed(toolset, "delete_session"))["message"]


async def test_a_session_that_a_retry_finds_gone_is_deleted(contract: Contract) -> None:
    async with against(contract, hang_up, answering("404 Not Found")) as toolset:
        assert await toolset.call("delete_session", ONE, KEY) == {"id": SESSION_ID, "deleted": True}


@pytest.mark.parametrize("first", ["404 Not Found", "429 Too Many Requests"])
async def test_a_session_that_never_was_there_is_not_deleted(contract: Contract, first: str) -> None:
    async with against(contract, answering(first), answering("404 Not Found")) as toolset:
        assert (await failed(toolset, "delete_session"))["kind"] == "not_found"


@pytest.mark.parametrize("lost", ["408", "502", "503", "504"])
async def test_a_creation_lost_on_the_way_back_is_looked_up(
    toolset: Toolset, upstream: RecordingUpstream, lost: str
) -> None:
    upstream.answer(b"<html>bad gateway</html>", int(lost))
    now = {"date": "Tue, 28 Jul 2026 09:00:10 GMT"}
    others = [
        session(id="1", name="Order", createdAt="2026-07-28T08:58:00.000Z"),
        session(id="2", name="Another"),
        session(id="3", name="Order"),
    ]
    upstream.answer({"results": others, "metadata": {}}, headers=now)
    with pytest.raises(UnknownOutcomeError) as caught:
        await toolset.call("create_session", {"name": "Order"}, KEY)
    error = caught.value.as_result()["error"]
    assert error["kind"] == "unknown_outcome"
    assert "may have been done" in error["message"]
    assert [candidate["id"] for candidate in error["candidates"]] == ["3"]
    assert "Compare the candidates" in error["next"]
    looked_up = upstream.requests[1]
    assert (looked_up.method, looked_up.path) == ("GET", "/session")
    assert set(looked_up.query.split("&")) == {"limit=100", "sortOrder=DESC", "sortBy=createdAt"}
    assert [request.method for request in upstream.requests] == ["POST", "GET"]


async def test_a_creation_that_nothing_looks_like_yet_may_still_appear(
    toolset: Toolset, upstream: RecordingUpstream
) -> None:
    upstream.answer(b"<html>a page</html>", 201)
    upstream.answer({"results": [], "metadata": {}})
    with pytest.raises(UnknownOutcomeError) as caught:
        await toolset.call("create_session", {}, KEY)
    assert caught.value.candidates == ()
    assert "may still appear" in caught.value.next_step


@pytest.mark.parametrize("look_up", [answering("500 No"), answering("200 OK", b"<html>"), hang_up])
async def test_a_look_up_that_fails_is_told(contract: Contract, look_up: Behaviour) -> None:
    async with against(contract, hang_up, look_up) as toolset:
        with pytest.raises(UnknownOutcomeError, match="could not be looked up") as caught:
            await toolset.call("create_session", {}, KEY)
    assert caught.value.candidates is None


async def test_a_creation_never_answered_keeps_time_for_its_look_up(contract: Contract) -> None:
    listed = answering("200 OK", b'{"results": [], "metadata": {}}')
    async with against(contract, hang, listed, deadline=0.6) as toolset:
        with pytest.raises(UnknownOutcomeError, match="Nothing created since") as caught:
            await toolset.call("create_session", {}, KEY)
    assert caught.value.candidates == ()


async def test_a_creation_that_failed_inside_the_api_says_so(
    toolset: Toolset, upstream: RecordingUpstream
) -> None:
    upstream.answer({"message": "Internal server error", "statusCode": 500}, 500)
    error = await failed(toolset, "create_session", name="x")
    assert error["kind"] == "upstream"
    assert "list sessions" in error["next"]
    assert len(upstream.requests) == 1


async def test_a_lost_update_may_have_been_made_and_may_be_repeated(contract: Contract) -> None:
    async with against(contract, hang_up) as toolset:
        with pytest.raises(NetworkError, match="may have been made; repeating it does no harm"):
            await toolset.call("update_session", {**ONE, "name": "x"}, KEY)


async def test_a_lost_read_is_just_a_lost_read(contract: Contract) -> None:
    async with against(contract, hang_up) as toolset:
        with pytest.raises(NetworkError) as caught:
            await toolset.call("get_session", ONE, KEY)
    assert "may have been made" not in caught.value.message


@pytest.fixture
def other_api() -> Contract:
    """An API with a creating operation of which nothing is known but its document."""
    post: dict[str, Any] = {
        "operationId": "makeThing",
        "parameters": [],
        "requestBody": {
            "content": {"application/json": {"schema": {"type": "array", "items": {"type": "string"}}}}
        },
        "responses": {"200": {}},
    }
    get: dict[str, Any] = {
        "operationId": "readThing",
        "parameters": [],
        "responses": {"200": {"content": {"application/json": {}}}},
    }
    return as_contract({"paths": {"/thing": {"post": post, "get": get}}, "components": {"schemas": {}}})


async def test_another_apis_lost_creation_is_unknown_too(other_api: Contract) -> None:
    async with against(other_api, hang_up) as toolset:
        with pytest.raises(UnknownOutcomeError) as caught:
            await toolset.call("make_thing", {"body": ["x"]}, KEY)
    assert caught.value.candidates is None


def names(toolset: Toolset) -> list[str]:
    return [tool.name for tool in toolset.tools]


async def test_another_apis_answers_are_shown_whole(other_api: Contract) -> None:
    async with against(
        other_api,
        answering("200 OK", b"[1, 2]"),
        answering("200 OK", b""),
        answering("200 OK", b'{"a": {"b": 1}}'),
    ) as toolset:
        make, read = names(toolset)
        assert await toolset.call(make, {"body": ["x"]}, KEY) == {"result": [1, 2]}
        assert await toolset.call(make, {}, KEY) == {"result": None}
        assert await toolset.call(read, {}, KEY) == {"a": {"b": 1}}
