"""Every generated document of hostile arguments, and large ones while other clients are served.

Takes about an hour. Memory and processor time are those of a real process, as Linux reports them.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from security.hostile_documents import KEY, assert_bounded, documents, many, unconnected_toolset
from security.test_bounded_work import LARGE
from security.wire import calling, exchange, get
from served import serving_http, serving_sandbox

if TYPE_CHECKING:
    from collections.abc import Generator

    from served import Served
    from vapi_sessions_tools.contract.loading import Contract


@pytest.mark.timeout(3_600)
@pytest.mark.parametrize(
    "tool", ["create_session", "list_sessions", "get_session", "update_session", "delete_session"]
)
def test_all_generated_arguments_have_bounded_cost(contract: Contract, tool: str) -> None:
    toolset = unconnected_toolset(contract)
    for name, arguments in documents(contract, tool):
        assert_bounded(toolset, tool, name, arguments)


@pytest.fixture(scope="module")
def served() -> Generator[Served]:
    """A server in front of an API in another process."""
    with (
        serving_sandbox() as api,
        serving_http("--base-url", api.url, VAPI_API_KEY=KEY.reveal()) as running,
    ):
        yield running


@pytest.mark.parametrize("name", [*LARGE, "more zeros"])
def test_large_arguments_are_answered_while_others_are_served(served: Served, name: str) -> None:
    arguments: dict[str, Any] = LARGE[name][0] if name in LARGE else {"messages": many(0, 4_000_000)}
    request = calling("create_session", arguments)
    Path(f"/proc/{served.process.pid}/clear_refs").write_text("5")  # the peak is counted anew
    memory, spent = memory_of(served, "VmRSS"), processor_time_of(served)
    done = threading.Event()
    waits: list[float] = []

    def ask_meanwhile() -> None:
        while not done.wait(0.002):
            started = time.monotonic()
            assert exchange(served.url, get("/healthz")).status == 200
            waits.append(time.monotonic() - started)

    others = threading.Thread(target=ask_meanwhile)
    others.start()
    answer = exchange(served.url, request)
    done.set()
    others.join()
    assert answer.status in (200, 413)
    assert json.loads(answer.body)
    # Several times what is usual, as other work shares the machine; what is not bounded takes far more.
    assert max(waits, default=0) < 1.5
    assert processor_time_of(served) - spent < 8
    assert memory_of(served, "VmHWM") - memory < 64


def memory_of(served: Served, name: str) -> float:
    """Return a figure of the server's memory in MiB."""
    status = Path(f"/proc/{served.process.pid}/status").read_text()
    found = re.search(rf"{name}:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024


def processor_time_of(served: Served) -> float:
    """Return the seconds of processor time that the server has taken."""
    fields = Path(f"/proc/{served.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
