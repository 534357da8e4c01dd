"""What runs here, and whether uv is needed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.doctor.installation import installation
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from vapi_sessions_mcp.doctor.finding import Finding


def found(*need_uv: str) -> dict[str, Finding]:
    return {each.name: each for each in installation(need_uv)}


def test_python_and_the_packages_are_told_with_their_versions() -> None:
    told = found()
    assert sys.executable in told["python"].found
    assert (told["packages"].status, __version__ in told["packages"].found) == ("ok", True)
    assert any(detail.startswith("mcp 2.") for detail in told["packages"].details)
    assert sys.prefix in told["command"].found


def test_uv_is_needed_only_where_a_configuration_starts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert found()["uv"].status == "skipped"
    needed = found("cursor")["uv"]
    assert (needed.status, "cursor" in needed.found) == ("warning", True)
    assert "https://docs.astral.sh/uv/" in needed.next_step
    uv = tmp_path / ("uv.exe" if sys.platform == "win32" else "uv")
    uv.touch(0o755)
    assert found("cursor")["uv"].status == "ok"


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ("anyio>=999", "problem", "anyio is "),
        ("no-such-package-at-all>=1", "problem", "no-such-package-at-all is missing; >=1 is asked for"),
        ("no-such-package-at-all; sys_platform == 'plan9'", "ok", "with 0 packages"),
        ("anyio~=4.0", "ok", "cannot be compared with what is asked for: anyio"),
        ("no-such-package-at-all; extra == 'more'", "ok", "with 0 packages"),
    ],
)
def test_packages_that_are_not_what_is_asked_for_are_a_problem(
    asked: str, status: str, words: str, *, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "vapi_sessions_mcp-1.0.dist-info"
    folder.mkdir()
    head = "Metadata-Version: 2.1\nName: vapi-sessions-mcp\nVersion: 1.0\n"
    (folder / "METADATA").write_text(f"{head}Requires-Dist: {asked}\n")
    monkeypatch.syspath_prepend(tmp_path)  # pyright: ignore[reportUnknownMemberType]
    packages = found()["packages"]
    assert packages.status == status
    assert words in packages.found
    assert packages.next_step or status == "ok"
