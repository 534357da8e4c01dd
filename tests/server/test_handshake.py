"""The handshake: which revisions are agreed on, and what is served after one that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import mcp_types as types
import pytest
from mcp.shared.message import SessionMessage

from server_process import HELLO, request
from vapi_sessions_mcp.handshake import HANDSHAKE_VERSIONS

if TYPE_CHECKING:
    from mcp.server.lowlevel.server import Server

LONGEST = 30.0
INITIALIZED = types.JSONRPCNotification(jsonrpc="2.0", method="notifications/initialized")


async def exchange(server: Server[Any], *messages: types.JSONRPCMessage) -> dict[types.RequestId, Any]:
    """Send messages over one connection and return the answers by id."""
    to_server, from_client = anyio.create_memory_object_stream[SessionMessage | Exception](20)
    to_client, from_server = anyio.create_memory_object_stream[SessionMessage](20)
    answers: dict[types.RequestId, Any] = {}
    wanted = sum(isinstance(message, types.JSONRPCRequest) for message in messages)
    with anyio.fail_after(LONGEST):
        async with to_server, from_server, anyio.create_task_group() as tasks:
            options = server.create_initialization_options()
            tasks.start_soon(server.run, from_client, to_client, options)
            for message in messages:
                await to_server.send(SessionMessage(message))
            while len(answers) < wanted:
                answer = (await from_server.receive()).message
                assert isinstance(answer, (types.JSONRPCResponse, types.JSONRPCError))
                assert answer.id is not None
                answers[answer.id] = answer
            tasks.cancel_scope.cancel()
    return answers


INITIALIZE, LIST = "initialize", "tools/list"


def asked(method: str, params: dict[str, Any], request_id: int) -> types.JSONRPCRequest:
    return types.JSONRPCRequest.model_validate(request(method, params, request_id))


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
    answers = await exchange(server, asked(INITIALIZE, hello, 1), INITIALIZED, asked(LIST, {}, 2))
    assert answers[1].result["protocolVersion"] == agreed
    assert len(answers[2].result["tools"]) == 5
    assert served[-1] == agreed


@pytest.mark.parametrize(
    "wrong",
    [{}, {"protocolVersion": "2025-11-25"}, {**HELLO, "clientInfo": {}}, {**HELLO, "protocolVersion": 7}],
)
async def test_nothing_but_a_ping_is_served_after_a_failed_initialize(
    server: Server[Any], wrong: dict[str, Any]
) -> None:
    called = {"name": "list_sessions", "arguments": {}}
    answers = await exchange(
        server,
        asked(INITIALIZE, wrong, 1),
        INITIALIZED,
        asked(LIST, {}, 2),
        asked("tools/call", called, 3),
        asked("prompts/list", {}, 4),
        asked("ping", {}, 5),
    )
    assert [answers[number].error.code for number in range(1, 5)] == [types.INVALID_PARAMS] * 4
    assert answers[5].result == {}


async def test_client_may_initialize_again(server: Server[Any]) -> None:
    again = (asked(INITIALIZE, {}, 1), asked(INITIALIZE, HELLO, 2), INITIALIZED, asked(LIST, {}, 3))
    assert len((await exchange(server, *again))[3].result["tools"]) == 5
    failed = (asked(INITIALIZE, HELLO, 4), INITIALIZED, asked(INITIALIZE, {}, 5), asked(LIST, {}, 6))
    answers = await exchange(server, *failed)
    assert answers[5].error.code == types.INVALID_PARAMS
    assert len(answers[6].result["tools"]) == 5, "the first one stays valid"
