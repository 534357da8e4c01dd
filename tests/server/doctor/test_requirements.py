"""Installed packages compared with the required ones."""

from __future__ import annotations

from importlib import metadata

import pytest

from vapi_sessions_mcp.doctor.requirements import dependencies, satisfies


@pytest.mark.parametrize(
    ("version", "rules", "verdict"),
    [
        ("2.3.0", ">=2.3,<3", True),
        ("2.3", ">=2.3.0", True),
        ("2.2.9", ">=2.3,<3", False),
        ("3.0", "<3,>=2.3", False),
        ("2.10", ">=2.9", True),
        ("1.0", "==1", True),
        ("1.0", "!=1.0", False),
        ("1.1", ">1.0", True),
        ("1.0", "<=1", True),
        ("1.0", "", True),
        ("3.0rc1", ">=2", None),
        ("3.0", "~=2.0", None),
    ],
)
def test_a_version_is_right_wrong_or_unknown(version: str, rules: str, *, verdict: bool | None) -> None:
    assert satisfies(version, rules) is verdict


def test_this_package_has_what_it_asks_for_and_what_extras_ask_for_is_left_out() -> None:
    found = {each.name: each for each in dependencies("vapi-sessions-mcp")}
    assert found["mcp"].right
    assert found["mcp"].installed == metadata.version("mcp")
    assert not found["mcp"].optional
    assert found["uvloop"].optional
    assert not any(name.startswith("opentelemetry-sdk") for name in found)


def test_what_is_not_installed_says_so() -> None:
    with pytest.raises(metadata.PackageNotFoundError):
        dependencies("no-such-distribution-at-all")
