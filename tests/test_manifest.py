"""manifest.json (for desktop hosts) and server.json (for the MCP registry) say what the code says."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_mcp.settings import Flags, resolve
from vapi_sessions_tools.credential import Credential, MissingKey
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
MANIFEST: dict[str, Any] = json.loads((ROOT / "manifest.json").read_text("utf-8"))
ENTRY: dict[str, Any] = json.loads((ROOT / "server.json").read_text("utf-8"))
OPTIONS: dict[str, dict[str, Any]] = MANIFEST["user_config"]
VARIABLES: dict[str, str] = {
    variable: placeholder.removeprefix("${user_config.").removesuffix("}")
    for variable, placeholder in MANIFEST["server"]["mcp_config"]["env"].items()
}
"""The option that each of the server's variables gets."""


def environment(**filled_in: str) -> dict[str, str]:
    """Return the variables that a host sets: the user's values, and the defaults of the other options."""
    defaults = {name: str(option.get("default", "")) for name, option in OPTIONS.items()}
    return {variable: {**defaults, **filled_in}[name] for variable, name in VARIABLES.items()}


def refresh(name: str, found: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """Return a file's content, with changes that are written where snapshots are refreshed."""
    if os.environ.get("REFRESH_SNAPSHOTS"):
        found = {**found, **changed}
        (ROOT / name).write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    return found


def test_the_manifest_has_the_version_and_the_tools(contract: Contract) -> None:
    tools = [{"name": each.tool, "description": each.description} for each in contract.operations]
    found = refresh("manifest.json", MANIFEST, version=__version__, tools=tools)
    assert found["version"] == __version__, "`make snapshots` writes it"
    assert found["tools"] == tools, "`make snapshots` writes them"


def test_the_registry_entry_has_the_version_and_the_package() -> None:
    packages = [{**package, "version": __version__} for package in ENTRY["packages"]]
    found = refresh("server.json", ENTRY, version=__version__, packages=packages)
    (package,) = found["packages"]
    assert found["version"] == package["version"] == __version__, "`make snapshots` writes it"
    assert (package["registryType"], package["identifier"]) == ("pypi", PROJECT["name"])
    assert (package["runtimeHint"], package["transport"]) == ("uvx", {"type": "stdio"})
    assert len(found["description"]) <= 100, "the registry refuses more"
    assert f"mcp-name: {ENTRY['name']} " in (ROOT / "README.md").read_text("utf-8")


def test_hosts_start_the_installed_program_with_uv() -> None:
    server = MANIFEST["server"]
    assert server["type"] == "uv"
    assert server["mcp_config"]["args"] == ["run", "--directory", "${__dirname}", PROJECT["name"]]
    assert (ROOT / server["entry_point"]).exists()
    assert (ROOT / MANIFEST["icon"]).read_bytes().startswith(b"\x89PNG")


def test_both_have_the_same_settings_and_only_the_key_is_secret() -> None:
    assert sorted(VARIABLES.values()) == sorted(OPTIONS)
    stated = {each["name"]: each for each in ENTRY["packages"][0]["environmentVariables"]}
    assert list(stated) == list(VARIABLES)
    for variable, name in VARIABLES.items():
        option, entry = OPTIONS[name], stated[variable]
        secret = name == "api_key"
        assert (option.get("sensitive", False), entry.get("isSecret", False)) == (secret, secret)
        assert (option["required"], entry["isRequired"]) == (False, False)
        assert entry.get("default", "") == str(option.get("default", "")).replace("False", "false")
        assert (entry.get("format") == "boolean") is (option["type"] == "boolean")


def test_values_that_a_user_fills_in_are_the_settings() -> None:
    settings = resolve(Flags(), environment(api_key="a-key", region="eu", read_only="true", sandbox="false"))
    assert settings.credential == Credential("a-key")
    assert settings.base_url == "https://api.eu.vapi.ai"
    assert (settings.read_only, settings.sandbox) == (True, False)
    assert resolve(Flags(), environment(base_url="https://proxy.example")).base_url == "https://proxy.example"
    assert resolve(Flags(), environment(sandbox="true")).sandbox


@pytest.mark.parametrize("left", ["default", "", "  ", "${user_config.NAME}"])
def test_an_option_that_is_not_filled_in_is_not_set(left: str) -> None:
    """Hosts pass the default, nothing, or the placeholder itself."""
    unfilled = {variable: left.replace("NAME", name) for variable, name in VARIABLES.items()}
    settings, ordinary = (
        resolve(Flags(), environment() if left == "default" else unfilled),
        resolve(Flags(), {}),
    )
    assert isinstance(settings.credential, MissingKey)
    assert settings.model_copy(update={"credential": ordinary.credential}) == ordinary
