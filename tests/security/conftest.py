"""A server in this process that must serve a good client after everything that is sent to it, and its log."""

from __future__ import annotations

import io
import logging
import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal
from unittest import mock

import pytest

from fake_upstream import FakeUpstream, serving
from in_process import http_server
from security.users import respond_to_owner
from security.wire import Answer, Wire, calling, exchange, get
from server_process import KEY
from vapi_sessions_mcp.http.authentication import SECRETS
from vapi_sessions_mcp.logs import configure_logs
from vapi_sessions_tools.credential import Credential

if TYPE_CHECKING:
    from collections.abc import Generator

INTERNALS = re.compile(
    rb"Traceback|pydantic|NoneType|input_type|(?<!is)Error\b|site-packages|\.py\b|object at 0x"
)
"""Words of this program's own, which no response may contain."""


@contextmanager
def recorded_log(form: Literal["json", "text"] = "json", key: str = KEY) -> Generator[io.StringIO]:
    """Write the log, at its most talkative, as the program does."""
    log, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    with mock.patch.object(sys, "stderr", log):
        configure_logs("debug", Credential(key), form=form, secrets=SECRETS.get)
    try:
        yield log
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


class Victim:
    """A server that gets what no client should send, and its log."""

    def __init__(self, url: str, log: io.StringIO) -> None:
        self.url = url
        self.log = log

    def treat(self, data: bytes, *, bodiless: bool = False) -> Answer:
        """Send bytes and return the response; the connection is then usable or closed."""
        with Wire(self.url) as wire:
            wire.send(data)
            answer = wire.answer(bodiless=bodiless)
            assert answer is not None, "the connection ended without a response"
            assert not INTERNALS.search(answer.body), answer.body
            wire.send(get("/healthz", "Connection: close"))
            assert wire.status() in (None, 200)
            assert wire.rest() == b""
        assert answer.status < 500, answer
        return answer


@pytest.fixture(scope="package")
def users_upstream() -> FakeUpstream:
    return FakeUpstream(respond_to_owner)


@pytest.fixture(scope="package")
def api(users_upstream: FakeUpstream) -> Generator[str]:
    """The URL of an API that knows two users, and repeats the keys of others."""
    with serving(users_upstream) as url:
        yield url


@pytest.fixture
def upstream(users_upstream: FakeUpstream) -> FakeUpstream:
    """The same API without earlier requests and responses."""
    users_upstream.reset()
    return users_upstream


@pytest.fixture(scope="package")
def victim_url() -> Generator[str]:
    with http_server() as url:
        yield url


@pytest.fixture
def victim(victim_url: str) -> Generator[Victim]:
    """A server which must serve a good client after each test, with no exception in its log."""
    with recorded_log() as log:
        yield Victim(victim_url, log)
        answer = exchange(victim_url, calling("list_sessions", {}))
        assert answer.json["result"]["isError"] is False
    assert not re.search(r'Traceback|"raised"', log.getvalue())
