"""The official conformance suite against the real server, over HTTP, in both protocol versions.

PYTHONPATH=tests python -m extended.conformance.run FOLDER

It installs the suite into FOLDER where it is not there yet. `expected_failures_VERSION.yaml` lists what
cannot pass, by reason; the suite itself refuses other failures, and entries that pass.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from extended.tools import ToolError, node, npm_install, npm_package, without_proxies
from served import serving_http

PACKAGE, VERSION = "@modelcontextprotocol/conformance", "0.2.0-alpha.12"
LEAST_PASSED = {"2025-11-25": 43, "2026-07-28": 93}
"""How many checks pass, by protocol version: a scenario that cannot make its checks does not fail for it."""
LONGEST = 300.0


def main() -> int:
    """Run the suite and return 0 when everything is as expected, 1 when not."""
    parser = argparse.ArgumentParser(description="Run the official MCP conformance suite.")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the suite is installed")
    folder = parser.parse_args().folder.resolve()
    try:
        if npm_package(folder, PACKAGE).get("version") != VERSION:
            npm_install(folder, f"{PACKAGE}@{VERSION}")
        script = folder / "node_modules" / PACKAGE / npm_package(folder, PACKAGE)["bin"]["conformance"]
        with serving_http("--sandbox") as server:
            passed = [run([node(), str(script)], f"{server.url}/mcp", version) for version in LEAST_PASSED]
    except (ToolError, RuntimeError, subprocess.TimeoutExpired) as error:
        print(f"conformance: {error}", file=sys.stderr)
        return 1
    return 0 if all(passed) else 1


def run(suite: list[str], url: str, version: str) -> bool:
    """Run all scenarios of a protocol version, and return whether all is as expected."""
    expected = Path(__file__).with_name(f"expected_failures_{version}.yaml")
    with tempfile.TemporaryDirectory() as results:
        options = [
            "--suite",
            "all",
            "--spec-version",
            version,
            "--expected-failures",
            str(expected),
            "-o",
            results,
        ]
        ended = subprocess.run(
            [*suite, "server", "--url", url, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            env=without_proxies(dict(os.environ)),
            timeout=LONGEST,
            check=False,
        )
        checks = [
            check
            for file in Path(results).glob("*/checks.json")
            for check in json.loads(file.read_text("utf-8"))
        ]
    passed = sum(check["status"] == "SUCCESS" for check in checks)
    as_expected = ended.returncode == 0 and passed >= LEAST_PASSED[version]
    if not as_expected:
        print(ended.stdout)
    print(f"MCP {version}: {passed} checks passed, {LEAST_PASSED[version]} at least expected;", end=" ")
    print("as expected" if as_expected else f"the suite ended with status {ended.returncode}", flush=True)
    return as_expected


if __name__ == "__main__":
    sys.exit(main())
