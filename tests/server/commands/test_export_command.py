"""`export`: the tools of the settings as definitions, as a skill, and as a Naftiko capability."""

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
import yaml

from in_process import run_main
from vapi_sessions_mcp.commands.export_command import naftiko, skill
from vapi_sessions_mcp.commands.export_settings import program_launch
from vapi_sessions_mcp.settings import Flags, resolve
from vapi_sessions_tools.definitions import FORMS
from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from vapi_sessions_tools.definitions import Form

LIBRARY = str(Path(__file__).parents[2] / "documents" / "library.yaml")
ALL = ["create_session", "list_sessions", "get_session", "update_session", "delete_session"]
READING = ["list_sessions", "get_session"]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
POSIX = pytest.mark.skipif(os.name != "posix", reason="POSIX shells, links and devices")

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


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the program is run."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(printed: str) -> list[str]:
    return [each.get("function", each)["name"] for each in json.loads(printed)]


class TestDefinitions:
    @pytest.mark.parametrize("form", FORMS)
    def test_tools_of_the_settings_are_printed(self, form: Form) -> None:
        assert names(run_main("export", form).out) == ALL
        assert names(run_main("export", form, "--read-only").out) == READING
        flags = ("--openapi", LIBRARY, "--base-url", "https://library.example")
        made = names(run_main("export", form, *flags).out)
        assert made
        assert not {*made} & {*ALL}

    @pytest.mark.parametrize("flags", SETTINGS, ids=lambda flags: flags[0])
    def test_flag_without_effect_is_refused(self, folder: Path, flags: list[str]) -> None:
        ended = run_main("export", "openai", *flags)
        assert (ended.status, ended.out, ended.err.count("\n")) == (2, "", 1)
        assert f"{flags[0]} has no effect on tool definitions" in ended.err
        assert list(folder.iterdir()) == []

    def test_empty_flag_is_not_given(self) -> None:
        assert names(run_main("export", "openai", "--region", "", "--confirm", "${CONFIRM}").out) == ALL


def exported_skill(*flags: str, **variables: str) -> str:
    """Export a skill into this folder and return its text."""
    ended = run_main("export", "skill", ".", *flags, **variables)
    assert ended.status == 0, ended.err
    return Path("vapi-sessions/SKILL.md").read_text(encoding="utf-8")


