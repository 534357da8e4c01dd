"""`demo`: a story that ends only when all went as told."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from mcp import Client

from vapi_sessions_mcp.assembly import assemble
from vapi_sessions_mcp.caller import only_caller
from vapi_sessions_mcp.commands.demo_command import Demo, run
from vapi_sessions_mcp.narrator import Narrator
from vapi_sessions_mcp.registration import build_server
from vapi_sessions_mcp.settings import Flags, resolve

if TYPE_CHECKING:
    from mcp.server.lowlevel.server import Server


def test_it_is_told_on_standard_output_and_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    assert "All went as told." in capsys.readouterr().out


async def test_it_goes_as_told_on_the_sandbox() -> None:
    settings = resolve(Flags(sandbox=True), {})
    toolset = assemble(settings)
    out = io.StringIO()
    async with Client(build_server(toolset, only_caller(settings.credential))) as client:
        await Demo(client, Narrator(out)).play()
    await toolset.aclose()
    assert "8. What is gone is gone." in out.getvalue()


async def test_an_answer_that_was_not_to_be_ends_it(server: Server[Any]) -> None:
    async with Client(server) as client:
        with pytest.raises(RuntimeError, match="did not go as told: get_session"):
            await Demo(client, Narrator(io.StringIO())).play()
