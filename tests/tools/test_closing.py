"""A closed toolset stays closed: what was sent has an unknown outcome, what was not is refused."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from fake_upstream import SESSION_ID, raw_response, raw_server, read_request
from vapi_sessions_tools import open_toolset
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.errors import CallError
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from vapi_sessions_tools.contract.loading import Contract

KEY = Credential("vapi-private-key")
MOST_SENT = 24
CLOSED = "The toolset is closed, so nothing was sent."


class Held:
    """An API that takes requests and answers none."""

    def __init__(self) -> None:
        self.taken = 0
        self.open = 0
        self.changed = asyncio.Condition()

    async def __call__(self, reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await self.count(taken=1, opened=1)
        await reader.read()
        await self.count(opened=-1)

    async def count(self, *, taken: int = 0, opened: int = 0) -> None:
        async with self.changed:
            self.taken += taken
            self.open += opened
            self.changed.notify_all()

    async def until(self, *, taken: int | None = None, opened: int | None = None) -> None:
        """Wait until so many requests were taken, or so many connections are open."""
        async with self.changed:
            await self.changed.wait_for(lambda: taken in (None, self.taken) and opened in (None, self.open))


@asynccontextmanager
async def held(contract: Contract) -> AsyncGenerator[tuple[Held, Toolset]]:
    api = Held()
    async with raw_server(api) as script:
        toolset = Toolset(contract, lambda: Client(script.url), deadline=20)
        yield api, toolset
        await toolset.aclose()


async def outcome(toolset: Toolset, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    try:
        return await toolset.call(tool, arguments, KEY)
    except CallError as error:
        result: dict[str, Any] = error.as_result()["error"]
        return result


async def outcomes(
    api: Held, toolset: Toolset, calls: list[tuple[str, dict[str, Any]]]
) -> list[dict[str, Any]]:
    """Make calls, close the toolset when as many as can be were sent, and return how each ended."""
    tasks = [asyncio.create_task(outcome(toolset, tool, arguments)) for tool, arguments in calls]
    with anyio.fail_after(10):
        await api.until(taken=min(len(calls), MOST_SENT))
        await toolset.aclose()
        return await asyncio.gather(*tasks)


async def test_creations_that_were_sent_have_an_unknown_outcome(contract: Contract) -> None:
    async with held(contract) as (api, toolset):
        ended = await outcomes(api, toolset, [("create_session", {"name": f"{n}"}) for n in range(30)])
        kinds = [error["kind"] for error in ended]
        assert kinds.count("unknown_outcome") == MOST_SENT
        refused = [error for error in ended if error["kind"] == "network"]
        assert [error["message"] for error in refused] == [CLOSED] * 6
        assert api.taken == MOST_SENT
        with anyio.fail_after(5):
            await api.until(opened=0)


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (("get_session", {"id": SESSION_ID}), "network"),
        (("list_sessions", {"limit": 5}), "network"),
        (("update_session", {"id": SESSION_ID, "name": "a"}), "unknown_outcome"),
        (("delete_session", {"id": SESSION_ID}), "unknown_outcome"),
    ],
)
async def test_other_calls_under_way_end_and_are_not_sent_again(
    contract: Contract, call: tuple[str, dict[str, Any]], kind: str
) -> None:
    async with held(contract) as (api, toolset):
        (error,) = await outcomes(api, toolset, [call])
        assert (error["kind"], api.taken) == (kind, 1)
        assert "closed while the request was under way" in error["message"]
        with anyio.fail_after(5):
            await api.until(opened=0)


async def test_a_creation_that_waits_to_be_sent_again_was_not_done(contract: Contract) -> None:
    limited = raw_response("429 Slow down", b"{}", "retry-after: 9")
    async with raw_server(limited) as script:
        paused = anyio.Event()

        async def on_pause(_pause: object) -> None:
            paused.set()
            await anyio.sleep_forever()

        toolset = Toolset(contract, lambda: Client(script.url))
        prepared = toolset.prepare("create_session", {"name": "a"})
        sending = asyncio.create_task(toolset.send(prepared, KEY, on_pause=on_pause))
        with anyio.fail_after(5):
            await paused.wait()
            await toolset.aclose()
            with pytest.raises(CallError) as raised:
                await sending
        assert (raised.value.kind, raised.value.message) == ("network", CLOSED)


@pytest.mark.parametrize("used_before", [True, False])
async def test_later_calls_are_refused_with_one_error(*, used_before: bool) -> None:
    toolset = open_toolset(sandbox=True)
    if used_before:
        await toolset.call("list_sessions", {})
    await toolset.aclose()
    await toolset.aclose()
    for tool in ("list_sessions", "create_session"):
        answered = await toolset.answer(tool, {})
        assert answered.content["error"]["message"] == CLOSED
        assert "Open a new toolset" in answered.content["error"]["next"]


async def test_connections_are_closed_by_a_task_that_is_cancelled(contract: Contract) -> None:
    async with raw_server(raw_response("200 OK", b'{"results": [], "metadata": {}}')) as script:
        client = Client(script.url)
        toolset = Toolset(contract, lambda: client)
        await toolset.call("list_sessions", {}, KEY)
        with anyio.CancelScope() as scope:
            scope.cancel()
            await toolset.aclose()
        assert not await client.reachable(1)
        assert not await toolset.reachable(1)
        with pytest.raises(CallError, match=CLOSED):
            await toolset.call("list_sessions", {}, KEY)
