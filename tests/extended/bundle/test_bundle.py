"""The bundle for desktop hosts holds what the server needs, and starts as hosts start it."""

from __future__ import annotations

import json
import re
import sys
import tempfile
import zipfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from release import bundle
from release.project import read_project

from extended.tools import uv
from server_process import environment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LONGEST = 240.0
"""Seconds for the first start, which installs the server."""
PACKAGES = ("server/vapi_sessions_mcp/", "tools/vapi_sessions_tools/")
BESIDE = {
    *("LICENSE", "README.md", "manifest.json", "pyproject.toml", "uv.lock"),
    *("bundle/icon.png", "bundle/start.py"),
}


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle, packed by the format's own tool, which validates the manifest."""
    return bundle.make(read_project(), tmp_path_factory.mktemp("packed"))


@pytest.fixture(scope="module")
def unpacked(packed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its folder as a host has it, with a path as people have them."""
    folder = tmp_path_factory.mktemp("home") / "Ana María" / "Désktop extensions"
    with zipfile.ZipFile(packed) as file:
        file.extractall(folder)
    return folder


def test_it_is_small_and_holds_only_what_the_server_needs(packed: Path) -> None:
    with zipfile.ZipFile(packed) as file:
        names = set(file.namelist())
    assert packed.stat().st_size <= 1_000_000
    assert {name for name in names if not name.startswith(PACKAGES)} == BESIDE
    suffixes = {PurePosixPath(name).suffix for name in names if name.startswith(PACKAGES)}
    assert suffixes == {".py", ".json", ".yaml", ".typed"}


def test_its_lock_names_one_index_and_no_development_tool(unpacked: Path) -> None:
    lock = (unpacked / "uv.lock").read_text("utf-8")
    assert len(set(re.findall(r'registry = "([^"]+)"', lock))) == 1
    assert 'name = "mcp"' in lock
    assert 'name = "pytest"' not in lock


@pytest.mark.parametrize("way", ["mcp_config", "entry_point"])
def test_a_host_starts_it_and_creates_a_session(unpacked: Path, way: str, tmp_path: Path) -> None:
    """Claude Desktop runs the entry point itself and takes only the variables from `mcp_config`."""
    manifest = json.loads((unpacked / "manifest.json").read_text("utf-8"))
    server = fill_in(manifest, unpacked, {"sandbox": "true"})["server"]
    config = server["mcp_config"]
    assert config["command"] == "uv"
    arguments = ["run", "--directory", str(unpacked), server["entry_point"]]
    created = anyio.run(
        create_session,
        StdioServerParameters(
            command=uv(),
            args=config["args"] if way == "mcp_config" else arguments,
            env={
                **environment(UV_PYTHON=sys.executable, UV_PYTHON_DOWNLOADS="never", UV_SYSTEM_CERTS="true"),
                **config["env"],
            },
            cwd=tmp_path,
        ),
    )
    assert created["name"] == "A trial"


def fill_in(manifest: dict[str, Any], folder: Path, values: Mapping[str, str]) -> dict[str, Any]:
    """Return a manifest with the host's values in place of its variables."""
    filled = {"__dirname": str(folder)}
    for name, option in manifest["user_config"].items():
        filled[f"user_config.{name}"] = values.get(name, str(option.get("default", "")).lower())

    def value(found: re.Match[str]) -> str:
        return json.dumps(filled[found[1]])[1:-1]

    return json.loads(re.sub(r"\$\{([^}]+)\}", value, json.dumps(manifest)))


async def create_session(server: StdioServerParameters) -> dict[str, Any]:
    with tempfile.TemporaryFile("w+") as log, anyio.fail_after(LONGEST):
        async with Client(stdio_client(server, errlog=log)) as client:
            result = await client.call_tool("create_session", {"name": "A trial"})
    return json.loads(result.content[0].model_dump()["text"])
