"""Whatever the arguments of a call are, they are answered at bounded cost, and nothing of them is shown.

The documents are generated from the contract. By default a part of those for `create_session` is tried;
`EXHAUSTIVE=1` tries all.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from security.hostile.hostile_documents import SECRET, hostile_values, places
from security.hostile.wire import calling, exchange, get
from served import serving_http, serving_sandbox
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.errors import InvalidArgumentsError
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from collections.abc import Generator

    from served import Served
    from vapi_sessions_tools.contract.loading import Contract

KEY = Credential("vapi-private-key")
SIZE = 16_000
"""Bytes of a generated value: enough for what grows too fast to show."""

SHARE = 1 if os.environ.get("EXHAUSTIVE") else 17
TOOLS = ("create_session", "list_sessions", "get_session", "update_session", "delete_session")


@pytest.fixture(scope="module")
def toolset(contract: Contract) -> Toolset:
    """Return the shipped tools, connected to nothing."""

    def connect() -> Any:
        raise AssertionError("nothing is sent")

    toolset = Toolset(contract, connect)
    toolset.compile()
    return toolset


@pytest.mark.timeout(3_600 if SHARE == 1 else 300)
@pytest.mark.parametrize("tool", TOOLS)
def test_generated_arguments_are_prepared_or_refused_at_bounded_cost(
    toolset: Toolset, contract: Contract, tool: str
) -> None:
    operation = next(operation for operation in contract.operations if operation.tool == tool)
    documents = (
        (f"{name} at {place}", place.arguments(value))
        for place in places(operation, contract.shapes)
        for name, value in hostile_values(contract.shapes, place, SIZE)
    )
    tried = 0
    for name, arguments in islice(documents, 0, None, SHARE if tool == "create_session" else 1):
        tried += 1
        started = time.process_time()
        try:
            toolset.prepare(tool, arguments, KEY)
        except InvalidArgumentsError as error:
            text = json.dumps(toolset.told(error, KEY))
            assert SECRET not in text, name
            assert len(text) < 12_000, name
        spent = time.process_time() - started
        assert spent < 2, f"{name} took {spent:.1f} s"
    assert tried > 1


def test_generated_documents_reach_every_list_and_union(contract: Contract) -> None:
    operation = contract.operations[0]
    found = {str(place) for place in places(operation, contract.shapes)}
    assert {"messages", "assistant.model.tools", "assistant.credentials", "squad.members"} <= found
    kinds = [place.shape.kind for place in places(operation, contract.shapes)]
    assert kinds.count("array") > 200
    assert kinds.count("union") > 150


@pytest.fixture(scope="module")
def served() -> Generator[Served]:
    """A server in front of an API in another process."""
    with (
        serving_sandbox() as api,
        serving_http("--base-url", api.url, VAPI_API_KEY=KEY.reveal()) as running,
    ):
        yield running


def many(unit: Any, size: int) -> list[Any]:
    """Return a list of about `size` bytes as JSON."""
    return [unit] * (size // (len(json.dumps(unit, separators=(",", ":"))) + 1))


TURN = {"role": "user", "content": "hello there " * 25}
LARGE = {
    "zeros": {"messages": many(0, 60_000)},
    "more zeros": {"messages": many(0, 4_000_000)},
    "empty objects": {"messages": many({}, 100_000)},
    "more empty objects": {"messages": many({}, 4_000_000)},
    "wrong contents": {"messages": many({"role": "user", "content": 5}, 256_000)},
    "wrong tools": {"assistant": {"model": {"provider": "openai", "model": "m", "tools": many(0, 60_000)}}},
    "unknown arguments": {f"argument{number}": 1 for number in range(20_000)},
    "a long history": {"messages": many(TURN, 4_000_000)},
    "a long text": {"name": "n" * 4_000_000},
    "secrets": {"assistant": {"server": {"headers": {f"h{n}": f"secret-{n}" for n in range(10_000)}}}},
    "JSON in a text": {"messages": json.dumps(many({}, 2_000_000))},
    "an endless query": {"name": "a", "query": "[@,@]|" * 20 + "@"},
}


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="memory is measured as Linux does")
@pytest.mark.parametrize("arguments", LARGE.values(), ids=LARGE)
def test_large_arguments_are_answered_while_others_are_served(
    served: Served, arguments: dict[str, Any]
) -> None:
    request = calling("create_session", arguments)
    Path(f"/proc/{served.process.pid}/clear_refs").write_text("5")  # the peak is counted anew
    memory, spent = _resident(served), _cpu(served)
    done = threading.Event()
    waits: list[float] = []

    def ask_meanwhile() -> None:
        for _ in count():
            started = time.monotonic()
            assert exchange(served.url, get("/healthz")).status == 200
            waits.append(time.monotonic() - started)
            if done.wait(0.002):
                return

    others = threading.Thread(target=ask_meanwhile)
    others.start()
    answer = exchange(served.url, request)
    done.set()
    others.join()
    assert answer.status in (200, 413)
    assert answer.json
    # Several times what is allowed, as other work shares the machine; what is not bounded takes far more.
    assert max(waits) < 1.5
    assert _cpu(served) - spent < 8
    assert _peak(served) - memory < 64


def _resident(served: Served) -> float:
    return _status(served, "VmRSS")


def _peak(served: Served) -> float:
    return _status(served, "VmHWM")


def _status(served: Served, name: str) -> float:
    """Return a figure of the server's memory in MiB."""
    status = Path(f"/proc/{served.process.pid}/status").read_text()
    found = re.search(rf"{name}:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024


def _cpu(served: Served) -> float:
    """Return the seconds of processor time that the server has taken."""
    fields = Path(f"/proc/{served.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
