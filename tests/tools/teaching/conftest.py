"""What the tests of teaching share: the published contract, and plays that are played once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from tools.teaching.judge import Judge
from tools.teaching.play import Play, play, refusal
from tools.teaching.probes import creation_probes, list_probes, update_probes
from tools.teaching.published_contract import PublishedContract
from tools.teaching.union_branches import Target, targets
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from vapi_sessions_tools.client import Client
    from vapi_sessions_tools.contract.loading import Contract

BothPlays = tuple[Target, Play, Play]


@pytest.fixture(scope="session")
def published() -> PublishedContract:
    """The published contract, corrected by hand."""
    return PublishedContract()


@pytest.fixture(scope="session")
def judge(published: PublishedContract) -> Judge:
    """Who judges what refusals tell."""
    return Judge(published)


@pytest.fixture(scope="session")
def unconnected(contract: Contract) -> Toolset:
    """The shipped tools, with nothing to send by."""

    def connect() -> Client:
        raise AssertionError("a refused call reached for the network")

    return Toolset(contract, connect)


@pytest.fixture(scope="session")
def branch_plays(unconnected: Toolset, published: PublishedContract) -> list[BothPlays]:
    """Every branch at every place, played from its tag and from an empty object."""
    ask = partial(refusal, unconnected, "create_session")
    return [
        (
            target,
            play(ask, target.arguments(), target.wanted),
            play(ask, target.arguments(tagged=False), target.wanted),
        )
        for target in targets(published)
    ]


@pytest.fixture(scope="session")
def probe_plays(unconnected: Toolset, published: PublishedContract) -> list[Play]:
    """Every place of the tools' arguments with wrong values, each call played until it is accepted."""
    probes = {
        "create_session": creation_probes(published),
        "update_session": update_probes(published),
        "list_sessions": list_probes(),
    }
    return [
        play(partial(refusal, unconnected, tool), arguments, ())
        for tool, wrong in probes.items()
        for arguments in wrong
    ]
