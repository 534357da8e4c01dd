"""`export naftiko`: the capability written where it was asked for, of the tools that were asked for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tools.naftiko import parts
from tools.naftiko.rules import breaches
from tools.naftiko.strict_yaml import read_strictly
from tools.naftiko.structure import faults
from vapi_sessions_mcp.cli import main
from vapi_sessions_mcp.commands.export_command import naftiko
from vapi_sessions_mcp.settings import Flags, resolve
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from tools.naftiko.parts import Json
    from vapi_sessions_mcp.settings import Settings

LIBRARY = Path(__file__).parents[2] / "documents" / "library.yaml"
KEY = "a-key-that-is-nobodys-business"


def settings(**flags: object) -> Settings:
    return resolve(Flags.model_validate(flags), {"VAPI_API_KEY": KEY})


def written(file: Path, made: Settings) -> Json:
    assert naftiko(made, str(file), spec="1.0.0-alpha3", force=True) == 0
    document: Json = read_strictly(file.read_text(encoding="utf-8"))
    assert faults(document) == []
    assert breaches(document) == []
    return document


def address(document: Json) -> str:
    ((_, adapter),) = parts.adapters(document, "consumes")
    found: str = adapter["baseUri"]
    return found


@pytest.mark.parametrize("spec", ["1.0.0-alpha2", "1.0.0-alpha3"])
def test_the_command_writes_the_version_that_is_asked_for(
    spec: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "vapi.yaml"
    assert main(["export", "naftiko", str(file), "--spec", spec]) == 0
    assert read_strictly(file.read_text(encoding="utf-8"))["naftiko"] == spec
    told = capsys.readouterr()
    assert (
        told.out
        == f"{file}: 5 operations of https://api.vapi.ai over MCP and REST and as a skill, Naftiko {spec}\n"
    )
    assert told.err == ""


def test_the_later_version_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "naftiko", "-"]) == 0
    assert read_strictly(capsys.readouterr().out)["naftiko"] == "1.0.0-alpha3"


def test_a_dash_prints_the_capability_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "vapi.yaml"
    written(file, settings())
    capsys.readouterr()
    naftiko(settings(), "-", spec="1.0.0-alpha3")
    told = capsys.readouterr()
    assert told.out == file.read_text(encoding="utf-8")
    assert told.err == ""


def test_the_key_is_not_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "vapi.yaml"
    written(file, settings())
    assert KEY not in file.read_text(encoding="utf-8")


def test_an_existing_file_is_overwritten_with_force_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "vapi.yaml"
    file.write_text("x: " + "y" * 100_000)
    assert main(["export", "naftiko", str(file)]) == 2
    assert f"{file} exists; add --force to overwrite it, or name another file" in capsys.readouterr().err
    assert file.read_text().startswith("x: yyy")
    assert main(["export", "naftiko", str(file), "--force"]) == 0
    assert faults(read_strictly(file.read_text(encoding="utf-8"))) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links and devices")
def test_a_link_to_nowhere_is_not_followed_and_a_device_is_written(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    assert main(["export", "naftiko", str(link)]) == 2
    assert main(["export", "naftiko", "/dev/null"]) == 0


def test_all_servers_listen_on_the_address_that_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "vapi.yaml"
    assert main(["export", "naftiko", str(file), "--address", "192.0.2.1"]) == 0
    document = read_strictly(file.read_text(encoding="utf-8"))
    assert [server["address"] for server in document["capability"]["exposes"]] == ["192.0.2.1"] * 3
    assert "whoever reaches 192.0.2.1 calls the API with your key" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1"])
def test_an_address_of_this_machine_needs_no_warning(
    address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "naftiko", "-", "--address", address]) == 0
    assert capsys.readouterr().err == ""


def test_an_address_with_a_port_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "naftiko", "-", "--address", "127.0.0.1:80"]) == 2
    printed = capsys.readouterr()
    assert "address (--address) is '127.0.0.1:80'; expected a host name or an IP address" in printed.err
    assert printed.out == ""


@pytest.mark.parametrize(
    "given",
    [
        ["--timeout", "5"],
        ["--sandbox-db", "sessions.sqlite"],
        ["--confirm", "delete_session"],
        ["--reveal-links"],
    ],
    ids=lambda given: given[0],
)
def test_a_flag_without_effect_is_refused(
    given: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["export", "naftiko", "vapi.yaml", *given]) == 2
    assert f"{given[0]} has no effect on a Naftiko capability; leave it out" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_confirmation_that_a_variable_asks_for_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VAPI_CONFIRM", "delete_session")
    assert main(["export", "naftiko", "-"]) == 2
    printed = capsys.readouterr()
    assert "it cannot keep VAPI_CONFIRM" in printed.err
    assert "leave those tools out with --tools" in printed.err
    assert printed.out == ""


@pytest.mark.parametrize(
    ("variable", "value"),
    [("VAPI_TIMEOUT", "5"), ("VAPI_SANDBOX_DB", "sessions.sqlite"), ("VAPI_REVEAL_LINKS", "true")],
)
def test_another_variable_without_effect_is_noted(
    variable: str,
    value: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(variable, value)
    assert main(["export", "naftiko", "-"]) == 0
    assert f"{variable} has no effect on a Naftiko capability\n" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("flags", [["--region", "eu"], ["--base-url", "https://proxy.test"]])
def test_an_address_of_the_api_beside_the_sandbox_is_refused(
    flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "naftiko", "-", "--sandbox", *flags]) == 2
    assert f"{flags[0]} has no effect beside the sandbox" in capsys.readouterr().err


def test_a_region_beside_a_base_url_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "naftiko", "-", "--base-url", "https://proxy.test", "--region", "eu"]) == 2
    assert "--region has no effect beside a base URL" in capsys.readouterr().err


def test_the_region_of_a_variable_is_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VAPI_REGION", "eu")
    assert main(["export", "naftiko", "-"]) == 0
    assert address(read_strictly(capsys.readouterr().out)) == "https://api.eu.vapi.ai"


def test_region_address_and_choice_of_tools_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "vapi.yaml"
    assert address(written(file, settings(region="eu"))) == "https://api.eu.vapi.ai"
    assert address(written(file, settings(base_url="https://proxy.test/vapi/"))) == "https://proxy.test/vapi"
    reading = written(file, settings(read_only=True))
    assert [tool["name"] for _, _, tool in parts.tools(reading)] == ["list-sessions", "get-session"]
    one = written(file, settings(tools="update_session"))
    assert [tool["name"] for _, _, tool in parts.tools(one)] == ["update-session"]


def test_the_sandbox_is_the_one_that_others_can_reach(tmp_path: Path) -> None:
    document = written(tmp_path / "vapi.yaml", settings(sandbox=True))
    assert address(document) == "http://127.0.0.1:8787"


def test_another_document_gives_a_capability_of_its_own_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = settings(openapi=str(LIBRARY), base_url="https://library.example")
    document = written(tmp_path / "library.yaml", made)
    assert document["info"]["label"] == "library.example"
    told = capsys.readouterr()
    assert "4 operations of https://library.example" in told.out
    assert "left out: GET /books, argument $sort: Naftiko has no name for it\n" in told.err


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (".", "Is a directory"),
        ("no-folder/vapi.yaml", "No such file or directory"),
        ("a-file/vapi.yaml", "Not a directory"),
        ("\0", "embedded null byte"),
    ],
)
def test_a_file_that_cannot_be_written_is_told_with_a_way_out(
    place: str, reason: str, tmp_path: Path
) -> None:
    (tmp_path / "a-file").write_text("")
    with pytest.raises(SettingsError) as refused:
        naftiko(settings(), f"{tmp_path}/{place}", spec="1.0.0-alpha3")
    assert f"cannot be written: {reason}; name a file in a folder that is there, or - to print it" in str(
        refused.value
    )
    assert [path.name for path in tmp_path.iterdir()] == ["a-file"]


def test_an_unknown_version_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["export", "naftiko", "-", "--spec", "1.0.0-alpha4"])
    assert ended.value.code == 2
    assert "1.0.0-alpha3" in capsys.readouterr().err
