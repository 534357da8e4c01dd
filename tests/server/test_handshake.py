"""The handshake: which revisions are agreed on, and what is served after one that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mcp_types as types
import pytest

from server.stdio_connection import spoken
from server_process import HELLO, INITIALIZED, as_lines, call, request
from vapi_sessions_mcp.handshake import HANDSHAKE_VERSIONS

if TYPE_CHECKING:
    from mcp.server.lowlevel.server import Server

INITIALIZE, LIST = "initialize", "tools/list"


@pytest.mark.parametrize(
    ("offered", "agreed"),
    [
        *((version, version) for version in HANDSHAKE_VERSIONS),
        ("2025-03-26", "2024-11-05"),
        ("2999-01-01", "2025-11-25"),
    ],
)
async def test_revision_with_batches_is_answered_with_one_without_them(
    server: Server[Any], offered: str, agreed: str
) -> None:
    served: list[str] = []

    async def note(ctx: Any, call_next: Any) -> Any:
        served.append(ctx.protocol_version)
        return await call_next(ctx)

    server.middleware.append(note)
    hello = {**HELLO, "protocolVersion": offered}
    answers = await spoken(server, as_lines(request(INITIALIZE, hello), INITIALIZED, request(LIST, None, 2)))
    assert answers[1]["result"]["protocolVersion"] == agreed
    assert len(answers[2]["result"]["tools"]) == 5
    assert served[-1] == agreed


@pytest.mark.parametrize(
    "wrong",
    [{}, {"protocolVersion": "2025-11-25"}, {**HELLO, "clientInfo": {}}, {**HELLO, "protocolVersion": 7}],
)
async def test_nothing_but_a_ping_is_served_after_a_failed_initialize(
    server: Server[Any], wrong: dict[str, Any]
) -> None:
    refused = (request(LIST, None, 2), call("list_sessions", {}, 3), request("prompts/list", None, 4))
    said = as_lines(request(INITIALIZE, wrong), INITIALIZED, *refused, request("ping", None, 5))
    answers = await spoken(server, said)
    assert [answers[number]["error"]["code"] for number in range(1, 5)] == [types.INVALID_PARAMS] * 4
    assert answers[5]["result"] == {}


async def test_client_may_initialize_again(server: Server[Any]) -> None:
    failed, hello = request(INITIALIZE, {}, 1), request(INITIALIZE, HELLO, 2)
    after_a_failure = as_lines(failed, hello, INITIALIZED, request(LIST, None, 3))
    before_a_failure = as_lines(hello, INITIALIZED, failed, request(LIST, None, 3))
    for said in (after_a_failure, before_a_failure):
        answers = await spoken(server, said)
        assert answers[1]["error"]["code"] == types.INVALID_PARAMS
        assert len(answers[3]["result"]["tools"]) == 5
