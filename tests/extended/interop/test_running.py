"""Clients that are run: an honest one, and those that hang, lie, or leave something behind."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from extended.interop.environments import SCRIPTS
from extended.interop.leftovers import end_leftovers
from extended.interop.matrix import CLIENTS, WAYS
from extended.interop.running import see
from extended.interop.verdict import problems, protocol_of
from server_process import LONGEST

if TYPE_CHECKING:
    from pathlib import Path

MODERN, HANDSHAKE = (client for client in CLIENTS if client.script == "mcp_2.py")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of other processes' environment")


@pytest.mark.parametrize("way", WAYS)
def test_the_sdk_that_the_server_is_built_with_passes_in_every_way(way: str) -> None:
    seen = see(MODERN, way, [sys.executable, str(SCRIPTS / MODERN.script)])
    assert problems(MODERN, way, seen) == []
    assert protocol_of(seen) == "2026-07-28"


def test_it_passes_in_the_handshake_era() -> None:
    seen = see(HANDSHAKE, "http", [sys.executable, str(SCRIPTS / HANDSHAKE.script)])
    assert problems(HANDSHAKE, "http", seen) == []
    assert protocol_of(seen) == "2025-11-25"


def test_a_client_that_hangs_is_ended_and_does_not_pass(tmp_path: Path) -> None:
    script = tmp_path / "hangs.py"
    script.write_text("import threading; threading.Event().wait()")
    seen = see(MODERN, "stdio", [sys.executable, str(script)], longest=1)
    assert problems(MODERN, "stdio", seen) == ["it did not end"]


def test_a_client_that_says_it_passed_without_calling_the_server_does_not_pass(tmp_path: Path) -> None:
    honest = see(MODERN, "http", [sys.executable, str(SCRIPTS / MODERN.script)])
    script = tmp_path / "lies.py"
    script.write_text(f"print({honest.said!r})")
    lying = see(MODERN, "http", [sys.executable, str(script)])
    assert problems(MODERN, "http", lying) == ["the server had no POST /mcp"]


def test_a_client_without_its_key_does_not_pass(tmp_path: Path) -> None:
    script = tmp_path / "keyless.py"
    script.write_text((SCRIPTS / MODERN.script).read_text().replace('headers=brief["headers"]', "headers={}"))
    (tmp_path / "story.py").write_text((SCRIPTS / "story.py").read_text())
    seen = see(MODERN, "key", [sys.executable, str(script)])
    (problem,) = problems(MODERN, "key", seen)
    assert problem.startswith("it ended with status 1")


@LINUX
def test_what_a_client_left_behind_is_found_and_ended() -> None:
    waits = [sys.executable, "-c", "import threading; print(flush=True); threading.Event().wait()"]
    with subprocess.Popen(waits, stdout=subprocess.PIPE, env={"MARK": "left-by-a-test-1"}) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert end_leftovers("left-by-a-test-1", patience=0.1) == 1
        assert process.wait(LONGEST) < 0


@LINUX
def test_what_ends_by_itself_is_not_left_behind() -> None:
    ends = [sys.executable, "-c", "print(flush=True); input()"]
    with subprocess.Popen(
        ends, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"MARK": "left-by-a-test-2"}
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        process.stdin.close()
        assert end_leftovers("left-by-a-test-2", patience=LONGEST) == 0
