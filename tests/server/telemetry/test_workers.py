"""Several processes that serve one port, and what they have counted together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import anyio
from prometheus_client.parser import text_string_to_metric_families

from posted import MODERN, Post
from served import Served, serving_http
from server.telemetry.ways import connections
from server_process import LONGEST, environment

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

CALLS = 20


@contextmanager
def two_workers(folder: Path) -> Generator[Served]:
    """Serve with two processes that count together below a folder."""
    flags = ["--sandbox", "--sandbox-db", str(folder / "sandbox.db"), "--workers", "2"]
    with serving_http(*flags, TMPDIR=str(folder)) as running:
        yield running


def counted(text: str, name: str) -> float:
    """Return the sum of a family's samples of one name."""
    families = text_string_to_metric_families(text)
    return sum(sample.value for family in families for sample in family.samples if sample.name == name)


async def scraped(url: str) -> str:
    """Return what is told of the counts, on a connection of its own."""
    async with connections() as http:
        return (await http.get(f"{url}/metrics")).text


async def call(url: str) -> None:
    """Call a tool on a connection of its own."""
    async with connections() as http:
        answer = await Post(http, f"{url}/mcp", MODERN).call("list_sessions", {})
        assert answer.json()["result"]["isError"] is False


def shared_folders(folder: Path) -> list[Path]:
    """Return where processes count together."""
    return list(folder.glob("vapi-sessions-mcp-*"))


def living(shared: Path) -> set[int]:
    """Return the processes that have told what they have in hand."""
    return {int(file.stem.rpartition("_")[2]) for file in shared.glob("gauge_live*.db")}


async def test_they_count_together_and_what_a_dead_one_had_in_hand_is_forgotten(tmp_path: Path) -> None:
    with two_workers(tmp_path) as running:
        for _ in range(CALLS):
            await call(running.url)
        for _ in range(5):
            text = await scraped(running.url)
            assert counted(text, "vapi_sessions_tool_calls_total") == CALLS
            assert counted(text, "vapi_sessions_build_info") == 1
        (shared,) = shared_folders(tmp_path)
        killed = min(living(shared))
        os.kill(killed, signal.SIGKILL)
        with anyio.fail_after(LONGEST):
            while killed in living(shared):
                await scraped(running.url)
        assert counted(await scraped(running.url), "vapi_sessions_tool_calls_total") == CALLS
        running.stop()
        assert not shared_folders(tmp_path)


def test_where_they_have_no_place_to_count_one_line_says_so(tmp_path: Path) -> None:
    stated = ["--sandbox", "--sandbox-db", str(tmp_path / "sandbox.db")]
    program = (
        f"import sys, tempfile; tempfile.tempdir = {str(tmp_path / 'none')!r}\n"
        "from vapi_sessions_mcp.cli import main\n"
        f"sys.exit(main(['http', '--port', '0', '--workers', '2', *{stated!r}]))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    assert ended.returncode != 0
    assert "TMPDIR" in ended.stderr.splitlines()[-1]
    assert "Traceback" not in ended.stderr
