"""Commands that are pasted into a shell arrive as they were meant."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server_process import LONGEST
from vapi_sessions_mcp.clients.shells import powershell_quoted, shell_command

SHOW = "import sys; sys.stdout.buffer.write('|'.join(sys.argv[1:]).encode())"
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)


@pytest.mark.skipif(sys.platform == "win32", reason="the shell is POSIX's")
@settings(max_examples=10, deadline=None)
@given(st.lists(WORDS, max_size=4))
def test_a_posix_shell_passes_every_word_on_as_it_is(words: list[str]) -> None:
    command = shell_command([sys.executable, "-c", SHOW, *words], "linux")
    ran = subprocess.run(["sh", "-c", command], capture_output=True, timeout=LONGEST, check=True)
    assert ran.stdout.decode() == "|".join(words)


def test_powershell_gets_quotes_around_what_it_would_take_otherwise() -> None:
    words = ["claude", "--env", "A=${A}", "--", "C:\\Program Files\\it's.exe", "--tools", "a,b", ""]
    assert shell_command(words, "win32") == (
        "claude --env 'A=${A}' '--' 'C:\\Program Files\\it''s.exe' --tools 'a,b' ''"
    )


def test_powershell_is_told_to_run_a_quoted_program() -> None:
    assert shell_command(["C:\\a b\\x.exe", "y"], "win32") == "& 'C:\\a b\\x.exe' y"
    assert powershell_quoted("it's") == "'it''s'"
