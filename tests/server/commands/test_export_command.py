"""`export openai`, `openai-chat`, `anthropic` and `skill`: the tools of the settings, in another form."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_mcp.cli import main
from vapi_sessions_mcp.commands.export_command import definitions, skill
from vapi_sessions_mcp.settings import Flags, resolve
from vapi_sessions_tools.definitions import FORMS
from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from vapi_sessions_tools.definitions import Form

LIBRARY = Path(__file__).parents[2] / "documents" / "library.yaml"
ALL = ["create_session", "list_sessions", "get_session", "update_session", "delete_session"]
READING = ["list_sessions", "get_session"]


def printed(capsys: pytest.CaptureFixture[str], form: Form, **flags: Any) -> list[dict[str, Any]]:
    assert definitions(resolve(Flags(**flags), {}), form) == 0
    told: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return told


def names(defined: list[dict[str, Any]]) -> list[str]:
    return [each.get("function", each)["name"] for each in defined]


class TestDefinitions:
    @pytest.mark.parametrize("form", FORMS)
    def test_the_tools_of_the_settings_are_printed(
        self, capsys: pytest.CaptureFixture[str], form: Form
    ) -> None:
        assert names(printed(capsys, form)) == ALL
        assert names(printed(capsys, form, read_only=True)) == READING
        assert names(printed(capsys, form, tools="delete_session,get_session")) == [
            "get_session",
            "delete_session",
        ]

    @pytest.mark.parametrize("form", FORMS)
    def test_another_document_has_its_own(self, capsys: pytest.CaptureFixture[str], form: Form) -> None:
        made = printed(capsys, form, openapi=str(LIBRARY), base_url="https://library.example")
        assert made
        assert not {*names(made)} & {*ALL}

    @pytest.mark.parametrize("form", FORMS)
    def test_the_command_line_has_a_word_for_each(
        self, capsys: pytest.CaptureFixture[str], form: Form
    ) -> None:
        assert main(["export", form, "--read-only"]) == 0
        assert names(json.loads(capsys.readouterr().out)) == READING

    def test_what_is_not_ascii_stays_readable_on_every_console(self) -> None:
        told = subprocess.run(
            [sys.executable, "-m", "vapi_sessions_mcp", "export", "openai"],
            env={"PYTHONIOENCODING": "ascii"},
            capture_output=True,
            timeout=60,
            check=True,
        )
        assert names(json.loads(told.stdout)) == ALL

    def test_a_tool_that_is_not_there_is_told(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["export", "anthropic", "--tools", "list_session"]) == 2
        assert "did you mean list_sessions?" in capsys.readouterr().err


class TestSkill:
    def test_it_is_written_into_a_folder_of_its_own(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        assert main(["export", "skill", str(tmp_path / "skills")]) == 0
        made = tmp_path / "skills" / "vapi-sessions"
        assert capsys.readouterr().out == f"{made}: SKILL.md and 6 references, on 5 tools\n"
        text = (made / "SKILL.md").read_text(encoding="utf-8")
        assert f'\n  version: "{__version__}"\n' in text
        assert sorted(path.stem for path in (made / "references").iterdir()) == sorted([*ALL, "types"])

    def test_it_tells_of_the_chosen_tools_alone_and_how_to_hold_an_agent_to_them(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        assert main(["export", "skill", str(tmp_path)]) == 0
        assert main(["export", "skill", str(tmp_path), "--read-only"]) == 0
        assert "set VAPI_READ_ONLY or VAPI_TOOLS where it runs" in capsys.readouterr().out
        made = tmp_path / "vapi-sessions"
        assert sorted(path.stem for path in (made / "references").iterdir()) == sorted(READING)
        assert "delete_session" not in (made / "SKILL.md").read_text(encoding="utf-8")

    def test_a_home_is_expanded(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("USERPROFILE", str(tmp_path))
        assert skill(resolve(Flags(), {}), "~/skills") == 0
        assert (tmp_path / "skills" / "vapi-sessions" / "SKILL.md").exists()

    @pytest.mark.parametrize("text", ["~no-such-user/skills"])
    def test_a_home_that_nobody_has_is_told(self, text: str) -> None:
        with pytest.raises(SettingsError, match="no-such-user/skills cannot be written"):
            skill(resolve(Flags(), {}), text)

    def test_a_file_of_somebody_else_is_told_on_one_line(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        (tmp_path / "vapi-sessions").mkdir()
        (tmp_path / "vapi-sessions" / "SKILL.md").write_text("mine", encoding="utf-8")
        assert main(["export", "skill", str(tmp_path)]) == 2
        told = capsys.readouterr()
        assert "SKILL.md is there, and vapi-sessions-mcp did not write it; move it away" in told.err
        assert (told.out, told.err.count("\n")) == ("", 1)

    def test_another_document_makes_none(self, tmp_path: Path) -> None:
        with pytest.raises(SettingsError, match="leave out --openapi"):
            skill(resolve(Flags(openapi=str(LIBRARY)), {}), str(tmp_path))
        assert list(tmp_path.iterdir()) == []


def test_without_a_form_the_forms_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["export"])
    assert "say openai, openai-chat, anthropic, skill or naftiko" in capsys.readouterr().err
