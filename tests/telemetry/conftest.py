"""The API that the servers of these tests call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fake_upstream import FakeUpstream, serving

if TYPE_CHECKING:
    from collections.abc import Generator

_UPSTREAM = FakeUpstream()


@pytest.fixture(scope="session")
def api_url() -> Generator[str]:
    """The URL of `upstream`."""
    with serving(_UPSTREAM) as url:
        yield url


@pytest.fixture
def upstream() -> FakeUpstream:
    _UPSTREAM.reset()
    return _UPSTREAM
