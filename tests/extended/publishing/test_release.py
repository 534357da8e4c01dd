"""A release: refused where it would be wrong, else built and tried, and told how to publish."""

from __future__ import annotations

import hashlib
import json
import sys
from typing import TYPE_CHECKING

import pytest
from mcp import StdioServerParameters

from extended.publishing.clone import Clone, make_clone
from release.project import Project, read_project
from release.registry_entry import faults
from release.running import run
from release.stopped import Stopped
from release.trial import answer

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = read_project()
NOTES = "- Everything there is."


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A clone in which nothing keeps the version from being released."""
    made = make_clone(tmp_path / "clone")
    made.replace("CHANGELOG.md", f"# Changelog\n\n## [{PROJECT.version}] - 2026-11-23\n\n{NOTES}\n")
    made.commit()
    return made


class TestRefused:
    def test_everything_that_stands_in_the_way_is_told_at_once(self, clone: Clone) -> None:
        clone.git("tag", PROJECT.tag)
        clone.replace("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n\n- Something.\n")
        entry = json.loads((clone.folder / "server.json").read_text("utf-8"))
        clone.replace("server.json", json.dumps({**entry, "version": "0.0.1"}))
        ended = clone.release()
        assert ended.returncode == 1
        for told in (
            "changes that are not committed (CHANGELOG.md, server.json): commit or remove them",
            f"{PROJECT.tag} is tagged already: state the next version",
            "the changelog still has entries under [Unreleased]: give them a version of their own",
            f"the changelog says nothing of {PROJECT.version}: write a section",
            "server.json: version is '0.0.1', not",
        ):
            assert told in ended.stderr
        assert not (clone.folder / "dist").exists()

    def test_a_manifest_of_another_version_is_refused(self, clone: Clone) -> None:
        manifest = json.loads((clone.folder / "manifest.json").read_text("utf-8"))
        clone.replace("manifest.json", json.dumps({**manifest, "version": "0.0.1"}))
        clone.commit()
        ended = clone.release()
        assert ended.returncode == 1
        assert "manifest.json is of 0.0.1: run `make snapshots`" in ended.stderr

    def test_a_folder_that_is_no_clone_is_refused(self, clone: Clone) -> None:
        (clone.folder / ".git").rename(clone.folder / "not-git")
        ended = clone.release()
        assert ended.returncode == 1
        assert "Way out: release from a clone of the repository" in ended.stderr


class TestMade:
    def test_it_leaves_what_is_uploaded_and_says_how(self, clone: Clone) -> None:
        ended = clone.release()
        assert ended.returncode == 0, ended.stderr
        dist = clone.folder / "dist"
        stem = f"vapi_sessions_mcp-{PROJECT.version}"
        bundle = dist / PROJECT.bundle_name
        built = {path.name for path in dist.iterdir()} - {".gitignore"}
        assert built == {
            *(f"{stem}.tar.gz", f"{stem}-py3-none-any.whl"),
            *(bundle.name, "server.json", "notes.md"),
        }
        entry = json.loads((dist / "server.json").read_text("utf-8"))
        assert faults(entry, PROJECT) == []
        assert entry["packages"][1]["fileSha256"] == hashlib.sha256(bundle.read_bytes()).hexdigest()
        assert (dist / "notes.md").read_text("utf-8") == f"{NOTES}\n"
        for command in (
            f"git push origin {PROJECT.tag}",
            f"uv publish dist/{stem}.tar.gz dist/{stem}-py3-none-any.whl",
            f"gh release create {PROJECT.tag}",
            "mcp-publisher publish dist/server.json",
        ):
            assert command in ended.stdout

    def test_a_rehearsal_does_the_same_beside_dist_and_says_what_a_release_lacks(self, clone: Clone) -> None:
        clone.replace("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n\n- Something.\n")
        ended = clone.release("--rehearse")
        assert ended.returncode == 0, ended.stderr
        assert "A release would be refused: the tree has changes" in ended.stdout
        assert ended.stdout.endswith("everything that a release does, went well.\n")
        assert not (clone.folder / "dist").exists()


class TestFailures:
    def test_a_package_that_does_not_build_stops_it_with_the_way_out(self, clone: Clone) -> None:
        (clone.folder / "LICENSE").unlink()
        (clone.folder / "README.md").unlink()
        ended = clone.release("--rehearse")
        assert ended.returncode == 1
        assert "README.md" in ended.stderr
        assert "Way out: correct pyproject.toml" in ended.stderr

    def test_a_version_that_is_not_stated_stops_it(self, tmp_path: Path) -> None:
        clone = make_clone(tmp_path / "clone")
        clone.replace("tools/vapi_sessions_tools/version.py", "")
        with pytest.raises(Stopped, match=r"version\.py states no version"):
            read_project(clone.folder)

    def test_a_program_that_is_not_there_is_told(self) -> None:
        with pytest.raises(Stopped, match=r"could not be started(?s:.*)Way out: install it"):
            run(("a-program-that-is-not-there",), "install it")

    def test_a_server_that_does_not_start_is_told_with_what_it_said(self) -> None:
        server = StdioServerParameters(
            command=sys.executable, args=["-c", "raise SystemExit('no luck today')"]
        )
        with pytest.raises(Stopped, match=r"did not answer list_sessions(?s:.*)no luck today"):
            answer(server, "list_sessions", {})


def test_the_project_knows_where_its_files_will_be_read() -> None:
    project = Project(PROJECT.root, "a", "1.0.0", "https://github.com/b/a", ())
    assert project.registered_name == "io.github.b/a"
    assert project.page("x.md") == "https://github.com/b/a/blob/main/x.md"
    assert project.bundle_address == "https://github.com/b/a/releases/download/v1.0.0/a-1.0.0.mcpb"
