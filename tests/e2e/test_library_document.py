"""The code in the library's document runs."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vapi_sessions_tools import open_toolset

if TYPE_CHECKING:
    import pytest

DOCUMENT = (Path(__file__).parents[2] / "docs" / "library.md").read_text(encoding="utf-8")
WHOLE, *PARTS = re.findall(r"^```python\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)


def test_first_code_is_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(WHOLE, "library.md", "exec"), {"__name__": "__main__"})
    assert re.fullmatch(r"[0-9a-f-]{36}\n", capsys.readouterr().out)


async def test_other_code_runs_within_its_block(capsys: pytest.CaptureFixture[str]) -> None:
    async with open_toolset(sandbox=True) as toolset:
        for number in range(7):
            arguments = {"name": f"{number}", "customer": {"number": "+14155551234"}}
            await toolset.call("create_session", arguments)
        known: dict[str, Any] = {"toolset": toolset}
        for part in PARTS:
            running = eval(compile(part, "library.md", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), known)
            if running is not None:
                await running
    assert known["names"] == ["6", "5", "4", "3", "2", "1", "0"]
    assert (known["mine"]["results"], known["theirs"].is_error) == ([], False)
    printed = capsys.readouterr().out.splitlines()
    assert printed[2] == "True"
    assert printed[4:6] == ["invalid_arguments", "status"]
