"""Every client of the matrix against the real server, in every way.

PYTHONPATH=tests python -m interop.run FOLDER [NAME[:WAY] ...]

It needs the dependency group `interop`, and installs the clients into FOLDER where they are not there yet.
All of them together write the table into `docs/interop.md`; where some are named, it stays as it is.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from extended.interop.environments import InstallationError, environment_of
from extended.interop.matrix import chosen
from extended.interop.running import see
from extended.interop.table import Outcome, Outcomes, document
from extended.interop.verdict import problems, protocol_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extended.interop.environments import Environment
    from extended.interop.matrix import Case, Client
    from extended.interop.verdict import Seen

DOCUMENT = Path(__file__).parents[3] / "docs" / "interop.md"
_SHOWN = 4000


def main() -> int:
    """Run the clients and return 0 when all passed, 1 when not, 2 when there is no such client."""
    parser = argparse.ArgumentParser(description="Try the server with every client.")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the clients are installed")
    parser.add_argument("only", nargs="*", metavar="NAME[:WAY]", help="only these")
    given = parser.parse_args()
    try:
        cases = chosen(given.only)
    except ValueError as error:
        parser.error(str(error))
    try:
        environments = _made(cases, given.folder)
        outcomes = _outcomes(cases, environments)
        if not given.only:
            versions = {folder: made.version() for folder, made in environments.items()}
            DOCUMENT.write_text(document(outcomes, versions), "utf-8")
    except (InstallationError, RuntimeError) as error:
        print(f"interop: {error}", file=sys.stderr)
        return 1
    failed = sum(bool(outcome.problems) for each in outcomes.values() for outcome in each.values())
    print(f"interop: {len(cases) - failed} of {len(cases)} passed")
    return 1 if failed else 0


def _made(cases: Sequence[Case], cache: Path) -> dict[str, Environment]:
    """Return the environments that the cases need, by folder."""
    made: dict[str, Environment] = {}
    for package in dict.fromkeys(client.package for client, _ in cases):
        environment = environment_of(package, cache)
        environment.make()
        made[package.folder] = environment
        print(f"{package.folder}: {environment.version()}", flush=True)
    return made


def _outcomes(cases: Sequence[Case], environments: dict[str, Environment]) -> dict[str, Outcomes]:
    outcomes: dict[str, Outcomes] = {}
    for client, way in cases:
        started = time.monotonic()
        seen = see(client, way, environments[client.package.folder].command(client.script))
        wrong = problems(client, way, seen)
        outcomes.setdefault(client.name, {})[way] = Outcome(wrong, protocol_of(seen))
        took = time.monotonic() - started
        print(f"  {client.name}:{way} {'FAILED' if wrong else 'passed'} in {took:.1f} s", flush=True)
        if wrong:
            _show(client, way, seen, wrong)
    return outcomes


def _show(client: Client, way: str, seen: Seen, wrong: Sequence[str]) -> None:
    """Print what is known of a failed run."""
    print(*(f"    {client.name}:{way}: {line}" for line in wrong), sep="\n")
    for title, text in (("it said", seen.said), ("its errors", seen.told), ("the server's log", seen.log)):
        print(f"    --- {title}:\n{text[-_SHOWN:]}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
