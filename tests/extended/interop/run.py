"""Every client against the real server, over every transport.

PYTHONPATH=tests python -m extended.interop.run FOLDER [NAME[:TRANSPORT] ...]

It installs the clients into FOLDER where they are not there yet. A run of all clients writes the table into
`docs/interop.md`; a run of some leaves it alone.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from pathlib import Path

from extended.interop.installing import command, install, version
from extended.interop.matrix import CLIENTS, TRANSPORTS, Client, select
from extended.interop.running import KEY, run_client
from extended.interop.verdict import problems, protocol_of
from extended.tools import ToolError

DOCUMENT = Path(__file__).parents[3] / "docs" / "interop.md"
Outcomes = dict[str, dict[str, tuple[str, str]]]
"""Word and protocol by the names of client and transport."""


def main() -> int:
    """Run the clients and return 0 when all passed, 1 when not."""
    parser = argparse.ArgumentParser(description="Try the server with every client.")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the clients are installed")
    parser.add_argument("only", nargs="*", metavar="NAME[:TRANSPORT]", help="only these")
    given = parser.parse_args()
    try:
        cases = select(given.only)
    except ValueError as error:
        parser.error(str(error))
    outcomes: Outcomes = {}
    failed = 0
    try:
        homes = {client.name: install(client, given.folder) for client, _ in cases}
        for client, transport in cases:
            found, protocol = run_case(client, transport, homes[client.name])
            failed += bool(found)
            word = f"failed: {found[0]}" if found else "passed"
            outcomes.setdefault(client.name, {})[transport] = (word, protocol)
        if not given.only:
            versions = {client.name: version(client, homes[client.name]) for client in CLIENTS}
            write_table(outcomes, versions)
    except (ToolError, RuntimeError) as error:
        print(f"interop: {error}", file=sys.stderr)
        return 1
    print(f"interop: {len(cases) - failed} of {len(cases)} passed")
    return 1 if failed else 0


def run_case(client: Client, transport: str, home: Path) -> tuple[list[str], str]:
    """Run a client over a transport, print what came of it, and return its problems and its protocol."""
    started = time.monotonic()
    seen = run_client(command(client, home), client.protocol, transport)
    found = problems(client, transport, seen)
    if KEY in seen.log + seen.output:
        found.append("the key is in the server's log or in the client's output")
    took = time.monotonic() - started
    print(f"  {client.name}:{transport} {'FAILED' if found else 'passed'} in {took:.1f} s", flush=True)
    if found:
        print(*(f"    {line}" for line in found), sep="\n")
        for title, text in (("output", seen.output), ("errors", seen.errors), ("the server's log", seen.log)):
            print(f"    --- {title}:\n{text[-4000:]}", flush=True)
    return found, protocol_of(seen) or "not shown"


def write_table(outcomes: Outcomes, versions: dict[str, str]) -> None:
    """Write the table of the document anew."""
    titles = ["Client", "Package", "Version", "Language", "Protocol", *TRANSPORTS.values()]
    rows = [titles, ["---"] * len(titles)]
    for client in CLIENTS:
        found = outcomes[client.name]
        spoken = dict.fromkeys(protocol for _, protocol in found.values())
        usual = next(iter(spoken))
        others = [
            f"{protocol} over {TRANSPORTS[name]}"
            for name, (_, protocol) in found.items()
            if protocol != usual
        ]
        words = [found[name][0] for name in TRANSPORTS]
        package = [f"`{client.package}`", versions[client.name], client.language]
        rows.append([client.name, *package, ", ".join([usual, *others]), *words])
    lines = [" | ".join(cell.replace("|", "&#124;").replace("\n", " ") for cell in row) for row in rows]
    table = "".join(f"| {line} |\n" for line in lines)
    text = DOCUMENT.read_text("utf-8")
    DOCUMENT.write_text(re.sub(r"(?:^\|.*\n)+", lambda _: table, text, count=1, flags=re.MULTILINE), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
