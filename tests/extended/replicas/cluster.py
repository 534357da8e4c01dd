"""Two replicas behind nginx, in front of one emulator of the API."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import anyio.to_thread
import httpx

from extended.nginx import NAME, Proxy, free_port, serving_nginx
from served import Served, serving_sandbox
from server_process import COMMAND, KEY, LONGEST

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

HEADERS = {"host": NAME, "authorization": f"Bearer {KEY}"}


@dataclass
class Cluster:
    """The replicas, the proxy in front of them, and the URL of the API behind them."""

    proxy: Proxy
    api: str
    flags: tuple[str, ...]
    replicas: list[Served] = field(default_factory=list[Served])

    def start(self, port: int) -> Served:
        needed = ("--stateless", "--credentials", "header", "--allowed-host", NAME, "--base-url", self.api)
        return Served([*COMMAND, "http", "--port", str(port), *needed, *self.flags])

    async def restart(self, number: int, *, killed: bool) -> None:
        """Stop or kill a replica and start it at its address; it has responded when this returns."""
        replica = self.replicas[number]
        if killed:
            replica.process.kill()
        await anyio.to_thread.run_sync(replica.stop)
        port = int(replica.url.rpartition(":")[2])
        self.replicas[number] = await anyio.to_thread.run_sync(self.start, port)
        await anyio.to_thread.run_sync(self.replicas[number].wait_for_log, '"status": 200')

    def sessions(self) -> list[dict[str, Any]]:
        """Return the sessions that the API has, read without the replicas."""
        found: list[dict[str, Any]] = []
        with httpx.Client(base_url=self.api, headers=HEADERS, trust_env=False, timeout=LONGEST) as client:
            for page in range(1, 20):
                results = client.get("/session", params={"limit": 1000, "page": page}).json()["results"]
                if not results:
                    return found
                found += results
        raise AssertionError("too many sessions")


@contextmanager
def serving_cluster(folder: Path, *flags: str, latency: float) -> Generator[Cluster]:
    """Serve the emulator, nginx and two replicas; whatever started is stopped when another fails to start."""
    ports = (free_port(), free_port())
    with ExitStack() as stack:
        proxy = stack.enter_context(serving_nginx(folder, (f"127.0.0.1:{ports[0]}", f"127.0.0.1:{ports[1]}")))
        sandbox = stack.enter_context(serving_sandbox("--latency", str(latency)))
        cluster = Cluster(proxy, sandbox.url, flags)
        stack.callback(lambda: [replica.stop() for replica in cluster.replicas])
        for port in ports:
            cluster.replicas.append(cluster.start(port))
        yield cluster
