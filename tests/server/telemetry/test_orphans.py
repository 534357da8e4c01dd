"""Processes whose parent was killed: nobody would restart them, and their port would stay taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import httpx

from served import serving_http
from server_process import LONGEST

if TYPE_CHECKING:
    from pathlib import Path


async def test_they_stop_by_themselves(tmp_path: Path) -> None:
    flags = ("--sandbox", "--sandbox-db", str(tmp_path / "sandbox.db"), "--workers", "2")
    with serving_http(*flags, TMPDIR=str(tmp_path)) as running:
        running.process.kill()
        with anyio.fail_after(LONGEST):
            while await answers(running.url):
                await anyio.lowlevel.checkpoint()


async def answers(url: str) -> bool:
    """Whether anybody listens; a connection that is dropped is waited for, but not for long."""
    async with httpx.AsyncClient(timeout=2, trust_env=False) as http:
        try:
            await http.get(f"{url}/healthz")
        except httpx.TransportError as error:
            return isinstance(error, httpx.TimeoutException)
    return True
