"""The entry in the MCP registry: what server.json says, and what a release adds to it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from release.project import Project

SCHEMA = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"
_DIGEST = re.compile(r"[a-f0-9]{64}")
_LONGEST_TEXT = 100
_FORMATS = ("string", "number", "boolean", "filepath")


def read_entry(project: Project) -> dict[str, Any]:
    """Return what server.json says."""
    found: dict[str, Any] = json.loads((project.root / "server.json").read_text("utf-8"))
    return found


def ownership_line(project: Project) -> str:
    """Return the README's line by which the registry knows that the package belongs to its entry."""
    return f"<!-- mcp-name: {project.registered_name} -->"


def with_bundle(entry: dict[str, Any], project: Project, sha256: str) -> dict[str, Any]:
    """Return an entry that also has the bundle, whose digest is known only once it is packed."""
    bundle = {
        "registryType": "mcpb",
        "identifier": project.bundle_address,
        "version": project.version,
        "fileSha256": sha256,
        "transport": {"type": "stdio"},
    }
    return {**entry, "packages": [*entry["packages"], bundle]}


def faults(entry: dict[str, Any], project: Project) -> list[str]:
    """Return what is wrong with an entry: what the registry refuses, and what is not this project's.

    It knows the rules that such an entry can break, and no others: the registry's schema has them all.
    """
    expected = {
        "$schema": SCHEMA,
        "name": project.registered_name,
        "version": project.version,
        "repository": {"url": project.repository, "source": "github"},
    }
    wrong = [
        f"{key} is {entry.get(key)!r}, not {value!r}"
        for key, value in expected.items()
        if entry.get(key) != value
    ]
    wrong += [
        f"{key} has {len(entry.get(key, ''))} characters, 1 to {_LONGEST_TEXT} are allowed"
        for key in ("title", "description")
        if not 1 <= len(entry.get(key, "")) <= _LONGEST_TEXT
    ]
    for package in entry["packages"]:
        wrong += _faults_of_package(package, project)
    return wrong


def _faults_of_package(package: dict[str, Any], project: Project) -> list[str]:
    kind = package.get("registryType")
    identifiers = {"pypi": project.name, "mcpb": project.bundle_address}
    if kind not in identifiers:
        return [f"a package's registryType is {kind!r}"]
    wrong = [f"{kind}: a variable {fault}" for fault in _faults_of_variables(package)]
    if package.get("identifier") != identifiers[kind]:
        wrong.append(f"{kind}: identifier is {package.get('identifier')!r}, not {identifiers[kind]!r}")
    if package.get("version") != project.version:
        wrong.append(f"{kind}: version is {package.get('version')!r}, not {project.version!r}")
    if package.get("transport") != {"type": "stdio"}:
        wrong.append(f"{kind}: transport is {package.get('transport')!r}")
    if kind == "mcpb" and not _DIGEST.fullmatch(package.get("fileSha256", "")):
        wrong.append("mcpb: fileSha256 is no SHA-256 in hexadecimal")
    return wrong


def _faults_of_variables(package: dict[str, Any]) -> list[str]:
    wrong: list[str] = []
    for variable in package.get("environmentVariables", []):
        name = variable.get("name")
        if not name or not variable.get("description"):
            wrong.append(f"{name!r} lacks its name or description")
        if variable.get("format", "string") not in _FORMATS:
            wrong.append(f"{name} has the format {variable['format']!r}")
        if "choices" in variable and variable.get("default") not in variable["choices"]:
            wrong.append(f"{name} has a default that is not among its choices")
    return wrong
