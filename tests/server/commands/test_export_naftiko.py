"""`export naftiko`: the capability written where it was asked for, of the tools that were asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from naftiko import parts
from naftiko.rules import breaches
from naftiko.strict_yaml import read_strictly
from naftiko.structure import faults
from vapi_sessions_mcp.cli import main
from vapi_sessions_mcp.commands.export_command import naftiko
from vapi_sessions_mcp.settings import Flags, resolve
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from naftiko.parts import Json
    from vapi_sessions_mcp.settings import Settings

LIBRARY = Path(__file__).parents[2] / "documents" / "library.yaml"
KEY = "a-key-that-is-nobodys-business"


def settings(**flags: object) -> Settings:
    return resolve(Flags.model_validate(flags), {"VAPI_API_KEY": KEY})


def written(file: Path, made: Settings) -> Json:
    assert naftiko(made, str(file), spec="1.0.0-alpha3") == 0
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
    assert told.out == f"{file}: 5 operations of https://api.vapi.ai over MCP and REST, Naftiko {spec}\n"
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


def test_a_file_that_is_there_is_written_anew(tmp_path: Path) -> None:
    file = tmp_path / "vapi.yaml"
    file.write_text("x: " + "y" * 100_000)
    written(file, settings())


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
