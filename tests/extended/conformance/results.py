"""What the suite found: the checks of each scenario, as it wrote them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_FOLDER = re.compile(r"server-(?P<scenario>.+)-\d{4}-\d{2}-\d{2}T[\d-]+Z")
"""A scenario's folder: its name, and when it ran."""


@dataclass
class Scenario:
    """What was found in one scenario.

    Args:
        passed: How many checks passed.
        failed: The checks that failed, each with why.
        warned: The checks that are no fault but could be better, each with why.
    """

    passed: int = 0
    failed: dict[str, str] = field(default_factory=dict[str, str])
    warned: dict[str, str] = field(default_factory=dict[str, str])


def read_results(folder: Path) -> dict[str, Scenario]:
    """Return the scenarios that were run, by name.

    Args:
        folder: The one the suite wrote into.
    """
    found: dict[str, Scenario] = {}
    for file in sorted(folder.glob("*/checks.json")):
        name = _FOLDER.fullmatch(file.parent.name)
        assert name, f"{file.parent.name} is no scenario's folder"
        found[name["scenario"]] = _scenario(file)
    return found


def _scenario(file: Path) -> Scenario:
    """Return what a scenario's file says; one that never came to its checks has failed.

    A check may be made several times; it fails where it fails once.
    """
    checks = json.loads(file.read_text("utf-8"))
    scenario = Scenario() if checks else Scenario(failed={"none": "the scenario made no check"})
    for check in checks:
        why = check.get("errorMessage") or check["description"]
        if check["status"] == "SUCCESS":
            scenario.passed += 1
        elif check["status"] == "FAILURE":
            scenario.failed[check["id"]] = why
        elif check["status"] == "WARNING":
            scenario.warned[check["id"]] = why
    return scenario
