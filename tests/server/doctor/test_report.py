"""What was found, told to people and to programs."""

from __future__ import annotations

import json

from vapi_sessions_mcp.doctor.finding import Finding
from vapi_sessions_mcp.doctor.report import as_json, as_text, healthy

FINE = Finding("installation", "python", "ok", "CPython", details=("a detail",), milliseconds=3)
DRIFT = Finding("contract", "drift", "warning", "differs", "Wait.", tuple(f"line {n}" for n in range(9)))
BROKEN = Finding("api", "call", "problem", "the key is refused " * 12, "Use the private one.")
SKIPPED = Finding("network", "TLS", "skipped", "not here")


def text(*findings: Finding, colour: bool = False) -> str:
    return as_text(findings, width=80, colour=colour)


def test_only_a_problem_is_unhealthy() -> None:
    assert healthy([FINE, DRIFT, SKIPPED])
    assert not healthy([FINE, BROKEN])


def test_each_has_its_line_under_its_group_with_the_way_out_below() -> None:
    told = text(BROKEN, FINE, DRIFT, SKIPPED)
    assert told.splitlines()[:2] == ["Installation", "  ok       python  CPython"]
    assert told.index("Network") < told.index("API") < told.index("Contract")
    assert "-> Use the private one." in told
    assert told.endswith("Not healthy: 1 problem, 1 warning, 1 ok, 1 skipped.")
    assert max(map(len, told.splitlines())) <= 80


def test_long_texts_hang_below_where_they_begin() -> None:
    first, second, *_ = text(BROKEN).splitlines()[1:]
    assert second.index("the key" if second.strip().startswith("the") else second.strip()[:3]) == first.index(
        "the"
    )


def test_of_many_details_the_first_are_told_and_of_what_is_fine_none() -> None:
    told = text(DRIFT, FINE)
    assert "| line 4" in told
    assert "line 5" not in told
    assert "| and 4 more" in told
    assert "a detail" not in told


def test_words_of_others_move_no_cursor() -> None:
    told = text(Finding("api", "call", "problem", "\x1b[2J\x07 gone", "Now\r."))
    assert "\x1b" not in told
    assert "\\x1b[2J" in told


def test_colours_are_for_terminals() -> None:
    assert "\x1b[31mproblem" in text(BROKEN, colour=True)
    assert "\x1b" not in text(BROKEN)


def test_programs_get_all_of_it_as_one_document() -> None:
    told = json.loads(as_json([FINE, DRIFT, BROKEN]))
    assert told["healthy"] is False
    assert told["checks"][0] == {
        "group": "installation",
        "name": "python",
        "status": "ok",
        "found": "CPython",
        "details": ["a detail"],
        "milliseconds": 3,
    }
    assert told["checks"][1]["next"] == "Wait."
    assert len(told["checks"][1]["details"]) == 9
