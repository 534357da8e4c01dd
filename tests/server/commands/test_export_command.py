"""`export openai`, `openai-chat`, `anthropic` and `skill`: the tools of the settings, in another form."""

from __future__ import annotations

import json
import os
import re
import shlex
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


SETTINGS = [
    ["--region", "eu"],
    ["--base-url", "https://proxy.test/vapi"],
    ["--timeout", "7.5"],
    ["--sandbox"],
    ["--sandbox-db", "kept.sqlite"],
    ["--confirm", "delete_session"],
    ["--reveal-links"],
]
"""Flags of settings that matter when a call is made, each with its value."""

BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


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

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize("flags", SETTINGS, ids=lambda flags: flags[0])
    def test_a_flag_without_effect_is_refused(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path, form: Form, flags: list[str]
    ) -> None:
        flags = [str(tmp_path / flag) if flag == "kept.sqlite" else flag for flag in flags]
        assert main(["export", form, *flags]) == 2
        printed = capsys.readouterr()
        assert f"{flags[0]} has no effect on tool definitions; leave it out\n" in printed.err
        assert printed.out == ""
        assert list(tmp_path.iterdir()) == []

    def test_a_flag_that_is_empty_is_not_given(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["export", "openai", "--region", "", "--confirm", "${CONFIRM}"]) == 0
        assert names(json.loads(capsys.readouterr().out)) == ALL

    def test_variables_of_the_shell_are_not_refused_and_make_no_file(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("VAPI_REGION", "eu")
        monkeypatch.setenv("VAPI_SANDBOX_DB", str(tmp_path / "kept.sqlite"))
        assert main(["export", "openai"]) == 0
        assert names(json.loads(capsys.readouterr().out)) == ALL
        assert list(tmp_path.iterdir()) == []

    def test_a_base_url_has_its_effect_beside_a_document(self, capsys: pytest.CaptureFixture[str]) -> None:
        document = ["--openapi", str(LIBRARY), "--base-url", "https://library.example"]
        assert main(["export", "openai", *document]) == 0
        assert json.loads(capsys.readouterr().out)


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

    def test_it_describes_the_chosen_tools_alone_and_says_that_a_restriction_can_be_left_out(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        assert main(["export", "skill", str(tmp_path)]) == 0
        assert main(["export", "skill", str(tmp_path), "--read-only", "--force"]) == 0
        assert "can leave these restrictions out of a command" in capsys.readouterr().out
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
        assert "SKILL.md exists; add --force to overwrite it, or name another folder" in told.err
        assert (told.out, told.err.count("\n")) == ("", 1)
        assert main(["export", "skill", str(tmp_path), "--force"]) == 0

    def test_the_same_export_again_changes_nothing_and_needs_no_force(self, tmp_path: Path) -> None:
        assert main(["export", "skill", str(tmp_path)]) == 0
        assert main(["export", "skill", str(tmp_path)]) == 0
        assert main(["export", "skill", str(tmp_path), "--region", "eu"]) == 2

    def test_another_document_makes_none(self, tmp_path: Path) -> None:
        with pytest.raises(SettingsError, match="leave out --openapi"):
            skill(resolve(Flags(openapi=str(LIBRARY)), {}), str(tmp_path))
        assert list(tmp_path.iterdir()) == []


class TestCommandsOfTheSkill:
    @pytest.mark.parametrize(
        ("flags", "variables", "options"),
        [
            *((flags, {}, flags) for flags in SETTINGS),
            (["--region", "us"], {"VAPI_REGION": "eu"}, ["--region", "us"]),
            ([], {"VAPI_REGION": "eu"}, ["--region", "eu"]),
            ([], {"VAPI_API_BASE_URL": "http://127.0.0.1:8787/"}, ["--base-url", "http://127.0.0.1:8787"]),
            ([], {"VAPI_TIMEOUT": "50"}, ["--timeout", "50"]),
            ([], {"VAPI_SANDBOX": "1"}, ["--sandbox"]),
            ([], {"VAPI_SANDBOX_DB": "kept.sqlite"}, ["--sandbox-db", "kept.sqlite"]),
            ([], {"VAPI_CONFIRM": "delete_session, update_session"}, None),
            ([], {"VAPI_REVEAL_LINKS": "true"}, ["--reveal-links"]),
            ([], {"VAPI_READ_ONLY": "true"}, ["--read-only"]),
            ([], {"VAPI_TOOLS": "get_session"}, ["--tools", "get_session"]),
            ([], {"VAPI_LOG_LEVEL": "error"}, ["--log-level", "error"]),
            (["--read-only", "--timeout", "5"], {}, ["--timeout", "5", "--read-only"]),
            (["--sandbox"], {"VAPI_REGION": "eu", "VAPI_REVEAL_LINKS": "false"}, ["--sandbox"]),
            ([], {}, []),
        ],
        ids=str,
    )
    def test_each_has_the_settings_of_the_export(
        self,
        flags: list[str],
        variables: dict[str, str],
        options: list[str] | None,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.chdir(tmp_path)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        assert main(["export", "skill", "skills", *flags]) == 0
        expected = ["--confirm", "delete_session,update_session"] if options is None else options
        expected = [str(tmp_path / word) if word == "kept.sqlite" else word for word in expected]
        text = (tmp_path / "skills" / "vapi-sessions" / "SKILL.md").read_text(encoding="utf-8")
        blocks = BLOCK.findall(text)
        assert len(blocks) > 4
        for block in blocks:
            _, _, rest = block.partition("vapi-sessions-mcp ")
            command, *words = shlex.split(rest.partition("\n")[0].replace("<<", ""))
            assert command in ("call", "transcript")
            assert words[: len(expected)] == expected
        assert ("exported this skill with" in text) == bool(expected)
        assert ("EU add `--region eu`" in text) == (
            not {"--region", "--base-url", "--sandbox", "--sandbox-db"} & {*expected}
        )
        assert list(tmp_path.iterdir()) == [tmp_path / "skills"]

    def test_they_work_in_any_folder_without_the_program_on_the_path(self, tmp_path: Path) -> None:
        kept = tmp_path / "it's `mine` & $HOME"
        elsewhere = tmp_path / "elsewhere"
        kept.mkdir()
        elsewhere.mkdir()
        flags = ["--sandbox-db", str(kept / "kept.sqlite"), "--tools", "create_session,list_sessions"]
        assert main(["export", "skill", str(kept), *flags]) == 0
        text = (kept / "vapi-sessions" / "SKILL.md").read_text(encoding="utf-8")
        create, listing = BLOCK.findall(text)[:2]
        assert b'"name":"Order 1042"' in shell(create, elsewhere).stdout
        assert b'"name":"Order 1042"' in shell(listing, elsewhere).stdout
        deleted = shell(listing.replace("list_sessions '", "delete_session '"), elsewhere)
        assert deleted.returncode == 2
        assert b"there is no tool 'delete_session'" in deleted.stderr
        look_up = re.search(r"^``? ?(sed .*?) ?``?\.$", text, re.MULTILINE)
        assert look_up is not None
        shown = shell(look_up[1].replace("NAME", "LMNTVoice"), elsewhere).stdout
        assert shown.startswith(b"## LMNTVoice\n")
        assert list(elsewhere.iterdir()) == []

    def test_a_program_on_the_path_is_called_by_its_name(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        script = Path(sys.executable).parent / "vapi-sessions-mcp"
        (tmp_path / "bin").mkdir()
        link = tmp_path / "bin" / "vapi-sessions-mcp"
        link.symlink_to(script)
        assert exported_program(tmp_path, monkeypatch, str(link.parent)) == "vapi-sessions-mcp"

    def test_a_program_of_an_activated_environment_is_called_by_its_path(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        script = Path(sys.executable).parent / "vapi-sessions-mcp"
        assert exported_program(tmp_path, monkeypatch, str(script.parent)) == str(script)

    def test_another_program_of_the_name_is_not_called(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = tmp_path / "bin" / "vapi-sessions-mcp"
        other.parent.mkdir()
        other.write_text("#!/bin/sh\n")
        other.chmod(0o755)
        script = Path(sys.executable).parent / "vapi-sessions-mcp"
        assert exported_program(tmp_path, monkeypatch, str(other.parent)) == str(script)


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Run a command as an agent does whose environment has nothing of the export's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VAPI_")}
    return subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env={**kept, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        timeout=60,
        check=False,
    )


def exported_program(folder: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> str:
    """Return what the skill's commands call the program when it is exported with a `PATH`."""
    monkeypatch.setenv("PATH", path)
    assert main(["export", "skill", str(folder / "skills")]) == 0
    text = (folder / "skills" / "vapi-sessions" / "SKILL.md").read_text(encoding="utf-8")
    return shlex.split(BLOCK.findall(text)[1])[0]


def test_without_a_form_the_forms_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["export"])
    assert "say openai, openai-chat, anthropic, skill or naftiko" in capsys.readouterr().err
