"""Starting configured servers and finding their keys."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.doctor.entries import Entry
from vapi_sessions_mcp.doctor.limits import Limits
from vapi_sessions_mcp.doctor.starting import Started
from vapi_sessions_mcp.doctor.would_start import start_each
from vapi_sessions_tools.engine.known_secrets import KnownSecrets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vapi_sessions_mcp.doctor.finding import Finding

KEY = "0197f3c2-1111-4222-8333-444455556abc"
SERVER = (sys.executable, "-m", "vapi_sessions_mcp")
POSIX = pytest.mark.skipif(os.name != "posix", reason="it runs a POSIX shell")


async def attempt(*entries: Entry, seconds: float = 60.0, **environment: str) -> list[Finding]:
    """Check entries; return all findings."""
    findings: list[Finding] = []
    variables = {name: value for name, value in os.environ.items() if not name.startswith("VAPI_")}
    limits, secrets = Limits(start=seconds), KnownSecrets([KEY])
    await start_each(entries, {**variables, **environment}, secrets, limits, findings.append)
    assert KEY not in str([each.as_json() for each in findings])
    assert all(each.next_step for each in findings if each.status in ("problem", "warning"))
    return findings


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Started]:
    """Replaces starting a process: the result of each start."""
    results = [Started(("get_session",), "1.0", 0.5)]

    async def start(_entry: Entry, _environment: Mapping[str, str] | None, _seconds: float) -> Started:
        return results[-1]

    monkeypatch.setattr("vapi_sessions_mcp.doctor.would_start.start", start)
    return results


def entry(*words: str, client: str = "claude-code", **variables: str) -> Entry:
    return Entry(client, "mine", words[0], tuple(words[1:]), variables)


async def test_servers_are_started_and_each_is_reported() -> None:
    found = await attempt(entry(*SERVER, "--sandbox"), entry("no-such", "--sandbox"))
    missing, fine = sorted(found, key=lambda each: each.status, reverse=True)
    assert (fine.name, fine.status) == ("claude-code: mine", "ok")
    assert fine.found.startswith("starts: 5 tools in ")
    assert fine.milliseconds is not None
    assert (missing.status, missing.found) == ("problem", "would not start: there is no no-such")


async def test_a_server_that_ends_is_reported_with_its_last_lines_and_no_secret() -> None:
    text = "import os, sys; print('Hi'); sys.stderr.write('x\\n' * 9 + 'bad ' + os.environ['VAPI_API_KEY'])"
    ended, literal = await attempt(entry(sys.executable, "-c", text, VAPI_API_KEY=KEY))
    assert (ended.status, ended.found) == ("problem", "ends before it answers")
    assert ended.details == ("x", "x", "x", "bad ***redacted***")
    assert literal.status == "warning"


@POSIX
async def test_a_server_that_floods_and_ignores_signals_is_stopped(tmp_path: Path) -> None:
    text = f"trap '' TERM; echo $$ > {tmp_path}/pid; while :; do echo {'noise' * 99} >&2; done"
    flooding, *_ = await attempt(entry("/bin/sh", "-c", text, VAPI_API_KEY=KEY), seconds=2)
    assert (flooding.status, flooding.found) == ("problem", "did not answer within 2 s")
    assert [line[:5] for line in flooding.details] == ["noise"] * 4
    assert all(len(line) < 400 for line in flooding.details)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


async def test_a_folder_that_does_not_exist_is_reported() -> None:
    (ended,) = await attempt(Entry("claude-code", "mine", SERVER[0], ("--sandbox",), {}, "/no/such/folder"))
    assert ended.details == ("No such file or directory",)


@pytest.mark.parametrize(
    ("broken", "status", "found", "next_step"),
    [
        (entry("uvx", "vapi-sessions-mcp"), "problem", "there is no uvx on PATH", "docs.astral.sh/uv/"),
        (entry("/gone/server"), "problem", "there is no /gone/server", "config claude-code --write"),
        (entry(*SERVER, "doctor"), "problem", "starts the command doctor", "config claude-code --write"),
        (entry("${workspaceFolder}/server", client="vscode"), "skipped", "only the client knows", ""),
        (entry(*SERVER, X="${MY_KEY}"), "problem", "refers to MY_KEY, which is not set here", "Set it"),
    ],
)
async def test_an_entry_that_cannot_start_is_reported_without_a_start(
    tmp_path: Path, broken: Entry, *, status: str, found: str, next_step: str
) -> None:
    finding, *_ = await attempt(broken, PATH=str(tmp_path), VAPI_API_KEY=KEY)
    assert (finding.status, found in finding.found, next_step in finding.next_step) == (status, True, True)


async def test_a_server_without_tools_is_a_problem(started: list[Started]) -> None:
    started.append(Started((), "1.0", 0.5))
    (finding,) = await attempt(entry(*SERVER, "--sandbox"))
    assert (finding.status, finding.found) == ("problem", "starts, and offers no tool")


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize(("client", "warned"), [("cursor", True), ("claude-code", False)])
async def test_a_command_without_a_path_is_a_warning(client: str, *, warned: bool) -> None:
    folder, name = os.path.split(sys.executable)
    found = await attempt(entry(name, "--sandbox", client=client), PATH=folder)
    assert [each.status for each in found] == ["ok", *["warning"] * warned]


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize(
    ("client", "variables", "warning"),
    [
        ("claude-code", {"VAPI_API_KEY": KEY}, "in VAPI_API_KEY (ends in 6abc)"),
        ("claude-code", {}, "has no key"),
        ("claude-code", {"VAPI_SANDBOX": "perhaps"}, "has no key"),
        ("claude-code", {"VAPI_API_KEY_FILE": "/no/such/file"}, "/no/such/file, which cannot be read"),
        ("claude-desktop", {"VAPI_API_KEY": "${MY_KEY}"}, "unexpanded placeholder"),
        ("vscode", {"VAPI_API_KEY": "${input:key}"}, None),
        ("vscode", {"VAPI_API_KEY": "${env:MY_KEY}"}, None),
        ("vscode", {"VAPI_SANDBOX": "true"}, None),
    ],
)
async def test_a_missing_key_and_one_in_the_file_are_warnings(
    client: str, variables: dict[str, str], warning: str | None
) -> None:
    fine, *others = await attempt(entry(*SERVER, client=client, **variables), MY_KEY=KEY)
    assert (fine.status, [each.status for each in others]) == ("ok", ["warning"] if warning else [])
    assert warning is None or warning in others[0].found


@pytest.mark.usefixtures("started")
async def test_claude_desktop_does_not_pass_the_environment_on() -> None:
    _, keyless = await attempt(entry(*SERVER, client="claude-desktop"), VAPI_API_KEY=KEY)
    assert "has no key" in keyless.found
