"""The stdio transport: an MCP server on the process's own pipes.

Differs from the SDK's loop where that one leaves a client waiting: a line that is no message is
answered, the end of the input lets the calls in flight finish, and a signal stops at once.
"""

from __future__ import annotations

import logging
import signal
import sys
from typing import TYPE_CHECKING, Any

import anyio
import mcp_types as types
from mcp.shared.dispatcher import as_request_id, coerce_request_id
from mcp.shared.message import SessionMessage

from vapi_sessions_mcp.frames import Refusal, parse
from vapi_sessions_mcp.pipes import LineTooLongError, PipesUnavailableError, standard_pipes
from vapi_sessions_tools.engine.invisible import escape_invisible
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from anyio.abc import TaskStatus
    from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
    from mcp.server.lowlevel.server import Server

    from vapi_sessions_mcp.pipes import Pipes

_logger = logging.getLogger(__name__)
_BUFFERED = 32


async def serve_stdio(server: Server[Any], *, drain: float) -> int:
    """Serve one client on standard input and output until it is gone or a signal comes.

    Args:
        server: What is served.
        drain: Seconds that calls in flight may take after the end of the input.

    Returns:
        The process's exit status: 0, or 128 and the signal's number.

    Raises:
        SettingsError: Standard input or output is closed.
    """
    if sys.stdin is None or sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison]  typeshed: never None
        raise SettingsError("standard input and output must be open: an MCP client speaks through them")
    try:
        async with standard_pipes() as pipes:
            return await _until_signalled(Connection(server, pipes, drain))
    except PipesUnavailableError as error:
        _logger.info("serving through the SDK's own loop: %s", error)
    from mcp.server.stdio import stdio_server

    async with stdio_server() as (read_stream, write_stream):
        await server.run(read_stream, write_stream, server.create_initialization_options())
    return 0


async def _until_signalled(connection: Connection) -> int:
    received: list[int] = []

    async def watch(*, task_status: TaskStatus[None]) -> None:
        with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
            task_status.started()
            async for number in signals:
                received.append(number)
                tasks.cancel_scope.cancel()

    async with anyio.create_task_group() as tasks:
        await tasks.start(watch)
        await connection.serve()
        tasks.cancel_scope.cancel()
    return 128 + received[0] if received else 0


class Connection:
    """One client on one pair of pipes.

    Args:
        server: What is served.
        pipes: The client's.
        drain: Seconds that calls in flight may take after the end of the input.
    """

    def __init__(self, server: Server[Any], pipes: Pipes, drain: float) -> None:
        self._server = server
        self._pipes = pipes
        self._drain = drain
        self._waiting: set[types.RequestId] = set()
        self._asked: set[types.RequestId] = set()
        self._answered = anyio.Event()
        self._lasting = anyio.CancelScope()

    async def serve(self) -> None:
        """Pass messages both ways until the input has ended and its requests are answered."""
        to_server, from_client = anyio.create_memory_object_stream[SessionMessage | Exception](_BUFFERED)
        to_client, from_server = anyio.create_memory_object_stream[SessionMessage](_BUFFERED)
        with self._lasting:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._read, to_server)
                tasks.start_soon(self._write, from_server)
                await self._server.run(from_client, to_client, self._server.create_initialization_options())

    async def _read(self, to_server: MemoryObjectSendStream[SessionMessage | Exception]) -> None:
        async with to_server:
            while line := await self._next_line():
                if line.isspace():
                    continue
                message = parse(line)
                if isinstance(message, list):
                    await self._refuse(message)
                else:
                    self._note(message)
                    await to_server.send(SessionMessage(message))
            with anyio.move_on_after(self._drain):
                while self._waiting:
                    answered = self._answered
                    await self._give_up_questions(to_server)
                    await answered.wait()

    async def _give_up_questions(self, to_server: MemoryObjectSendStream[SessionMessage | Exception]) -> None:
        """Answer, for a client that no longer can, what the server asked it."""
        gone = types.ErrorData(code=types.CONNECTION_CLOSED, message="The client has closed its output.")
        while self._asked:
            refusal = types.JSONRPCError(jsonrpc="2.0", id=self._asked.pop(), error=gone)
            await to_server.send(SessionMessage(refusal))

    async def _next_line(self) -> bytes:
        while True:
            try:
                return await self._pipes.read_line()
            except LineTooLongError:
                await self._refuse(
                    [Refusal(types.INVALID_REQUEST, "Invalid Request: the message is too long")]
                )

    async def _refuse(self, refusals: list[Refusal]) -> None:
        for refusal in refusals:
            await self._tell(refusal.line())

    async def _tell(self, line: bytes) -> None:
        """Write a line; a client that no longer reads ends the connection."""
        try:
            await self._pipes.write_line(line)
        except OSError:
            _logger.info("the client no longer reads; stopping")
            self._lasting.cancel()

    def _note(self, message: types.JSONRPCMessage) -> None:
        """Remember which requests of the client wait for an answer; the server's own need one no more."""
        if isinstance(message, types.JSONRPCRequest):
            self._waiting.add(message.id)
        elif isinstance(message, types.JSONRPCNotification) and message.method == "notifications/cancelled":
            cancelled = as_request_id((message.params or {}).get("requestId"))
            if cancelled is not None:  # the SDK takes "14" for 14, and answers neither
                taken_back = coerce_request_id(cancelled)
                self._settle(*[each for each in self._waiting if coerce_request_id(each) == taken_back])
        elif isinstance(message, (types.JSONRPCResponse, types.JSONRPCError)) and message.id is not None:
            self._asked.discard(coerce_request_id(message.id))

    def _settle(self, *request_ids: types.RequestId | None) -> None:
        self._waiting.difference_update(request_ids)
        self._answered.set()
        self._answered = anyio.Event()

    async def _write(self, from_server: MemoryObjectReceiveStream[SessionMessage]) -> None:
        async with from_server:
            async for outgoing in from_server:
                message = outgoing.message
                await self._tell(_line(message))
                if isinstance(message, (types.JSONRPCResponse, types.JSONRPCError)):
                    self._settle(message.id)
                elif isinstance(message, types.JSONRPCRequest):
                    self._asked.add(coerce_request_id(message.id))
                    self._settle()


def _line(message: types.JSONRPCMessage) -> bytes:
    """Write a message, nothing in it unseen; one that cannot be written becomes an error under its id."""
    try:
        text = message.model_dump_json(by_alias=True, exclude_unset=True)
        return escape_invisible(text).encode() + b"\n"
    except ValueError:
        return Refusal(
            types.INTERNAL_ERROR, "the answer cannot be written as JSON", getattr(message, "id", None)
        ).line()
