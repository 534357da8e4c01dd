"""What the conformance run calls wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from extended.conformance.results import Scenario, read_results
from extended.conformance.verdict import problems, table

if TYPE_CHECKING:
    from pathlib import Path

REASON = "needs the fixture tool test_it"


def test_nothing_is_wrong_when_all_that_failed_is_waived() -> None:
    found = {"ping": Scenario(passed=2), "calls": Scenario(passed=1, failed={"a": "no such tool"})}
    assert problems(found, {"ping": 2}, {"calls": {"a": REASON}}) == []


def test_a_failed_check_beside_a_waived_one_is_wrong() -> None:
    found = {"calls": Scenario(failed={"a": "no such tool", "b": "no answer"})}
    assert problems(found, {}, {"calls": {"a": REASON}}) == ["calls: b failed: no answer"]


def test_a_waived_check_that_passes_is_wrong() -> None:
    waived = {"calls": {"a": REASON}, "gone": {"b": REASON}}
    assert problems({"calls": Scenario(passed=1)}, {}, waived) == [
        "calls: a is waived, and did not fail",
        "gone: b is waived, and did not fail",
    ]


def test_a_required_scenario_that_was_not_run_is_wrong() -> None:
    assert problems({}, {"ping": 2}, {}) == ["ping: must pass, and was not run"]


def test_a_required_scenario_that_could_not_make_its_checks_is_wrong() -> None:
    found = {"lifecycle": Scenario(warned={"skipped": "no session"})}
    assert problems(found, {"lifecycle": 3}, {}) == ["lifecycle: made 0 checks that count, expected 3"]


def test_a_check_that_is_made_twice_fails_where_it_fails_once(tmp_path: Path) -> None:
    folder = tmp_path / "server-server-stateless-2026-11-22T23-38-49-100Z"
    folder.mkdir()
    made = [
        {"id": "a", "status": "SUCCESS", "description": "A."},
        {"id": "a", "status": "FAILURE", "description": "A.", "errorMessage": "not so"},
        {"id": "b", "status": "WARNING", "description": "B."},
        {"id": "c", "status": "SKIPPED", "description": "C."},
    ]
    (folder / "checks.json").write_text(json.dumps(made), "utf-8")
    assert read_results(tmp_path) == {"server-stateless": Scenario(1, {"a": "not so"}, {"b": "B."})}


def test_a_scenario_without_checks_has_failed(tmp_path: Path) -> None:
    folder = tmp_path / "server-ping-2026-11-22T23-38-49-100Z"
    folder.mkdir()
    (folder / "checks.json").write_text("[]", "utf-8")
    assert read_results(tmp_path)["ping"].failed


def test_each_scenario_has_a_line_that_tells_what_is_excused() -> None:
    found = {"calls": Scenario(1, {"a": "x", "b": "y"}, {"w": "z"}), "ping": Scenario(2)}
    assert table(found, {"calls": {"a": REASON}}) == [
        f"  calls    1 passed, 1 FAILED, 1 waived: {REASON}, warned: w",
        "  ping     2 passed",
    ]
