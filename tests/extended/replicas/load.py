"""Users who call without a pause, and remember how each call ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import anyio
import httpx

from extended.replicas.cluster import SNI
from posted import HANDSHAKE, MODERN, Letter, tool_call

if TYPE_CHECKING:
    from collections.abc import Mapping

BAD_GATEWAY = 502


@dataclass
class Load:
    """Calls made by many users at once, through one client.

    Args:
        client: Their connections.
        lost: The names of sessions whose creation has no answer: the gateway lost it.
        made: The names and ids of those that were created.
        wrong: Whatever else came back.
    """

    client: httpx.AsyncClient
    lost: list[str] = field(default_factory=list[str])
    made: dict[str, str] = field(default_factory=dict[str, str])
    wrong: list[str] = field(default_factory=list[str])
    calls: int = 0
    _enough: bool = False
    _more: anyio.Event = field(default_factory=anyio.Event)

    async def run(self, user: int) -> None:
        """Call as one user, until it is enough: create a session and read it, in one era and the other."""
        number = 0
        while not self._enough:
            number += 1
            era = (HANDSHAKE, MODERN)[number % 2]
            await self._create_and_read(f"user {user}, call {number}", era)

    def end(self) -> None:
        """Make no more calls."""
        self._enough = True

    async def reached(self, calls: int) -> None:
        """Wait until so many calls more were made."""
        goal = self.calls + calls
        while self.calls < goal:
            self._more = anyio.Event()
            await self._more.wait()

    async def _create_and_read(self, name: str, era: str) -> None:
        answer = await self._post(tool_call("create_session", {"name": name}, era=era))
        if answer is None:
            self.lost.append(name)  # it may have been carried out, so it is not made again
            return
        created = self._result(answer)
        if created is None:
            return
        self.made[name] = created["id"]
        letter = tool_call("get_session", {"id": created["id"]}, era=era)
        while (answer := await self._post(letter)) is None:
            pass  # reading twice does no harm
        read = self._result(answer)
        if read is not None and read["name"] != name:
            self.wrong.append(f"{name}: read {read['name']}")

    async def _post(self, letter: Letter) -> httpx.Response | None:
        """Post a message, and again where there was no connection; None when its answer was lost."""
        while True:
            try:
                answer = await self.client.post(
                    "/mcp", headers=letter.headers, json=letter.json, extensions=SNI
                )
            except httpx.ConnectError:
                continue
            except httpx.RemoteProtocolError:
                return None  # the answer broke off, as its replica did
            self.calls += 1
            self._more.set()
            return None if answer.status_code == BAD_GATEWAY else answer

    def _result(self, answer: httpx.Response) -> Mapping[str, Any] | None:
        told: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
        result = told.get("result", {})
        if "structuredContent" not in result or result.get("isError"):
            self.wrong.append(answer.text[:300])
            return None
        content: dict[str, Any] = result["structuredContent"]
        return content
