"""The official conformance suite against the real server, over HTTP, in both protocol eras.

PYTHONPATH=tests python -m conformance.run FOLDER

It needs the dependency group `conformance`, and installs the suite into FOLDER where it is not there yet.
Scenarios fail where they need a tool, resource or prompt of a given name: `waived.json` holds those checks,
each with its reason, and `required.json` the scenarios that need nothing, each with how many checks it makes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from extended.conformance import suite
from extended.conformance.results import Scenario, read_results
from extended.conformance.verdict import Waived, problems, table
from served import serving_http

HERE = Path(__file__).parent


def main() -> int:
    """Run the suite and return 0 when everything is as expected, 1 when not."""
    parser = argparse.ArgumentParser(description="Run the official MCP conformance suite.")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the suite is installed")
    parser.add_argument("--url", help="of a server that listens already; one is started when left out")
    given = parser.parse_args()
    try:
        program = suite.install(given.folder)
        if given.url:
            return _judged(program, given.url)
        with serving_http("--sandbox") as server:
            return _judged(program, f"{server.url}/mcp")
    except (suite.SuiteError, RuntimeError) as error:
        print(f"conformance: {error}", file=sys.stderr)
        return 1


def _judged(program: Path, url: str) -> int:
    required: dict[str, dict[str, int]] = json.loads((HERE / "required.json").read_text("utf-8"))
    wrong = 0
    for version, scenarios in required.items():
        waived = _waived(version)
        found = _found(program, url, version)
        wrongs = problems(found, scenarios, waived)
        told = (*table(found, waived), *(f"WRONG: {each}" for each in wrongs))
        print(f"MCP {version}", *told, "", sep="\n")
        wrong += len(wrongs)
    print(f"conformance: {'as expected' if not wrong else f'{wrong} wrong'}")
    return 1 if wrong else 0


def _waived(version: str) -> dict[str, Waived]:
    """Return the checks that may fail in a version of the specification, by scenario."""
    waived: dict[str, dict[str, Waived]] = json.loads((HERE / "waived.json").read_text("utf-8"))
    return {scenario: versions[version] for scenario, versions in waived.items() if version in versions}


def _found(program: Path, url: str, version: str) -> dict[str, Scenario]:
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / version
        suite.run(program, url, version, results)
        return read_results(results)


if __name__ == "__main__":
    sys.exit(main())
