"""An API that holds answers back and limits the rate, and the calls that are made to it meanwhile."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio
import anyio.lowlevel

from fake_upstream import raw_response, raw_server, read_request
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.engine.request import Request
from vapi_sessions_tools.errors import ApiAnswerError, NetworkError
from vapi_sessions_tools.retry import RetryPolicy

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncGenerator, Callable

    from anyio.abc import TaskGroup

    from fake_upstream import Connection
    from vapi_sessions_tools.pause import Pause

ADA, BOB = Credential("key-of-ada"), Credential("key-of-bob")
FINE = raw_response("200 OK")


def limited(seconds: float | None) -> Connection:
    """Answer that the rate is limited, with the pause that is asked for."""
    stated = () if seconds is None else (f"retry-after: {seconds:g}",)
    return raw_response("429 Too Many Requests", b"{}", *stated)


class Steady(RetryPolicy):
    """Draws the same pause each time."""

    def pause(self, attempt: int, draw: float) -> float:  # noqa: ARG002
        return 0.05


async def until(condition: Callable[[], bool]) -> None:
    """Let others go on until a condition holds."""
    with anyio.fail_after(10):
        while not condition():
            await anyio.lowlevel.checkpoint()


class Api:
    """An API that says who asks for what, and holds its answers back as long as a gate is closed."""

    def __init__(self, *first: Connection) -> None:
        self.client: Client
        self.seen: list[str] = []
        self.at_a_time: dict[str, int] = {}
        self.most: dict[str, int] = {}
        self.gates: dict[str, anyio.Event] = {}
        self._first = list(first)

    def close_gate(self, who: Credential) -> anyio.Event:
        self.gates[who.reveal()] = anyio.Event()
        return self.gates[who.reveal()]

    async def behave(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await read_request(reader)).decode()
        who = head.split("Bearer ", 1)[1].split("\r\n", 1)[0]
        self.seen.append(f"{who[-3:]}{head.split(' ')[1]}")
        self.at_a_time[who] = self.at_a_time.get(who, 0) + 1
        self.most[who] = max(self.most.get(who, 0), self.at_a_time[who])
        answer = self._first.pop(0) if self._first else FINE
        if who in self.gates:
            await self.gates[who].wait()
        await anyio.lowlevel.checkpoint()
        self.at_a_time[who] -= 1
        await answer(Read(), writer)  # type: ignore[arg-type]


class Read:
    """A request that was read already."""

    async def readuntil(self, _end: bytes) -> bytes:
        return b""

    async def readexactly(self, _size: int) -> bytes:
        return b""


class Calls:
    """Calls made in the background, and how each ended."""

    def __init__(self, client: Client, tasks: TaskGroup) -> None:
        self.client = client
        self.ended: dict[str, int | Exception] = {}
        self.told: dict[str, Pause] = {}
        self._tasks = tasks

    def start(self, who: Credential, path: str = "/x", deadline: float = 10.0) -> anyio.CancelScope:
        scope = anyio.CancelScope()
        self._tasks.start_soon(self._call, scope, who, path, deadline)
        return scope

    async def _call(self, scope: anyio.CancelScope, who: Credential, path: str, deadline: float) -> None:
        async def tell(pause: Pause) -> None:
            self.told[path] = pause

        with scope:
            try:
                request = Request(method="GET", path=path)
                answer = await self.client.send(request, who, deadline=deadline, on_pause=tell)
                self.ended[path] = answer.status
            except (ApiAnswerError, NetworkError) as error:
                self.ended[path] = error

    async def all_ended(self, count: int) -> None:
        await until(lambda: len(self.ended) == count)


@asynccontextmanager
async def calling(
    *first: Connection, most: int = 24, retry: RetryPolicy | None = None, connections: int = 100
) -> AsyncGenerator[tuple[Api, Calls]]:
    """Serve an API, and make calls to it with one client."""
    api = Api(*first)
    async with (
        raw_server(api.behave) as script,
        Client(script.url, retry=retry, most_in_flight=most, most_connections=connections) as client,
        anyio.create_task_group() as tasks,
    ):
        yield api, Calls(client, tasks)
        tasks.cancel_scope.cancel()
