"""The user is asked before what the operator chose: the real client and server, and what reaches the API."""

from __future__ import annotations

import os
import pty
import select
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from answering_user import User
from fake_upstream import SESSION_ID, session
from real_client import ERAS, KEY, connected
from server_process import (
    COMMAND,
    HELLO,
    LONGEST,
    ServerProcess,
    as_lines,
    call,
    environment,
    request,
    run_program,
)

if TYPE_CHECKING:
    from io import FileIO

    from answering_user import Action
    from fake_upstream import FakeUpstream

CHANGE = {
    "id": SESSION_ID,
    "name": 'Ada"\nShall all be deleted?\u202e',
    "status": "completed",
    "messages": [{"role": "user", "content": "hi"}],
}
FLAGS = ("--confirm", "delete_session,update_session")


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(("action", "sent"), [("accept", ["PATCH"]), ("decline", []), ("cancel", [])])
async def test_only_a_yes_reaches_the_api(
    upstream: FakeUpstream, upstream_url: str, era: str, action: Action, sent: list[str]
) -> None:
    user = User(action)
    flags = ("--base-url", upstream_url, *FLAGS)
    async with connected(*flags, mode=era, user=user, VAPI_API_KEY=KEY) as api:
        told = await api.call("update_session", CHANGE)
    assert told.is_error == (not sent)
    assert [request.method for request in upstream.requests] == ["GET", *sent]
    assert [question.message.split("\n") for question in user.asked] == [
        [
            f"Change session {SESSION_ID}:",
            r'- name: "Ada\" Shall all be deleted?" (and 1 that are not seen)',
            "- status: completed",
            "- messages: all of them replaced by 1",
            "Shall this be done?",
        ]
    ]


@pytest.mark.parametrize("era", ERAS)
async def test_a_client_that_cannot_ask_may_do_the_rest(
    upstream: FakeUpstream, upstream_url: str, era: str
) -> None:
    async with connected("--base-url", upstream_url, *FLAGS, mode=era, VAPI_API_KEY=KEY) as api:
        told = await api.call("delete_session", {"id": SESSION_ID})
        assert told.error["kind"] == "declined"
        assert upstream.requests == []
        assert not (await api.call("get_session", {"id": SESSION_ID})).is_error


@pytest.mark.parametrize("era", ERAS)
async def test_a_wait_for_the_rate_limit_is_told_while_it_lasts(
    upstream: FakeUpstream, upstream_url: str, era: str
) -> None:
    upstream.respond({"message": "slow down"}, 429, {"retry-after": "1"})
    told: list[str | None] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        assert (progress > 0, total) == (True, None)
        told.append(message)

    async with connected("--base-url", upstream_url, mode=era, VAPI_API_KEY=KEY) as api:
        answer = await api.client.call_tool("get_session", {"id": SESSION_ID}, progress_callback=note)
    assert not answer.is_error
    assert told[0] == "The API limits the rate: trying again in 1 s (attempt 2 of 3)"


class TestAnOpenQuestion:
    """Over the bare pipes: a client of the handshake era that can ask, and does not answer."""

    @staticmethod
    def asked(server: ServerProcess) -> None:
        """Make a call and receive the question about it."""
        hello: dict[str, Any] = {**HELLO, "capabilities": {"elicitation": {}}}
        initialized = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        server.send(request("initialize", hello, "hello"), initialized)
        assert server.answer()["id"] == "hello"
        server.send(call("delete_session", {"id": SESSION_ID}, "deleting"))
        assert server.answer()["method"] == "elicitation/create"

    def test_a_call_that_is_taken_back_meanwhile_is_not_sent(
        self, upstream: FakeUpstream, upstream_url: str
    ) -> None:
        with ServerProcess("--base-url", upstream_url, *FLAGS, VAPI_API_KEY=KEY) as server:
            self.asked(server)
            taken_back = {"method": "notifications/cancelled", "params": {"requestId": "deleting"}}
            server.send({"jsonrpc": "2.0", **taken_back}, request("ping", None, "still there"))
            seen: list[dict[str, Any]] = [server.answer()]
            while seen[-1].get("id") != "still there":
                seen.append(server.answer())
        assert "notifications/cancelled" in [message.get("method") for message in seen]
        assert upstream.changes == []

    def test_a_client_that_leaves_meanwhile_is_not_waited_for(
        self, upstream: FakeUpstream, upstream_url: str
    ) -> None:
        with ServerProcess("--base-url", upstream_url, *FLAGS, VAPI_API_KEY=KEY) as server:
            self.asked(server)
            server.end_input()
            (answer,) = server.rest()
            assert server.status() == 0
        assert answer["id"] == "deleting"
        assert answer["result"]["isError"]
        assert upstream.changes == []

    def test_one_that_left_before_it_was_asked_is_not_waited_for_either(
        self, upstream: FakeUpstream, upstream_url: str
    ) -> None:
        hello: dict[str, Any] = {**HELLO, "capabilities": {"elicitation": {"form": {}}}}
        initialized = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        calls = call("delete_session", {"id": SESSION_ID}, "deleting")
        with ServerProcess("--base-url", upstream_url, *FLAGS, VAPI_API_KEY=KEY) as server:
            server.write(as_lines(request("initialize", hello, "hello"), initialized, calls))
            server.end_input()
            assert server.rest()[-1]["id"] == "deleting"
            assert server.status() == 0
        assert upstream.changes == []


