"""`tools`, `transcript`, `contract`, `demo` and `sandbox`: what they print, and what they refuse."""

from __future__ import annotations

import gc
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from mcp import Client

from fake_upstream import SESSION_ID
from in_process import run_main
from small_contract import DONE, json_body, object_of, ref, small_document, text
from vapi_sessions_mcp.assembly import assemble
from vapi_sessions_mcp.commands.contract_command import build
from vapi_sessions_mcp.commands.demo_command import Demo
from vapi_sessions_mcp.commands.demo_command import run as run_demo
from vapi_sessions_mcp.cost import cost
from vapi_sessions_mcp.narrator import Narrator
from vapi_sessions_mcp.settings import Flags, resolve
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from mcp.server.lowlevel.server import Server

FIVE = ["create_session", "list_sessions", "get_session", "update_session", "delete_session"]


class TestTools:
    def test_people_read_names_arguments_and_bytes(self) -> None:
        ended = run_main("tools")
        assert (ended.status, ended.err) == (0, "")
        assert [name for name in FIVE if f"{name}  (" not in ended.out] == []
        assert "Arguments: id*, name" in ended.out
        assert ended.out.splitlines()[-1].startswith("5 tools, ")

    def test_programs_read_what_a_client_receives_and_its_cost_is_within_the_budget(self) -> None:
        tools = json.loads(run_main("tools", "--json").out)["tools"]
        assert [tool["name"] for tool in tools] == FIVE
        assert set(tools[0]) == {"name", "description", "inputSchema"}
        text = json.dumps(tools, ensure_ascii=False, separators=(",", ":"))
        costs = sum(map(cost, assemble(resolve(Flags(sandbox=True), {})).tools))
        assert costs == len(text.encode()) - len("[]") - len(tools) + 1
        assert costs <= 9_000

    @pytest.mark.parametrize("command", [("tools", "--json"), ("export", "openai")])
    def test_operation_that_is_not_a_tool_is_named(self, tmp_path: Path, command: tuple[str, ...]) -> None:
        upload = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
        operations = {"get": {"responses": DONE}, "post": {"requestBody": upload, "responses": DONE}}
        file = tmp_path / "things.json"
        file.write_text(json.dumps(small_document({"/things": operations})))
        flags = ("--openapi", str(file), "--base-url", "https://things.example")
        ended = run_main(*command, *flags)
        found = json.loads(ended.out)
        assert len(found["tools"] if command[0] == "tools" else found) == 1
        assert "left out: POST /things: " in ended.err


class TestTranscript:
    def test_session_is_printed_for_people_in_another_run(self, tmp_path: Path) -> None:
        flags = ("--sandbox-db", str(tmp_path / "sessions.sqlite"))
        said = json.dumps({"messages": [{"role": "user", "content": "Where is my order?"}]})
        identity = json.loads(run_main("call", "create_session", said, *flags).out)["id"]
        ended = run_main("transcript", identity, *flags)
        assert (ended.status, ended.err) == (0, "")
        assert ended.out.startswith(f"# Transcript of session {identity}\n")
        assert "> - **1 user**: Where is my order?\n" in ended.out

    def test_missing_session_is_an_error(self) -> None:
        ended = run_main("transcript", SESSION_ID, "--sandbox")
        assert (ended.status, json.loads(ended.out)["error"]["kind"]) == (1, "not_found")

    @pytest.mark.parametrize("flags", [("--tools", "list_sessions"), ("--confirm", "get_session")])
    def test_it_needs_a_tool_that_reads_without_a_question(self, flags: tuple[str, ...]) -> None:
        ended = run_main("transcript", SESSION_ID, "--sandbox", *flags)
        assert ended.status == 2
        assert "get_session, which is not offered" in ended.err


def published(file: Path, longest: int, *paths: str) -> str:
    """Write a document with these paths, whose one schema has this limit, and return its name."""
    thing = {**object_of({"name": text(maxLength=longest)}), "description": "prose"}
    operation = {"requestBody": json_body(ref("Thing")), "responses": DONE}
    posts = {path: {"post": {"operationId": f"make{path}", **operation}} for path in paths}
    file.write_text(json.dumps(small_document(posts, {"Thing": thing})))
    return str(file)


