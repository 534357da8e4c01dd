"""Fixtures that all tests share: the contract and a fake upstream."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from sniffio import current_async_library_cvar

from fake_upstream import FakeUpstream, serving
from server_process import restored_process
from vapi_sessions_tools.contract.loading import Contract, load_contract

if TYPE_CHECKING:
    from collections.abc import Generator


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell that runs the tests in the background ignores it, and child processes would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, which the pipes need."""
    return "asyncio"


@pytest.fixture(autouse=True)
def no_event_loop_library() -> Generator[None]:
    """Let a test start an event loop while an asynchronous fixture of other tests is still open."""
    token = current_async_library_cvar.set(None)
    yield
    current_async_library_cvar.reset(token)


@pytest.fixture(autouse=True)
def unchanged_process() -> Generator[None]:
    with restored_process():
        yield


@pytest.fixture(scope="session")
def contract() -> Contract:
    """The contract that is shipped."""
    return load_contract()


@pytest.fixture
def upstream() -> FakeUpstream:
    """An upstream in this process that accepts everything."""
    return FakeUpstream()


@pytest.fixture
def upstream_url(upstream: FakeUpstream) -> Generator[str]:
    """The same upstream on a real port."""
    with serving(upstream) as url:
        yield url