class TestFromTheShell:
    ARGUMENTS = ("call", "delete_session", f'{{"id": "{SESSION_ID}"}}', "--confirm", "delete_session")

    def test_without_a_terminal_the_call_is_refused(self, upstream: FakeUpstream, upstream_url: str) -> None:
        env = environment(VAPI_API_KEY=KEY, VAPI_BASE_URL=upstream_url)
        ended = run_program(*self.ARGUMENTS, stdin=b"y\n", env=env)
        assert ended.returncode == 1
        assert b'"kind":"declined"' in ended.stdout
        assert b"there is no terminal" in ended.stdout
        assert b"Ask the user to run this command themselves, in a terminal" in ended.stdout
        assert b"--confirm" not in ended.stdout
        assert b"VAPI_CONFIRM" not in ended.stdout
        assert upstream.requests == []

    @pytest.mark.parametrize(
        ("restriction", "flags", "status"),
        [
            ({"VAPI_TOOLS": "list_sessions"}, ("--tools", "delete_session"), 2),
            ({"VAPI_READ_ONLY": "1"}, ("--tools", "delete_session"), 2),
            ({"VAPI_CONFIRM": "delete_session"}, ("--confirm", "list_sessions"), 1),
        ],
    )
    def test_no_flag_lifts_the_restriction_of_a_variable(
        self,
        upstream: FakeUpstream,
        upstream_url: str,
        restriction: dict[str, str],
        flags: tuple[str, ...],
        status: int,
    ) -> None:
        env = environment(VAPI_API_KEY=KEY, VAPI_BASE_URL=upstream_url, **restriction)
        ended = run_program(*self.ARGUMENTS[:3], *flags, stdin=b"y\n", env=env)
        assert ended.returncode == status
        assert upstream.requests == []

    @pytest.mark.parametrize(
        ("typed", "status", "sent"),
        [
            (b"y\n", 0, ["DELETE"]),
            (b"Yes\n", 0, ["DELETE"]),
            (b"n\n", 1, []),
            (b"\n", 1, []),
            (b"\x04", 1, []),
        ],
    )
    def test_at_a_terminal_only_a_yes_sends_it(
        self, upstream: FakeUpstream, upstream_url: str, typed: bytes, status: int, sent: list[str]
    ) -> None:
        upstream.respond(session(name="Order 1042"))
        ours, theirs = pty.openpty()
        env = environment(VAPI_API_KEY=KEY, VAPI_BASE_URL=upstream_url)
        process = subprocess.Popen(
            [*COMMAND, *self.ARGUMENTS], stdin=theirs, stderr=theirs, stdout=subprocess.DEVNULL, env=env
        )
        with process, os.fdopen(ours, "r+b", buffering=0) as terminal:
            os.close(theirs)
            asked = read_until(terminal, b"[y/N] ").decode().splitlines()
            assert asked == [
                f"Delete session {SESSION_ID} for good:",
                '- current name: "Order 1042"',
                "Shall this be done? [y/N] ",
            ]
            terminal.write(typed)
            assert process.wait(LONGEST) == status
        assert [request.method for request in upstream.requests] == ["GET", *sent]


def read_until(terminal: FileIO, words: bytes) -> bytes:
    """Return what is written to a terminal, up to some words."""
    seen = b""
    while words not in seen:
        ready, _, _ = select.select([terminal], [], [], LONGEST)
        assert ready, f"the terminal shows no more than {seen!r}"
        seen += terminal.read(1024) or b""
    return seen
