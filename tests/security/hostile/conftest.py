"""The real server, as strangers meet it; and what holds after each of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from security.hostile.wire import PROTOCOL, Answer, Wire, calling, exchange, get, initialize, post
from served import Served, serving_http

if TYPE_CHECKING:
    from collections.abc import Generator

NEVER = re.compile(
    rb"Traceback|pydantic|NoneType|input_type|(?<!is)Error\b|site-packages|\.py\b|object at 0x"
)
"""What is Python's, and no client's business."""


class Victim:
    """A server that is treated badly.

    Args:
        served: Its process.
    """

    def __init__(self, served: Served) -> None:
        self.served = served
        self.url = served.url

    def treat(self, data: bytes, *, bodiless: bool = False) -> Answer:
        """Send what no client should, and return the answer; the connection must be in order or at its end.

        Args:
            data: What is sent.
            bodiless: Whether the answer has no body whatever its headers say.
        """
        with Wire(self.url) as wire:
            wire.send(data)
            answer = wire.answer(bodiless=bodiless)
            assert answer is not None, "the connection ended without an answer"
            assert not NEVER.search(answer.body), answer.body
            wire.send(get("/healthz", "Connection: close"))
            following = wire.answer()
            assert following is None or following.status == 200
            assert wire.rest() == b""
        assert answer.status < 500, answer
        return answer

    def assert_serves(self) -> None:
        """Fail where a good client is not served, or something of Python's is in the log."""
        answer = exchange(self.url, calling("list_sessions", {}))
        assert answer.status == 200
        assert answer.json["result"]["isError"] is False
        assert not re.search(r"Traceback|\"raised\"", self.served.log())

    def open_session(self) -> str:
        """Open a protocol session and return the header that names it."""
        answer = exchange(self.url, post(initialize()))
        session = f"Mcp-Session-Id: {answer.headers['mcp-session-id']}"
        told = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        assert exchange(self.url, post(told, session, f"Mcp-Protocol-Version: {PROTOCOL}")).status == 202
        return session


@pytest.fixture(scope="package")
def served() -> Generator[Served]:
    """The real program with its own emulator."""
    with serving_http("--sandbox", "--log-level", "debug") as running:
        yield running


@pytest.fixture
def victim(served: Served) -> Generator[Victim]:
    """The same, which must serve a good client after each test."""
    treated = Victim(served)
    yield treated
    treated.assert_serves()
