"""Whether nothing failed but what is waived, nothing is waived in vain, and nothing was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extended.conformance.results import Scenario

Waived = dict[str, str]
"""The checks of a scenario that may fail, each with the reason."""


def problems(
    found: Mapping[str, Scenario], required: Mapping[str, int], waived: Mapping[str, Waived]
) -> list[str]:
    """Return everything that is not as expected, a line each.

    Args:
        found: What was found in the scenarios of one version of the specification.
        required: The scenarios that must have been run, each with how many checks it makes: one that
            cannot make them does not fail for it.
        waived: The checks that may fail, by scenario.
    """
    not_run = [f"{name}: must pass, and was not run" for name in required if name not in found]
    untested = [
        f"{name}: made {made} checks that count, expected {least}"
        for name, least in required.items()
        if name in found and (made := found[name].passed + len(found[name].failed)) < least
    ]
    failed = [
        f"{name}: {check} failed: {why}"
        for name, scenario in found.items()
        for check, why in scenario.failed.items()
        if check not in waived.get(name, {})
    ]
    in_vain = [
        f"{name}: {check} is waived, and did not fail"
        for name, checks in waived.items()
        for check in checks
        if name not in found or check not in found[name].failed
    ]
    return [*not_run, *untested, *failed, *in_vain]


def table(found: Mapping[str, Scenario], waived: Mapping[str, Waived]) -> list[str]:
    """Return a line for each scenario: how many checks passed, and what is to be said of the others."""
    widest = max(map(len, found), default=0)
    return [
        f"  {name:{widest}}  {scenario.passed:3} passed{_rest(scenario, waived.get(name, {}))}"
        for name, scenario in sorted(found.items())
    ]


def _rest(scenario: Scenario, waived: Waived) -> str:
    failed = [check for check in scenario.failed if check not in waived]
    excused = dict.fromkeys(waived[check] for check in scenario.failed if check in waived)
    told = (
        f", {len(failed)} FAILED" if failed else "",
        f", {len(scenario.failed) - len(failed)} waived: {'; '.join(excused)}" if excused else "",
        f", warned: {', '.join(scenario.warned)}" if scenario.warned else "",
    )
    return "".join(told)
