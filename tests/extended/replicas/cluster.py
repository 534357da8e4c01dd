"""Two replicas behind nginx, in front of one emulator of the API."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

import anyio.to_thread
import httpx

from extended.deploy.proxy import NAME, balancing
from served import Served, serving_sandbox
from server_process import COMMAND, LONGEST

if TYPE_CHECKING:
    import ssl
    from pathlib import Path
    from types import TracebackType

_MOST_PAGES = 20
SNI = {"sni_hostname": NAME}


class Cluster:
    """Replicas that can be stopped and started, each at an address of its own.

    Args:
        folder: Where nginx has its files.
        flags: Of every replica, beside those that replicas need.
        latency: Seconds that the API takes for an answer.
    """

    def __init__(self, folder: Path, *flags: str, latency: float = 0.0) -> None:
        self._folder = folder
        self._flags = flags
        self._latency = latency
        self._ports = [_free_port(), _free_port()]
        self._replicas: list[Served] = []
        self._ending = ExitStack()
        self.api = ""
        self.url = ""
        self.trusting: ssl.SSLContext | None = None

    def __enter__(self) -> Self:
        sandbox = self._ending.enter_context(serving_sandbox("--latency", str(self._latency)))
        self.api = sandbox.url
        self._replicas = [self._started(port) for port in self._ports]
        self._ending.callback(self._stop_all)
        addresses = (f"127.0.0.1:{self._ports[0]}", f"127.0.0.1:{self._ports[1]}")
        self.url, self.trusting = self._ending.enter_context(balancing(self._folder, addresses))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.close()

    def logs(self) -> list[str]:
        """Return what each replica wrote to its log since it was started."""
        return [replica.log() for replica in self._replicas]

    async def restart(self, number: int, *, killed: bool = False) -> None:
        """Stop a replica, or kill it, and start it again; it has answered before this returns."""
        if killed:
            self._replicas[number].process.kill()
        await anyio.to_thread.run_sync(self._replicas[number].stop)
        self._replicas[number] = await anyio.to_thread.run_sync(self._started, self._ports[number])
        await anyio.to_thread.run_sync(self._replicas[number].wait_for_log, '"status": 200')

    def client(self, key: str) -> httpx.AsyncClient:
        """Return a client that calls with a key, through nginx."""
        assert self.trusting is not None
        return httpx.AsyncClient(
            base_url=self.url,
            verify=self.trusting,
            headers={"host": NAME, "authorization": f"Bearer {key}"},
            timeout=LONGEST,
            trust_env=False,
        )

    def sessions(self, key: str) -> list[dict[str, Any]]:
        """Return the sessions that a key has, as the API itself tells."""
        found: list[dict[str, Any]] = []
        with httpx.Client(headers={"authorization": f"Bearer {key}"}, trust_env=False) as client:
            for page in range(1, _MOST_PAGES):
                answer = client.get(f"{self.api}/session", params={"limit": 1000, "page": page})
                some: list[dict[str, Any]] = answer.json()["results"]
                found += some
                if not some:
                    return found
        raise AssertionError("there is no end of sessions")

    def _started(self, port: int) -> Served:
        needed = ("--stateless", "--credentials", "header", "--allowed-host", NAME, "--base-url", self.api)
        return Served([*COMMAND, "http", "--port", str(port), *needed, *self._flags])

    def _stop_all(self) -> None:
        for replica in self._replicas:
            replica.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as chosen:
        port: int = chosen.getsockname()[1]
        return port