class TestSkill:
    def test_it_is_written_into_a_folder_of_its_own(self, folder: Path) -> None:
        ended = run_main("export", "skill", str(folder / "skills"))
        made = folder / "skills" / "vapi-sessions"
        assert (ended.status, ended.err) == (0, "")
        assert ended.out == f"{made}: SKILL.md and 6 references, on 5 tools\n"
        text = (made / "SKILL.md").read_text(encoding="utf-8")
        assert f'\n  version: "{__version__}"\n' in text
        assert sorted(path.stem for path in (made / "references").iterdir()) == sorted([*ALL, "types"])
        ended = run_main("export", "skill", str(folder / "skills"), "--read-only", "--force")
        assert "can leave these restrictions out" in ended.out
        assert sorted(path.stem for path in (made / "references").iterdir()) == sorted(READING)

    def test_home_is_expanded(self, folder: Path) -> None:
        homes = {"HOME": str(folder), "USERPROFILE": str(folder)}
        assert run_main("export", "skill", "~/skills", **homes).status == 0
        assert (folder / "skills" / "vapi-sessions" / "SKILL.md").exists()
        with pytest.raises(SettingsError, match="no-such-user/skills cannot be written"):
            skill(resolve(Flags(), {}), "~no-such-user/skills")

    def test_other_files_are_overwritten_with_force_alone(self, folder: Path) -> None:
        (folder / "vapi-sessions").mkdir()
        (folder / "vapi-sessions" / "SKILL.md").write_text("mine", encoding="utf-8")
        ended = run_main("export", "skill", ".")
        assert (ended.status, ended.out, ended.err.count("\n")) == (2, "", 1)
        assert "SKILL.md exists; add --force" in ended.err
        exported_skill("--force")
        assert run_main("export", "skill", ".").status == 0, "the same export again changes nothing"
        assert run_main("export", "skill", ".", "--region", "eu").status == 2

    def test_another_document_has_none(self, folder: Path) -> None:
        ended = run_main("export", "skill", ".", "--openapi", LIBRARY, "--base-url", "https://x.example")
        assert ended.status == 2
        assert "leave out --openapi" in ended.err
        assert list(folder.iterdir()) == []

    @pytest.mark.parametrize(
        ("flags", "variables", "options"),
        [
            *((flags, {}, flags) for flags in SETTINGS),
            (["--region", "us"], {"VAPI_REGION": "eu"}, ["--region", "us"]),
            ([], {"VAPI_API_BASE_URL": "http://127.0.0.1:8787/"}, ["--base-url", "http://127.0.0.1:8787"]),
            ([], {"VAPI_TIMEOUT": "50", "VAPI_READ_ONLY": "true"}, ["--timeout", "50", "--read-only"]),
            ([], {"VAPI_TOOLS": "get_session"}, ["--tools", "get_session"]),
            ([], {"VAPI_LOG_LEVEL": "error"}, ["--log-level", "error"]),
            (["--sandbox"], {"VAPI_REGION": "eu", "VAPI_REVEAL_LINKS": "false"}, ["--sandbox"]),
            ([], {}, []),
        ],
        ids=str,
    )
    def test_its_commands_have_the_settings_of_the_export(
        self, flags: list[str], variables: dict[str, str], options: list[str], folder: Path
    ) -> None:
        text = exported_skill(*flags, **variables)
        expected = [str(folder / word) if word == "kept.sqlite" else word for word in options]
        blocks = BLOCK.findall(text)
        assert len(blocks) > 4
        for block in blocks:
            _, _, rest = block.partition("vapi-sessions-mcp ")
            command, *words = shlex.split(rest.partition("\n")[0].replace("<<", ""))
            assert command in ("call", "transcript")
            assert words[: len(expected)] == expected
        assert ("exported this skill with" in text) == bool(expected)
        fixed = {"--region", "--base-url", "--sandbox", "--sandbox-db"}
        assert ("EU add `--region eu`" in text) == (not fixed & {*expected})
        assert [path.name for path in folder.iterdir()] == ["vapi-sessions"]

    @POSIX
    def test_its_commands_work_in_any_folder_without_the_program_on_the_path(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kept, elsewhere = folder / "it's `mine` & $HOME", folder / "elsewhere"
        kept.mkdir()
        elsewhere.mkdir()
        monkeypatch.chdir(kept)
        text = exported_skill("--sandbox-db", str(kept / "kept.sqlite"), "--tools", ",".join(ALL[:2]))
        create, listing = BLOCK.findall(text)[:2]
        look_up = re.search(r"^``? ?(sed .*?) ?``?\.$", text, re.MULTILINE)
        assert look_up is not None
        script = "\n".join([create, listing, look_up[1].replace("NAME", "LMNTVoice")])
        kept_variables = {name: value for name, value in os.environ.items() if not name.startswith("VAPI_")}
        env = {**kept_variables, "PATH": "/usr/bin:/bin"}
        ended = subprocess.run(
            ["sh", "-ec", script], cwd=elsewhere, env=env, capture_output=True, timeout=60, check=True
        )
        assert ended.stdout.count(b'"name":"Order 1042"') == 2, "created, then listed"
        assert b"\n## LMNTVoice\n" in ended.stdout
        assert list(elsewhere.iterdir()) == []


@POSIX
def test_program_is_called_by_its_name_where_the_path_lasts(folder: Path) -> None:
    script = Path(sys.executable).parent / "vapi-sessions-mcp"
    (folder / "links").mkdir()
    (folder / "links" / "vapi-sessions-mcp").symlink_to(script)
    assert program_launch({"PATH": str(folder / "links")}) == ("vapi-sessions-mcp",)
    assert program_launch({"PATH": str(script.parent)}) == (str(script),), "an activated environment"
    other = folder / "bin" / "vapi-sessions-mcp"
    other.parent.mkdir()
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    assert program_launch({"PATH": str(other.parent)}) == (str(script),), "another program of the name"


def capability(*flags: str) -> Any:
    """Return the capability that is printed."""
    ended = run_main("export", "naftiko", "-", *flags)
    assert ended.status == 0, ended.err
    return yaml.safe_load(ended.out)


class TestNaftiko:
    def test_version_is_the_one_asked_for(self, folder: Path) -> None:
        ended = run_main("export", "naftiko", "vapi.yaml", VAPI_API_KEY="a-key-of-nobody")
        assert (ended.status, ended.err) == (0, "")
        assert "5 operations of https://api.vapi.ai" in ended.out
        text = (folder / "vapi.yaml").read_text(encoding="utf-8")
        assert yaml.safe_load(text)["naftiko"] == "1.0.0-alpha3"
        assert "a-key-of-nobody" not in text
        assert capability("--spec", "1.0.0-alpha2")["naftiko"] == "1.0.0-alpha2"

    def test_existing_file_is_overwritten_with_force_alone(self, folder: Path) -> None:
        file = folder / "vapi.yaml"
        file.write_text("x: " + "y" * 100_000)
        ended = run_main("export", "naftiko", "vapi.yaml")
        assert ended.status == 2
        assert "vapi.yaml exists; add --force" in ended.err
        assert file.read_text().startswith("x: yyy")
        assert run_main("export", "naftiko", "vapi.yaml", "--force").status == 0
        assert yaml.safe_load(file.read_text(encoding="utf-8"))["naftiko"]
        assert run_main("export", "naftiko", os.devnull).status == 0, "it loses nothing"

    @pytest.mark.parametrize("place", [".", "no-folder/vapi.yaml", "a-file/vapi.yaml", "\0"])
    def test_file_that_cannot_be_written_is_reported(self, folder: Path, place: str) -> None:
        (folder / "a-file").write_text("")
        with pytest.raises(SettingsError, match=r"cannot be written: [^;]+; name a file"):
            naftiko(resolve(Flags(), {}), place, spec="1.0.0-alpha3")
        assert [path.name for path in folder.iterdir()] == ["a-file"]

    @pytest.mark.parametrize(
        ("flags", "words"),
        [
            ("--timeout 5", "--timeout has no effect on a Naftiko capability"),
            ("--sandbox-db kept.sqlite", "--sandbox-db has no effect"),
            ("--confirm delete_session", "--confirm has no effect"),
            ("--reveal-links", "--reveal-links has no effect"),
            ("--sandbox --base-url https://proxy.test", "--base-url has no effect beside the sandbox"),
            ("--base-url https://proxy.test --region eu", "--region has no effect beside a base URL"),
            ("--address 127.0.0.1:80", "expected a host name or an IP address"),
        ],
    )
    def test_flag_without_effect_is_refused(self, folder: Path, flags: str, words: str) -> None:
        ended = run_main("export", "naftiko", "vapi.yaml", *flags.split())
        assert (ended.status, ended.out) == (2, "")
        assert words in ended.err
        assert list(folder.iterdir()) == []

    def test_variable_without_effect_is_noted_and_a_restriction_refused(self, folder: Path) -> None:
        variables = {"VAPI_TIMEOUT": "5", "VAPI_SANDBOX_DB": "kept.sqlite", "VAPI_REVEAL_LINKS": "true"}
        ended = run_main("export", "naftiko", "-", **variables)
        assert ended.status == 0
        assert [name for name in variables if name not in ended.err] == []
        assert list(folder.iterdir()) == []
        refused = run_main("export", "naftiko", "-", VAPI_CONFIRM="delete_session")
        assert (refused.status, refused.out) == (2, "")
        assert "it cannot keep VAPI_CONFIRM" in refused.err

    @pytest.mark.parametrize("address", ["192.0.2.1", "localhost", "::1"])
    def test_address_that_others_reach_is_warned_of(self, address: str) -> None:
        ended = run_main("export", "naftiko", "-", "--address", address)
        document = yaml.safe_load(ended.out)
        assert [server["address"] for server in document["capability"]["exposes"]] == [address] * 3
        assert (f"whoever reaches {address} calls the API with your key" in ended.err) is (
            address == "192.0.2.1"
        )

    @pytest.mark.parametrize(
        ("flags", "url"),
        [
            (["--region", "eu"], "https://api.eu.vapi.ai"),
            (["--base-url", "https://proxy.test/vapi/"], "https://proxy.test/vapi"),
            (["--sandbox"], "http://127.0.0.1:8787"),
        ],
    )
    def test_api_is_the_one_of_the_settings(self, flags: list[str], url: str) -> None:
        (consumed,) = capability(*flags)["capability"]["consumes"]
        assert consumed["baseUri"] == url

    def test_tools_and_the_name_are_those_of_the_settings(self, folder: Path) -> None:
        flags = ("--openapi", LIBRARY, "--base-url", "https://library.example")
        assert capability(*flags)["info"]["label"] == "library.example"
        ended = run_main("export", "naftiko", "library.yaml", *flags)
        assert "delete-session" not in json.dumps(capability("--read-only"))
        assert "4 operations of https://library.example" in ended.out
        assert "left out: GET /books, argument $sort: " in ended.err
