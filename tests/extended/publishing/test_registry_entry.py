"""The entry in the MCP registry says what the package is, and the registry takes it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from release.project import ROOT, read_project
from release.registry_entry import faults, read_entry, with_bundle

PROJECT = read_project()
REFERENCE = os.environ.get("VAPI_REFERENCE_DIR")
DIGEST = "0f" * 32
with_reference = pytest.mark.skipif(not REFERENCE, reason="VAPI_REFERENCE_DIR names no folder")


def entry() -> dict[str, Any]:
    return read_entry(PROJECT)


def variables() -> dict[str, dict[str, Any]]:
    return {variable["name"]: variable for variable in entry()["packages"][0]["environmentVariables"]}


def test_it_is_of_this_version_and_of_this_repository() -> None:
    found = entry()
    if os.environ.get("REFRESH_SNAPSHOTS"):
        packages = [{**package, "version": PROJECT.version} for package in found["packages"]]
        found = {**found, "version": PROJECT.version, "packages": packages}
        (ROOT / "server.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    assert faults(found, PROJECT) == [], "`make snapshots` writes the version anew"


def test_uvx_runs_the_package_over_stdio() -> None:
    (package,) = entry()["packages"]
    assert (package["registryType"], package["registryBaseUrl"]) == ("pypi", "https://pypi.org")
    assert (package["runtimeHint"], package["transport"]) == ("uvx", {"type": "stdio"})


def test_it_asks_for_the_settings_that_the_bundle_asks_for_in_the_same_words() -> None:
    manifest = json.loads((ROOT / "manifest.json").read_text("utf-8"))
    options, asked = manifest["user_config"], manifest["server"]["mcp_config"]["env"]
    assert list(variables()) == list(asked)
    for name, text in asked.items():
        option = options[text.removeprefix("${user_config.").removesuffix("}")]
        variable = variables()[name]
        assert variable.get("isSecret", False) is option.get("sensitive", False), name
        assert variable["isRequired"] is option["required"], name
        assert variable.get("default", "") == str(option.get("default", "")).replace("False", "false"), name
        assert (variable.get("format") == "boolean") is (option["type"] == "boolean"), name


def test_a_release_adds_the_bundle_and_its_digest() -> None:
    released = with_bundle(entry(), PROJECT, DIGEST)
    assert [package["registryType"] for package in released["packages"]] == ["pypi", "mcpb"]
    assert released["packages"][1]["identifier"] == (
        f"{PROJECT.repository}/releases/download/v{PROJECT.version}/{PROJECT.name}-{PROJECT.version}.mcpb"
    )
    assert faults(released, PROJECT) == []


@with_reference
@pytest.mark.parametrize("found", [entry(), with_bundle(entry(), PROJECT, DIGEST)], ids=["kept", "released"])
def test_the_registrys_published_schema_holds(found: dict[str, Any]) -> None:
    (place,) = Path(REFERENCE or "").glob("mcp-registry-server-*.schema.json")
    schema = json.loads(place.read_text("utf-8"))
    assert found["$schema"] == schema["$id"]
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    assert [error.message for error in validator.iter_errors(found)] == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": "io.github.somebody/else"}, "name is 'io.github.somebody/else', not"),
        ({"version": "0.0.1"}, "version is '0.0.1', not"),
        ({"description": "x" * 101}, "description has 101 characters, 1 to 100 are allowed"),
        ({"packages": [{"registryType": "npm"}]}, "a package's registryType is 'npm'"),
    ],
    ids=["name", "version", "description", "package"],
)
def test_what_the_registry_would_refuse_is_found(changed: dict[str, Any], told: str) -> None:
    (fault,) = faults({**entry(), **changed}, PROJECT)
    assert told in fault


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"identifier": "another"}, "pypi: identifier is 'another', not"),
        ({"version": "latest"}, "pypi: version is 'latest', not"),
        ({"transport": {"type": "sse"}}, "pypi: transport is {'type': 'sse'}"),
        ({"environmentVariables": [{"name": "A"}]}, "pypi: a variable 'A' lacks its name or description"),
        (
            {"environmentVariables": [{"name": "A", "description": "a", "format": "secret"}]},
            "pypi: a variable A has the format 'secret'",
        ),
        (
            {"environmentVariables": [{"name": "A", "description": "a", "choices": ["b"], "default": "c"}]},
            "pypi: a variable A has a default that is not among its choices",
        ),
    ],
)
def test_what_is_wrong_with_a_package_is_found(changed: dict[str, Any], told: str) -> None:
    found = entry()
    (fault,) = faults({**found, "packages": [{**found["packages"][0], **changed}]}, PROJECT)
    assert told in fault


def test_a_bundle_without_a_digest_is_found() -> None:
    (fault,) = faults(with_bundle(entry(), PROJECT, "unknown"), PROJECT)
    assert fault == "mcpb: fileSha256 is no SHA-256 in hexadecimal"