class TestContract:
    def test_facts_are_the_union_of_documents_without_prose(self, tmp_path: Path) -> None:
        old = published(tmp_path / "old.json", 40, "/a")
        new = published(tmp_path / "new.json", 80, "/a", "/b")
        target = tmp_path / "facts.json"
        ended = run_main("contract", "build", old, new, "-o", str(target))
        assert (ended.status, ended.out) == (0, f"{target}: 2 operations, 1 schemas\n")
        facts = json.loads(target.read_text())
        assert set(facts["paths"]) == {"/a", "/b"}
        assert facts["components"]["schemas"]["Thing"]["properties"]["name"]["maxLength"] == 80
        assert "prose" not in target.read_text()

    def test_overlay_makes_the_contract_of_some_paths(self, tmp_path: Path) -> None:
        actions = [{"target": "$.info", "update": {"x-word": "ours"}}]
        overlay = {"overlay": "1.0.0", "info": {"title": "o", "version": "1"}, "actions": actions}
        (tmp_path / "overlay.yaml").write_text(json.dumps(overlay))
        source, target = published(tmp_path / "x.json", 40, "/a", "/b"), tmp_path / "contract.json"
        assert build([source], str(target), overlay=str(tmp_path / "overlay.yaml"), only=["/b"]) == 0
        made = json.loads(target.read_text())
        assert (made["info"]["x-word"], set(made["paths"])) == ("ours", {"/b"})

    def test_output_that_cannot_be_written_is_named(self, tmp_path: Path) -> None:
        source = published(tmp_path / "x.json", 40, "/a")
        with pytest.raises(SettingsError, match=r"no-folder.* cannot be written"):
            build([source], str(tmp_path / "no-folder" / "out.json"), overlay=None, only=[])

    def test_changes_are_printed_one_a_line(self, tmp_path: Path) -> None:
        old = published(tmp_path / "old.json", 40, "/a")
        new = published(tmp_path / "new.json", 80, "/a", "/b")
        lines = run_main("contract", "diff", old, new).out.splitlines()
        assert any("/b" in line for line in lines)
        assert any("40" in line and "80" in line for line in lines)
        assert run_main("contract", "diff", old, old, "--only", "/a").out == "no differences\n"


class TestDemo:
    def test_it_shows_every_tool_and_ends_with_0(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run_demo() == 0
        shown = capsys.readouterr().out
        assert [name for name in FIVE if f"\n  {name} " not in shown] == []
        for words in ('"status": "completed"', "-> error: invalid_arguments", "-> error: not_found"):
            assert words in shown

    async def test_unexpected_result_ends_it(self, server: Server[Any]) -> None:
        async with Client(server) as client:
            with pytest.raises(RuntimeError, match="get_session"):
                await Demo(client, Narrator(io.StringIO())).play()


class TestSandbox:
    @pytest.mark.parametrize(
        "flags",
        [
            *(("--fail-status", "99"), ("--retry-after", "-1"), ("--fail-rate", "-1"), ("--latency", "-1")),
            *(("--port", "70000"), ("--db", str(Path("no-such-folder") / "x.db"))),
        ],
    )
    def test_value_that_cannot_be_used_is_named(self, flags: tuple[str, str]) -> None:
        ended = run_main("sandbox", *(() if "--port" in flags else ("--port", "0")), *flags)
        assert (ended.status, ended.err.count("\n")) == (2, 1)
        named = flags[1] if flags[0] in ("--port", "--db") else flags[0]
        assert named in ended.err

    def test_it_serves_with_garbage_collection(self, monkeypatch: pytest.MonkeyPatch) -> None:
        enabled: list[bool] = []
        monkeypatch.setattr(uvicorn.Server, "run", lambda _self, sockets: enabled.append(gc.isenabled()))
        ended = run_main("sandbox", "--port", "0")
        assert (ended.status, enabled) == (0, [True])
