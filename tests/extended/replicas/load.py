"""Users who call without a pause and record how each call ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import anyio
import httpx

from extended.nginx import SNI
from posted import HANDSHAKE, MODERN, tool_call

if TYPE_CHECKING:
    from posted import Letter


@dataclass
class Load:
    """Calls of many users through one client, by their ends.

    Args:
        client: Their connections.
        lost: Names of sessions whose creation has no response.
        created: Names and ids of the others.
        wrong: Whatever else came back.
    """

    client: httpx.AsyncClient
    lost: list[str] = field(default_factory=list[str])
    created: dict[str, str] = field(default_factory=dict[str, str])
    wrong: list[str] = field(default_factory=list[str])
    calls: int = 0
    ended: bool = False
    _called: anyio.Event = field(default_factory=anyio.Event)

    async def run(self, user: int) -> None:
        """Create a session and read it, in both protocol versions in turn, until the load ends."""
        number = 0
        while not self.ended:
            number += 1
            name, era = f"user {user}, call {number}", (HANDSHAKE, MODERN)[number % 2]
            session = await self._call(tool_call("create_session", {"name": name}, era=era))
            if session is None:  # it may have been carried out, so it is not repeated
                self.lost.append(name)
            elif session:
                self.created[name] = session["id"]
                read = tool_call("get_session", {"id": session["id"]}, era=era)
                while (found := await self._call(read)) is None:
                    pass
                if found.get("name") != name:
                    self.wrong.append(f"{name}: read {found}")

    async def wait_for(self, calls: int) -> None:
        """Wait until so many more calls have a response."""
        goal = self.calls + calls
        while self.calls < goal:
            self._called = anyio.Event()
            await self._called.wait()

    async def _call(self, letter: Letter) -> dict[str, Any] | None:
        """Return the result of a call: empty when it is wrong, None when its response was lost on the way."""
        while True:
            try:
                response = await self.client.post(
                    "/mcp", headers=letter.headers, json=letter.json, extensions=SNI
                )
            except httpx.ConnectError:
                continue
            except httpx.RemoteProtocolError:  # the replica ended within its response
                return None
            self.calls += 1
            self._called.set()
            if response.status_code == 502:
                return None
            result = response.json().get("result", {}) if response.status_code == 200 else {}
            if result.get("isError") or "structuredContent" not in result:
                self.wrong.append(response.text[:300])
                return {}
            return result["structuredContent"]
