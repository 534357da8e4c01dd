"""The bundle: packed with the format's own tool, started as hosts start it, called by a real client."""

from __future__ import annotations

import tomllib
import zipfile
from typing import TYPE_CHECKING

import pytest

from release.bundle import BESIDE_THE_PACKAGES, LARGEST, faults
from release.bundle_source import foreign_indexes
from release.host import Installed
from release.project import ROOT, read_project
from release.stopped import Stopped
from release.trial import answer, must_ask_for_a_key, must_work

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mcp import StdioServerParameters

    from fake_upstream import FakeUpstream

    Way = Callable[[Installed, dict[str, str | bool]], StdioServerParameters]

PROJECT = read_project()
WAYS = pytest.mark.parametrize(
    "way", [Installed.as_stated, Installed.by_entry_point], ids=["as the manifest says", "by its entry point"]
)


class TestWhatItHolds:
    def test_it_is_small_and_holds_nothing_but_what_the_server_is_built_from(self, packed: Path) -> None:
        assert faults(packed) == []

    def test_what_does_not_belong_is_found(self, tmp_path: Path) -> None:
        strange = (".env", "server/vapi_sessions_mcp/keys.pem", "tools/vapi_sessions_tools/.git/config.json")
        bundle = tmp_path / "strange.mcpb"
        with zipfile.ZipFile(bundle, "w") as made:
            for name in (*BESIDE_THE_PACKAGES - {"LICENSE", "manifest.json"}, *strange):
                made.writestr(name, "")
            made.writestr("manifest.json", bytes(LARGEST))
        size, missing, *others = faults(bundle)
        assert "at most 1,000,000 are allowed" in size
        assert missing == "LICENSE is missing"
        assert others == [f"{name} does not belong there" for name in sorted(strange)]

    def test_a_package_index_that_is_not_the_public_one_is_found_in_its_lock(self) -> None:
        private = "https://somebody:secret@index.example/simple"
        lines = [f'source = {{ registry = "{index}" }}' for index in ("https://pypi.org/simple", private)]
        assert foreign_indexes("\n".join(lines)) == {private}


class TestStarted:
    @WAYS
    def test_it_works_on_the_sandbox(self, installed: Installed, way: Way) -> None:
        must_work(way(installed, {"sandbox": True}))

    @WAYS
    def test_it_starts_with_nothing_filled_in_and_says_that_it_needs_a_key(
        self, installed: Installed, way: Way
    ) -> None:
        must_ask_for_a_key(way(installed, {}))

    @WAYS
    def test_it_calls_the_address_and_with_the_key_that_were_filled_in(
        self, installed: Installed, way: Way, upstream: FakeUpstream, upstream_url: str
    ) -> None:
        key = "a-very-private-key-1234"
        answer(way(installed, {"api_key": key, "base_url": upstream_url}), "list_sessions", {})
        (call,) = upstream.requests
        assert call.headers["authorization"] == f"Bearer {key}"

    @WAYS
    def test_read_only_takes_away_what_changes_something(self, installed: Installed, way: Way) -> None:
        server = way(installed, {"sandbox": True, "read_only": True})
        assert answer(server, "list_sessions", {})["results"] == []
        with pytest.raises(Stopped, match="did not answer create_session"):
            must_work(server)

    def test_nothing_is_written_into_its_folder_but_by_uv_and_python(
        self, installed: Installed, packed: Path
    ) -> None:
        must_work(installed.as_stated({"sandbox": True}))
        with zipfile.ZipFile(packed) as original:
            before = {name: original.read(name) for name in original.namelist()}
        paths = {path.relative_to(installed.folder) for path in installed.folder.rglob("*") if path.is_file()}
        kept = {path for path in paths if path.parts[0] != ".venv" and "__pycache__" not in path.parts}
        assert {path.as_posix(): (installed.folder / path).read_bytes() for path in kept} == before

    def test_its_packages_are_the_very_ones_that_it_was_tried_with(self, installed: Installed) -> None:
        locked = tomllib.loads((installed.folder / "uv.lock").read_text("utf-8"))["package"]
        described = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
        names = {package["name"] for package in locked}
        assert {"mcp", "httpx", PROJECT.name} <= names
        assert not {"pytest", "ruff", "twine"} & names, "what only the development needs is not asked for"
        shown = tomllib.loads((installed.folder / "pyproject.toml").read_text("utf-8"))
        assert shown == {name: table for name, table in described.items() if name != "dependency-groups"}
