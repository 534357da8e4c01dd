"""Servers that several users share, in front of the emulator and of an API that writes everything down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fake_upstream import serving
from security.isolation.upstream import KnowingUpstream
from served import Served, serving_http, serving_sandbox

if TYPE_CHECKING:
    from collections.abc import Generator

THEIR_OWN_KEYS = ("--credentials", "header", "--log-level", "debug")


@pytest.fixture(scope="session")
def emulator() -> Generator[Served]:
    """The emulator, where each key is an organisation of its own."""
    with serving_sandbox() as served:
        yield served


@pytest.fixture(scope="session", params=[[], ["--stateless"]], ids=["stateful", "stateless"])
def server(request: pytest.FixtureRequest, emulator: Served) -> Generator[Served]:
    """A server in front of the emulator to which each user brings a key."""
    with serving_http(*THEIR_OWN_KEYS, "--base-url", emulator.url, *request.param) as served:
        yield served


@pytest.fixture(scope="session")
def knowing_upstream() -> KnowingUpstream:
    """The API that writes everything down."""
    return KnowingUpstream()


@pytest.fixture(scope="session")
def knowing_url(knowing_upstream: KnowingUpstream) -> Generator[str]:
    """Where it is."""
    with serving(knowing_upstream) as url:
        yield url


@pytest.fixture
def upstream(knowing_upstream: KnowingUpstream) -> KnowingUpstream:
    """The same, having seen nothing yet."""
    knowing_upstream.clear()
    return knowing_upstream


@pytest.fixture(scope="session")
def watched(knowing_url: str) -> Generator[Served]:
    """A server in front of it to which each user brings a key, and which asks before it deletes."""
    flags = ("--base-url", knowing_url, "--confirm", "delete_session")
    with serving_http(*THEIR_OWN_KEYS, *flags) as served:
        yield served
