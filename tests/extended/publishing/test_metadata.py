"""What the package says of itself: one repository, one version, and names that an index knows."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from release.project import ROOT, read_project
from release.registry_entry import ownership_line
from vapi_sessions_tools.version import __version__

PROJECT = read_project()
DOCUMENTS = sorted(path.name for path in ROOT.glob("*.md"))


def stated() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return found


def test_the_version_is_stated_in_one_place() -> None:
    assert stated()["dynamic"] == ["version"]
    assert PROJECT.version == __version__


def test_every_address_of_the_project_lies_in_its_repository() -> None:
    addresses = stated()["urls"]
    assert set(addresses) == {"Homepage", "Documentation", "Source", "Changelog", "Issues"}
    assert addresses["Changelog"] == PROJECT.page("CHANGELOG.md")
    assert addresses["Issues"] == f"{PROJECT.repository}/issues"
    assert {address.removeprefix(PROJECT.repository)[:1] for address in addresses.values()} == {"", "#", "/"}


def test_the_classifiers_name_the_pythons_that_are_required() -> None:
    classifiers = stated()["classifiers"]
    assert classifiers == sorted(set(classifiers), key=classifiers.index)
    minors = [int(name[1]) for text in classifiers if (name := re.search(r":: 3\.(\d+)$", text))]
    least = re.fullmatch(r">=3\.(\d+)", stated()["requires-python"])
    assert least is not None
    assert minors == list(range(int(least[1]), minors[-1] + 1))


def test_the_readme_ends_with_the_line_that_ties_the_package_to_its_registry_entry() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert readme.rstrip().splitlines()[-1] == ownership_line(PROJECT)
    assert readme.count("mcp-name:") == 1, "the registry takes the first that fits"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_name_no_other_repository_of_the_project(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    named = re.findall(rf"https://github\.com/[\w-]+/{PROJECT.name}", text)
    assert set(named) <= {PROJECT.repository}
