"""Configured servers really started, as their clients would: real processes, and none left behind."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.doctor.entries import Entry
from vapi_sessions_mcp.doctor.limits import Limits
from vapi_sessions_mcp.doctor.would_start import start_each
from vapi_sessions_tools.engine.known_secrets import KnownSecrets

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from vapi_sessions_mcp.doctor.finding import Finding

    Try = Callable[..., Awaitable[list[Finding]]]

KEY = "0197f3c2-1111-4222-8333-444455556abc"
SERVER = (sys.executable, "-m", "vapi_sessions_mcp")


@pytest.fixture
def attempt(told: list[Finding]) -> Try:
    """Try to start servers; what is found is returned."""

    async def found(*entries: Entry, seconds: float = 20.0, **environment: str) -> list[Finding]:
        variables = {name: value for name, value in os.environ.items() if not name.startswith("VAPI_")}
        secrets = KnownSecrets([KEY])
        await start_each(entries, {**variables, **environment}, secrets, Limits(start=seconds), told.append)
        assert KEY not in str([each.as_json() for each in told])
        assert all(each.next_step for each in told if each.status in ("problem", "warning"))
        return told

    return found


def entry(*words: str, client: str = "claude-code", **variables: str) -> Entry:
    return Entry(client, "mine", words[0], tuple(words[1:]), variables)


def script(text: str, **variables: str) -> Entry:
    """Return an entry that runs some Python."""
    return entry(sys.executable, "-c", text, **variables)


@pytest.mark.parametrize("client", ["claude-code", "claude-desktop", "vscode"])
async def test_a_server_that_answers_is_told_with_its_tools(attempt: Try, client: str) -> None:
    (fine,) = await attempt(entry(*SERVER, "--sandbox", client=client))
    assert (fine.name, fine.status) == (f"{client}: mine", "ok")
    assert fine.found.startswith("starts: 5 tools in ")
    assert fine.milliseconds is not None


async def test_several_are_tried_and_each_is_told(attempt: Try) -> None:
    found = await attempt(entry(*SERVER, "--sandbox"), script("raise SystemExit('broken')"), entry("no-such"))
    assert sorted(each.status for each in found if "no key" not in each.found) == ["ok", "problem", "problem"]


async def test_one_that_ends_is_told_with_its_last_words_and_no_secret(attempt: Try) -> None:
    text = (
        "import os, sys; sys.stderr.write('x\\n' * 9 + 'bad key ' + os.environ['VAPI_API_KEY']); sys.exit(1)"
    )
    ended, literal = await attempt(script(text, VAPI_API_KEY=KEY))
    assert (ended.status, ended.found) == ("problem", "ends before it answers")
    assert ended.details == ("x", "x", "x", "bad key ***redacted***")
    assert literal.status == "warning"


async def test_a_bad_setting_in_the_entry_shows_in_its_last_words(attempt: Try) -> None:
    ended, *_ = await attempt(entry(*SERVER, "--sandbox", "--tools", "nonsense"))
    assert "there is no tool 'nonsense'" in ended.details[-1]


async def test_one_that_says_nothing_and_minds_no_signal_is_given_up_and_ended(
    attempt: Try, tmp_path: Path
) -> None:
    told = tmp_path / "pid"
    text = (
        "import os, pathlib, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"pathlib.Path({str(told)!r}).write_text(str(os.getpid())); sys.stderr.write('thinking\\n');"
        "[time.sleep(9) for _ in range(99)]"
    )
    hanging, *_ = await attempt(script(text, VAPI_API_KEY=KEY), seconds=1)
    assert hanging.status == "problem"
    assert "did not answer within 1 s" in hanging.found
    assert hanging.details == ("thinking",)
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), 0)


async def test_one_that_floods_is_not_listened_to_for_ever(attempt: Try) -> None:
    text = "import sys\nwhile True: sys.stderr.write('noise' * 999 + '\\n')"
    flooding, *_ = await attempt(script(text, VAPI_API_KEY=KEY), seconds=0.5)
    assert flooding.status == "problem"
    assert all(len(line) < 400 for line in flooding.details)


async def test_what_prints_no_protocol_is_a_problem(attempt: Try) -> None:
    wrong, *_ = await attempt(script("print('Welcome!')", VAPI_API_KEY=KEY))
    assert wrong.status == "problem"


class TestTheCommand:
    async def test_uv_that_is_not_there_names_the_way_to_get_it(self, attempt: Try, tmp_path: Path) -> None:
        missing, *_ = await attempt(entry("uvx", "vapi-sessions-mcp", "--sandbox"), PATH=str(tmp_path))
        assert missing.found == "would not start: there is no uvx on PATH"
        assert "https://docs.astral.sh/uv/" in missing.next_step

    async def test_another_that_is_not_there_asks_to_write_it_anew(self, attempt: Try) -> None:
        missing, *_ = await attempt(entry("/gone/bin/vapi-sessions-mcp", "--sandbox"))
        assert missing.found == "would not start: there is no /gone/bin/vapi-sessions-mcp"
        assert "config claude-code --write" in missing.next_step

    @pytest.mark.parametrize(("client", "warned"), [("cursor", True), ("claude-code", False)])
    async def test_one_without_a_path_may_not_be_found_from_the_desktop(
        self, attempt: Try, client: str, *, warned: bool
    ) -> None:
        folder, _, name = sys.executable.rpartition("/")
        bare = entry(name, *SERVER[1:], "--sandbox", client=client)
        found = await attempt(bare, PATH=f"{folder}:{os.environ['PATH']}")
        assert found[0].status == "ok"
        assert [each.status for each in found[1:]] == ["warning"] * warned

    async def test_this_command_itself_is_not_started(self, attempt: Try) -> None:
        (itself,) = await attempt(entry(*SERVER, "doctor", "--sandbox"))
        assert itself.status == "problem"

    async def test_one_that_only_the_client_knows_is_skipped(self, attempt: Try) -> None:
        (unknown,) = await attempt(entry("${workspaceFolder}/server", "--sandbox", client="vscode"))
        assert unknown.status == "skipped"

    async def test_a_folder_that_is_not_there_is_told(self, attempt: Try) -> None:
        nowhere = Entry("claude-code", "mine", SERVER[0], (*SERVER[1:], "--sandbox"), {}, "/no/such/folder")
        (ended,) = await attempt(nowhere)
        assert ended.details == ("No such file or directory",)


class TestItsKey:
    async def test_a_key_in_the_file_is_a_warning_that_shows_only_its_end(self, attempt: Try) -> None:
        _, literal = await attempt(entry(*SERVER, VAPI_API_KEY=KEY))
        assert literal.status == "warning"
        assert "in VAPI_API_KEY (ends in 6abc)" in literal.found

    async def test_no_key_is_a_warning(self, attempt: Try) -> None:
        fine, keyless = await attempt(entry(*SERVER))
        assert (fine.status, keyless.status) == ("ok", "warning")
        assert "has no key" in keyless.found

    async def test_a_client_that_puts_nothing_in_leaves_a_placeholder(self, attempt: Try) -> None:
        _, unfilled = await attempt(
            entry(*SERVER, client="claude-desktop", VAPI_API_KEY="${VAPI_API_KEY}"), VAPI_API_KEY=KEY
        )
        assert "unexpanded placeholder" in unfilled.found

    @pytest.mark.parametrize(
        "variables",
        [
            {"VAPI_API_KEY": "${input:key}"},
            {"VAPI_API_KEY": "${env:MY_KEY}"},
            {"VAPI_SANDBOX": "true"},
        ],
    )
    async def test_one_that_will_have_a_key_or_needs_none_is_fine(
        self, attempt: Try, variables: dict[str, str]
    ) -> None:
        found = await attempt(entry(*SERVER, client="vscode", **variables), MY_KEY=KEY)
        assert [each.status for each in found] == ["ok"]

    async def test_a_key_file_that_is_not_there_is_told(self, attempt: Try) -> None:
        _, keyless = await attempt(entry(*SERVER, VAPI_API_KEY_FILE="/no/such/file"))
        assert "/no/such/file, which cannot be read" in keyless.found

    async def test_a_variable_that_claude_code_does_not_find_keeps_it_from_starting(
        self, attempt: Try
    ) -> None:
        (missing,) = await attempt(entry(*SERVER, VAPI_API_KEY="${MY_KEY}"))
        assert missing.status == "problem"
        assert "MY_KEY" in missing.found
