"""The matrix and its document agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from extended.interop.environments import SCRIPTS
from extended.interop.matrix import CLIENTS, WAYS, Client, chosen
from extended.interop.run import DOCUMENT
from extended.interop.table import Outcome, document
from extended.interop.verdict import PATHS

CI = Path(__file__).parents[3] / ".ci" / "run"
NAMED = [pytest.param(client, id=client.name) for client in CLIENTS]


def rows() -> dict[str, list[str]]:
    """The cells of the document's table, by client."""
    lines = [line for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {name: rest for name, *rest in cells[2:]}


def test_the_document_has_a_row_for_each_client_and_no_other() -> None:
    assert list(rows()) == [client.name for client in CLIENTS]


@pytest.mark.parametrize("client", NAMED)
def test_the_version_in_the_document_is_of_the_line_that_is_asked_for(client: Client) -> None:
    name, version, language, *_ = rows()[client.name]
    assert (name, language) == (f"`{client.package.name}`", client.package.language)
    _, _, asked = client.package.requirement.partition("~" if language == "JavaScript" else "~=")
    line = asked.rpartition(".")[0]
    assert version.split()[0].startswith(f"{line}.")


def test_the_document_says_what_the_matrix_says() -> None:
    """Whoever changes the matrix runs it again: only versions and failures are taken from the document."""
    found = rows()
    versions = {client.package.folder: found[client.name][1] for client in CLIENTS}
    outcomes = {
        client.name: dict.fromkeys(WAYS, Outcome(protocol=found[client.name][3])) for client in CLIENTS
    }
    told = document(outcomes, versions)
    assert told == re.sub(r"failed: [^|]*(?= \|)", "passed", DOCUMENT.read_text("utf-8"))


def test_what_was_not_run_did_not_pass() -> None:
    told = document({"mcp-1.30": {"stdio": Outcome(protocol="2025-11-25")}}, {"mcp-1.30": "1.30.0"})
    (row,) = (line for line in told.splitlines() if line.startswith("| mcp-1.30 "))
    assert row == "| mcp-1.30 | `mcp` | 1.30.0 | Python | 2025-11-25 | passed | not run | not run | not run |"
    assert told.count("| passed |") == 1


def test_what_failed_is_told_with_its_first_reason() -> None:
    outcome = Outcome(["get: not\nwhat | was to come", "and more"])
    told = document({"fastmcp": {"sse": outcome}}, {})
    assert "| not run | not run | failed: get: not what &#124; was to come | not run |" in told


def test_versions_that_differ_are_told_with_the_way() -> None:
    told = document(
        {
            "fastmcp": {
                "stdio": Outcome(protocol="2026-07-28"),
                "http": Outcome(protocol="2026-07-28"),
                "sse": Outcome(protocol="2025-11-25"),
            }
        },
        {},
    )
    assert "| 2026-07-28, 2025-11-25 over SSE |" in told


@pytest.mark.parametrize("client", NAMED)
def test_every_client_has_its_script(client: Client) -> None:
    assert (SCRIPTS / client.script).is_file()
    assert Path(client.script).suffix == (".py" if client.package.language == "Python" else ".mjs")


def test_no_script_is_left_without_a_client() -> None:
    driven = {client.script for client in CLIENTS}
    assert {file.name for file in SCRIPTS.iterdir() if file.is_file()} - driven == {"story.py", "story.mjs"}


def test_every_way_is_judged_by_the_requests_it_makes() -> None:
    assert PATHS.keys() == WAYS.keys()


def test_everything_is_chosen_where_nothing_is_named() -> None:
    assert len(chosen([])) == len(CLIENTS) * len(WAYS)


def test_a_client_is_chosen_in_all_ways_or_in_one() -> None:
    cases = [(client.name, way) for client, way in chosen(["mcp-1.30:sse", "fastmcp"])]
    assert cases == [("mcp-1.30", "sse"), *(("fastmcp", way) for way in WAYS)]


@pytest.mark.parametrize("word", ["nobody", "mcp-1.30:pigeon", ":sse", ""])
def test_a_client_or_way_that_is_not_there_is_refused_with_those_that_are(word: str) -> None:
    with pytest.raises(ValueError, match=r"there is no .*mcp-1\.30.*:stdio"):
        chosen([word])


def test_the_change_checks_run_a_client_over_each_transport() -> None:
    (named,) = re.findall(r'^make interop ONLY="([^"]*)"$', CI.read_text("utf-8"), re.MULTILINE)
    assert {way for _, way in chosen(named.split())} == {"stdio", "http", "sse"}
