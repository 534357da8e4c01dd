"""What the changelog must say before a release."""

from __future__ import annotations

import pytest

from release.changelog import obstacles, sections

READY = """\
# Changelog

## [Unreleased]

## [1.2.0] - 2026-11-23

### Added

- A thing.

## [1.1.0] - 2026-10-01

- The thing before.
"""


def test_a_version_is_told_by_what_stands_below_its_heading() -> None:
    assert sections(READY) == {
        "Unreleased": "",
        "1.2.0": "### Added\n\n- A thing.",
        "1.1.0": "- The thing before.",
    }


def test_a_section_of_its_own_with_a_date_is_ready() -> None:
    assert obstacles(READY, "1.2.0") == []
    assert obstacles(READY.replace("## [Unreleased]\n\n", ""), "1.2.0") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (READY.replace("[Unreleased]\n", "[Unreleased]\n\n- Left behind.\n"), "under [Unreleased]"),
        (READY.replace("[1.2.0]", "[1.3.0]"), "says nothing of 1.2.0: write a section"),
        (READY.replace("### Added\n\n- A thing.\n", ""), "says nothing of 1.2.0: write a section"),
        (READY.replace(" - 2026-11-23", ""), "does not say when 1.2.0 was released: add"),
    ],
    ids=["entries without a version", "another version", "an empty section", "no date"],
)
def test_anything_else_is_not_and_the_way_out_is_told(text: str, told: str) -> None:
    (obstacle,) = obstacles(text, "1.2.0")
    assert told in obstacle
