"""How much a property may draw: bounded by examples, never by a stop-watch."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

_PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)


def examples(count: int) -> settings:
    """Return the bounds of a property; its examples share one desk, which each of them clears first."""
    shared = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    # Other examples in each run, whatever other tests have chosen for theirs.
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=False,
        phases=_PHASES,
        suppress_health_check=shared,
    )
