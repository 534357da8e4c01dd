"""A closed toolset stays closed: what was sent has an unknown outcome, what was not is refused."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

from fake_upstream import SESSION_ID, raw_response, raw_server, read_request
from vapi_sessions_tools import open_toolset
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.engine.request import Request
from vapi_sessions_tools.errors import CallError
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

KEY = Credential("vapi-private-key")
MOST_SENT = 24
CLOSED = "The toolset is closed, so nothing was sent."


async def end_of(toolset: Toolset, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    with pytest.raises(CallError) as raised:
        await toolset.call(tool, arguments, KEY)
    result: dict[str, Any] = raised.value.as_result()["error"]
    return result


async def ends(
    contract: Contract, calls: list[tuple[str, dict[str, Any]]]
) -> tuple[list[dict[str, Any]], int]:
    """Close a toolset that waits for responses; return how its calls end and how many were sent."""
    sent, disconnected = asyncio.Semaphore(0), asyncio.Semaphore(0)
    expected = min(len(calls), MOST_SENT)

    async def hold(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        sent.release()
        await reader.read()
        disconnected.release()

    async with raw_server(hold) as server:
        toolset = Toolset(contract, lambda: Client(server.url), deadline=60)
        tasks = [asyncio.create_task(end_of(toolset, *call)) for call in calls]
        with anyio.fail_after(60):
            for _ in range(expected):
                await sent.acquire()
            await toolset.aclose()
            errors = await asyncio.gather(*tasks)
            for _ in range(expected):
                await disconnected.acquire()
        return errors, server.connections


async def test_creations_that_were_sent_have_an_unknown_outcome(contract: Contract) -> None:
    calls: list[tuple[str, dict[str, Any]]] = [("create_session", {"name": f"{n}"}) for n in range(30)]
    errors, sent = await ends(contract, calls)
    assert [error["kind"] for error in errors].count("unknown_outcome") == sent == MOST_SENT
    assert [error["message"] for error in errors if error["kind"] == "network"] == [CLOSED] * 6


@pytest.mark.parametrize(
    ("tool", "arguments", "kind"),
    [
        ("get_session", {"id": SESSION_ID}, "network"),
        ("update_session", {"id": SESSION_ID, "name": "a"}, "unknown_outcome"),
    ],
)
async def test_other_calls_under_way_end_and_are_not_sent_again(
    contract: Contract, tool: str, arguments: dict[str, Any], kind: str
) -> None:
    (error,), sent = await ends(contract, [(tool, arguments)])
    assert (error["kind"], sent) == (kind, 1)
    assert "while the request was under way" in error["message"]


async def test_a_creation_that_waits_to_be_sent_again_was_not_done(contract: Contract) -> None:
    paused = anyio.Event()

    async def on_pause(_pause: object) -> None:
        paused.set()
        await anyio.sleep_forever()

    transport = httpx.MockTransport(lambda _request: httpx.Response(429, headers={"retry-after": "9"}))
    toolset = Toolset(contract, lambda: Client("http://localhost", transport=transport))
    prepared = toolset.prepare("create_session", {"name": "a"})
    sending = asyncio.create_task(toolset.send(prepared, KEY, on_pause=on_pause))
    with anyio.fail_after(30):
        await paused.wait()
        await toolset.aclose()
        with pytest.raises(CallError) as raised:
            await sending
    assert (raised.value.kind, raised.value.message) == ("network", CLOSED)


@pytest.mark.parametrize("used_before", [True, False])
async def test_later_calls_are_refused(*, used_before: bool) -> None:
    toolset = open_toolset(sandbox=True)
    if used_before:
        await toolset.call("list_sessions", {})
    await toolset.aclose()
    await toolset.aclose()
    result = await toolset.answer("list_sessions", {})
    assert result.content["error"]["message"] == CLOSED
    assert "Open a new toolset" in result.content["error"]["next"]


async def test_a_cancelled_task_closes_the_connections(contract: Contract) -> None:
    async with raw_server(raw_response("200 OK", b'{"results": [], "metadata": {}}')) as server:
        client = Client(server.url)
        toolset = Toolset(contract, lambda: client)
        await toolset.call("list_sessions", {}, KEY)
        with anyio.CancelScope() as scope:
            scope.cancel()
            await toolset.aclose()
        assert not await client.reachable(30)
        assert not await toolset.reachable(30)


async def test_a_client_is_closed_at_the_end_of_its_block() -> None:
    unused = httpx.MockTransport(lambda _request: pytest.fail("a request was sent"))
    async with Client("http://127.0.0.1:1", transport=unused) as client:
        pass
    with pytest.raises(CallError, match=CLOSED):
        await client.send(Request(method="GET", path="/session"), KEY, deadline=5.0)
