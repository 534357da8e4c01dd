"""Hostile arguments are prepared or refused at bounded cost, and no error repeats what is in them.

The documents are generated from the contract; the extended tests try all of them.
"""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest

from in_process import http_server
from security.hostile_documents import SECRET, assert_bounded, documents, many, unconnected_toolset
from security.wire import calling, exchange

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

TURN = {"role": "user", "content": "hello there " * 25}
MODEL = {"provider": "openai", "model": "m", "tools": many(0, 60_000)}
LARGE: dict[str, tuple[dict[str, Any], int]] = {
    "zeros": ({"messages": many(0, 60_000)}, 413),
    "empty objects": ({"messages": many({}, 4_000_000)}, 413),
    "wrong contents": ({"messages": many({"role": "user", "content": 5}, 100_000)}, 200),
    "more wrong contents": ({"messages": many({"role": "user", "content": 5}, 256_000)}, 413),
    "wrong tools": ({"assistant": {"model": MODEL}}, 413),
    "unknown arguments": ({f"argument{number}": 1 for number in range(20_000)}, 200),
    "a long history": ({"messages": many(TURN, 2_000_000)}, 200),
    "a long text": ({"name": "n" * 4_000_000}, 200),
    "secrets": ({"assistant": {"server": {"headers": {f"h{n}": SECRET for n in range(10_000)}}}}, 200),
    "JSON in a text": ({"messages": json.dumps(many({}, 2_000_000))}, 200),
    "an endless query": ({"name": "a", "query": "[@,@]|" * 20 + "@"}, 200),
}


@pytest.mark.parametrize(
    ("tool", "step"),
    [
        *(("create_session", 97), ("list_sessions", 5), ("get_session", 1), ("update_session", 5)),
        ("delete_session", 1),
    ],
)
def test_sample_of_generated_arguments_has_bounded_cost(contract: Contract, tool: str, step: int) -> None:
    toolset = unconnected_toolset(contract)
    for name, arguments in islice(documents(contract, tool), 0, None, step):
        assert_bounded(toolset, tool, name, arguments)


def test_large_arguments_are_answered_within_the_limits_of_a_request() -> None:
    with http_server() as url:
        for name, (arguments, status) in LARGE.items():
            answer = exchange(url, calling("create_session", arguments))
            assert answer.status == status, name
            assert len(answer.body) < 200_000, name
            assert SECRET.encode() not in answer.body, name
