"""How long the pause of a key is heeded, when it is tried, and how long it is known of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.errors import ApiAnswerError
from vapi_sessions_tools.fair_share import FairShare

if TYPE_CHECKING:
    from vapi_sessions_tools.fair_share import Place

ADA, BOB = Credential("key-of-ada"), Credential("key-of-bob")


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def share(clock: Clock) -> FairShare:
    return FairShare(clock=clock)


def place(share: FairShare, who: Credential = ADA) -> Place:
    return share.arrive(who, 50)


async def ask(share: FairShare, seconds: float | None, who: Credential = ADA) -> None:
    """Make a call that the API answers, asking for a pause or not."""
    with place(share, who) as call:
        await call.turn()
        call.answered(seconds)


async def refused(share: FairShare) -> float | None:
    with place(share) as call:
        try:
            await call.turn()
        except ApiAnswerError as error:
            return error.retry_after
    return None


async def test_a_long_pause_is_heeded_for_a_minute_and_then_tried_by_one_call(
    share: FairShare, clock: Clock
) -> None:
    await ask(share, 3600)
    clock.now += 59.5
    assert await refused(share) == 3541
    clock.now += 0.5
    with place(share) as trial:
        await trial.turn()
        assert await refused(share) == 3540
        trial.answered(None)
    assert await refused(share) is None


async def test_a_trial_that_is_refused_begins_another_minute(share: FairShare, clock: Clock) -> None:
    await ask(share, 3600)
    clock.now += 60
    await ask(share, 1800)
    assert await refused(share) == 1800
    clock.now += 60
    assert await refused(share) is None


async def test_a_trial_without_an_answer_leaves_it_to_the_next(share: FairShare, clock: Clock) -> None:
    await ask(share, 3600)
    clock.now += 60
    with place(share) as trial:
        await trial.turn()
    with place(share) as second:
        await second.turn()
        assert await refused(share) == 3540


async def test_an_answer_to_an_earlier_request_does_not_end_a_pause(share: FairShare) -> None:
    with place(share) as earlier:
        await earlier.turn()
        await ask(share, 30)
        earlier.answered(None)
    assert await refused(share) == 30


async def test_of_several_pauses_the_longest_counts(share: FairShare) -> None:
    with place(share) as earlier:
        await earlier.turn()
        await ask(share, 30)
        earlier.answered(11)
    assert await refused(share) == 30


async def test_nothing_is_kept_of_keys_without_calls(share: FairShare) -> None:
    for number in range(10_000):
        await ask(share, None, Credential(f"key-{number}"))
    assert share.keys == 0


async def test_a_key_is_forgotten_after_its_pause(share: FairShare, clock: Clock) -> None:
    for number in range(10_000):
        await ask(share, 5, Credential(f"key-{number}"))
    assert share.keys == 10_000
    clock.now += 10
    with place(share):
        assert share.keys == 1
    assert share.keys == 0


async def test_a_pause_of_years_is_not_kept_for_years(share: FairShare, clock: Clock) -> None:
    await ask(share, 31_536_000)
    clock.now += 660
    with place(share, BOB):
        assert share.keys == 1


async def test_a_key_is_kept_while_it_has_calls(share: FairShare, clock: Clock) -> None:
    with place(share) as call:
        await call.turn()
        clock.now += 3600
        await ask(share, None, BOB)
        assert share.keys == 1
    assert share.keys == 0
