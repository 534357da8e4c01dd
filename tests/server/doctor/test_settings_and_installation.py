"""The installation, and each setting by itself: a bad one is reported and hides no other."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.doctor.installation import installation
from vapi_sessions_mcp.doctor.usable_settings import usable_settings
from vapi_sessions_mcp.settings import Flags
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from vapi_sessions_mcp.doctor.finding import Finding


def found(*need_uv: str) -> dict[str, Finding]:
    return {each.name: each for each in installation(need_uv)}


def test_python_and_the_packages_are_reported_with_their_versions() -> None:
    here = found()
    assert sys.executable in here["python"].found
    assert (here["packages"].status, __version__ in here["packages"].found) == ("ok", True)
    assert any(detail.startswith("mcp 2.") for detail in here["packages"].details)
    assert sys.prefix in here["command"].found


def test_uv_is_needed_only_where_it_is_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert found()["uv"].status == "skipped"
    needed = found("cursor")["uv"]
    assert (needed.status, "cursor" in needed.found) == ("warning", True)
    assert "https://docs.astral.sh/uv/" in needed.next_step
    (tmp_path / ("uv.exe" if sys.platform == "win32" else "uv")).touch(0o755)
    assert found("cursor")["uv"].status == "ok"


@pytest.mark.parametrize(
    ("required", "status", "words"),
    [
        ("anyio>=999", "problem", "anyio is "),
        ("no-such-package-at-all>=1", "problem", "no-such-package-at-all is missing; >=1 is asked for"),
        ("no-such-package-at-all; sys_platform == 'plan9'", "ok", "with 0 packages"),
        ("anyio~=4.0", "ok", "cannot be compared with what is asked for: anyio"),
        ("no-such-package-at-all; extra == 'more'", "ok", "with 0 packages"),
    ],
)
def test_packages_of_wrong_versions_are_a_problem(
    required: str, status: str, words: str, *, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "vapi_sessions_mcp-1.0.dist-info"
    folder.mkdir()
    head = "Metadata-Version: 2.1\nName: vapi-sessions-mcp\nVersion: 1.0\n"
    (folder / "METADATA").write_text(f"{head}Requires-Dist: {required}\n")
    monkeypatch.syspath_prepend(tmp_path)
    packages = found()["packages"]
    assert (packages.status, words in packages.found) == (status, True)
    assert packages.next_step or status == "ok"


def test_every_bad_setting_is_reported_and_the_others_are_used() -> None:
    environment = {"VAPI_READ_ONLY": "perhaps", "VAPI_CONFIRM": ",", "VAPI_TOOLS": "get_session"}
    usable = usable_settings(Flags(timeout="soon", log_level="loud", region="eu"), environment)
    assert [each.name for each in usable.findings] == ["timeout", "read-only", "confirm", "log-level"]
    assert all(each.status == "problem" and each.next_step for each in usable.findings)
    assert "'soon'" in usable.findings[0].found
    assert (usable.settings.tools, usable.settings.base_url) == (("get_session",), "https://api.eu.vapi.ai")
    assert usable.address_known
    assert [each.status for each in usable_settings(Flags(), {"VAPI_TIMEOUT": "9"}).findings] == ["ok"]


@pytest.mark.parametrize(
    ("flags", "environment", "finding"),
    [
        (Flags(tools="delete_session"), {"VAPI_TOOLS": "get_session"}, ("tools", "problem")),
        (Flags(openapi="other.yaml"), {"VAPI_TOOLS": "get_session"}, ("openapi", "problem")),
        (Flags(), {"VAPI_READ_ONLY": "${user_config.read_only}"}, ("VAPI_READ_ONLY", "warning")),
    ],
)
def test_a_setting_that_would_loosen_a_restriction_is_reported(
    flags: Flags, environment: dict[str, str], finding: tuple[str, str]
) -> None:
    usable = usable_settings(flags, environment)
    assert [(each.name, each.status) for each in usable.findings] == [finding]
    assert usable.settings.openapi is None


def test_the_address_is_not_guessed_from_bad_settings() -> None:
    for name, value in (
        ("REGION", "mars"),
        ("BASE_URL", "ftp://ada:enchanting@host"),
        ("SANDBOX", "perhaps"),
    ):
        usable = usable_settings(Flags(), {f"VAPI_{name}": value, "VAPI_TIMEOUT": "9"})
        assert not usable.address_known
        assert "enchanting" not in str(usable.findings)
