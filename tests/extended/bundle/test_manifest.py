"""The manifest says what the server does, in the words that the server and the project have for it."""

from __future__ import annotations

import json
import os
import re
import struct
import tomllib
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from bundle import draw_icon
from release.project import ROOT, read_project
from vapi_sessions_mcp.settings import Flags, resolve
from vapi_sessions_tools.credential import Credential, MissingKey
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

PLACE = ROOT / "manifest.json"
PROJECT = read_project()


def manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(PLACE.read_text("utf-8"))
    return found


def variables() -> dict[str, str]:
    """Return the setting that each of the server's variables gets, by the variable."""
    stated: dict[str, str] = manifest()["server"]["mcp_config"]["env"]
    return {name: text.removeprefix("${user_config.").removesuffix("}") for name, text in stated.items()}


def environment(**filled: str) -> dict[str, str]:
    """Return the server's variables where a host puts in some values, and the defaults of the others."""
    options = manifest()["user_config"]
    values = {name: filled.get(name, str(option.get("default", ""))) for name, option in options.items()}
    return {variable: values[name] for variable, name in variables().items()}


def test_it_tells_of_the_real_tools_and_the_one_version(contract: Contract) -> None:
    found = manifest()
    tools = [{"name": op.tool, "description": op.description} for op in contract.operations]
    if os.environ.get("REFRESH_SNAPSHOTS"):
        found = {**found, "version": __version__, "tools": tools}
        PLACE.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    assert found["version"] == __version__ == PROJECT.version, "`make snapshots` writes it anew"
    assert found["tools"] == tools, "`make snapshots` writes them anew"
    assert found["tools_generated"] is False
    assert found["prompts_generated"] is True
    assert "prompts" not in found, "the format asks for their whole text, which the server makes"


def test_the_version_is_one_that_hosts_can_compare() -> None:
    """A host may not start at all once a bundle without a semantic version is installed."""
    assert re.fullmatch(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?", manifest()["version"])


def test_addresses_lead_to_the_repository_that_the_project_names() -> None:
    found = manifest()
    repository = PROJECT.repository
    assert found["name"] == PROJECT.name
    assert (found["homepage"], found["author"]["url"]) == (repository, repository)
    assert found["repository"] == {"type": "git", "url": f"{repository}.git"}
    assert found["documentation"] == f"{repository}#readme"
    assert found["support"] == f"{repository}/issues"
    assert found["privacy_policies"] == [PROJECT.page("PRIVACY.md"), "https://vapi.ai/privacy"]
    assert (ROOT / "PRIVACY.md").exists()


def test_author_licence_and_python_are_the_projects() -> None:
    found, stated = manifest(), tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert [{"name": found["author"]["name"]}] == stated["authors"]
    assert found["license"] == stated["license"]
    assert found["compatibility"]["runtimes"] == {"python": stated["requires-python"]}


def test_the_type_leaves_python_and_packages_to_uv() -> None:
    server = manifest()["server"]
    assert server["type"] == "uv"
    assert server["mcp_config"]["args"] == ["run", "--directory", "${__dirname}", PROJECT.name]
    assert (ROOT / server["entry_point"]).exists()


def test_every_setting_reaches_the_server_in_one_variable() -> None:
    assert sorted(variables().values()) == sorted(manifest()["user_config"])


def test_the_key_alone_is_kept_as_a_secret_and_nothing_has_to_be_filled_in() -> None:
    options = manifest()["user_config"]
    assert [name for name, option in options.items() if option.get("sensitive")] == ["api_key"]
    assert [name for name, option in options.items() if option["required"]] == []


def test_what_is_filled_in_is_what_the_server_runs_with() -> None:
    settings = resolve(
        Flags(), environment(api_key="a-private-key", region="eu", read_only="true", sandbox="false")
    )
    assert settings.credential == Credential("a-private-key")
    assert settings.base_url == "https://api.eu.vapi.ai"
    assert settings.read_only
    assert not settings.sandbox
    assert resolve(Flags(), environment(base_url="https://proxy.example")).base_url == "https://proxy.example"
    assert resolve(Flags(), environment(sandbox="true")).sandbox


def test_defaults_are_the_servers_own() -> None:
    options = manifest()["user_config"]
    defaults = {name: option["default"] for name, option in options.items() if "default" in option}
    assert defaults == {"region": "us", "base_url": "", "read_only": False, "sandbox": False}


@pytest.mark.parametrize("left", ["", "  ", "${user_config.NAME}"])
def test_what_is_not_filled_in_is_not_given_however_a_host_leaves_it(left: str) -> None:
    """Hosts pass the empty text, or the placeholder as it stands; switches are off then."""
    unfilled = {variable: left.replace("NAME", name) for variable, name in variables().items()}
    settings, ordinary = resolve(Flags(), unfilled), resolve(Flags(), {})
    assert isinstance(settings.credential, MissingKey)
    assert settings.model_copy(update={"credential": ordinary.credential}) == ordinary


def test_the_icon_is_small_and_as_it_is_drawn() -> None:
    data = (ROOT / manifest()["icon"]).read_bytes()
    assert len(data) < 20_000
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", data[16:24]) == (512, 512)
    begin = data.index(b"IDAT") + 4
    rows = zlib.decompress(data[begin : data.index(b"IEND") - 8])
    width = 1 + 4 * draw_icon.SIZE
    for y in range(0, draw_icon.SIZE, 16):
        for x in range(0, draw_icon.SIZE, 16):
            start = y * width + 1 + 4 * x
            assert rows[start : start + 4] == draw_icon.pixel(x, y), "draw_icon.py writes it anew"
