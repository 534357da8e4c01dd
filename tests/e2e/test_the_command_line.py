"""The commands as a person types them: what they print, and how they end."""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path

import httpx
import pytest

from fake_upstream import SESSION_ID
from real_client import KEY
from server_process import COMMAND, LONGEST, ServerProcess, environment, run_program

FIVE = ["create_session", "list_sessions", "get_session", "update_session", "delete_session"]


NEEDS_FULL = pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="there is no device that is always full"
)


class TestDemo:
    def test_it_shows_the_five_tools_and_ends_well(self) -> None:
        begun = time.monotonic()
        ended = run_program("demo")
        assert time.monotonic() - begun < 30
        assert ended.returncode == 0, ended.stderr
        text = ended.stdout.decode()
        for name in FIVE:
            assert f"\n  {name} " in text
        assert "bytes" in text
        assert '"content": "Where is my order?"' in text
        assert '"status": "completed"' in text
        assert "-> error: invalid_arguments" in text
        assert '"deleted": true' in text
        assert "-> error: not_found" in text
        assert ended.stderr == b""

    def test_it_needs_no_key_and_minds_no_setting(self) -> None:
        ended = run_program("demo", env=environment(VAPI_BASE_URL="nonsense", VAPI_TIMEOUT="-1"))
        assert ended.returncode == 0


class TestTools:
    def test_they_are_printed_for_people(self) -> None:
        ended = run_program("tools")
        assert ended.returncode == 0
        assert all(name.encode() in ended.stdout for name in FIVE)

    def test_and_for_programs(self) -> None:
        ended = run_program("tools", "--json")
        assert [tool["name"] for tool in json.loads(ended.stdout)["tools"]] == FIVE
        assert ended.stderr == b""

    @pytest.mark.parametrize("command", [("tools", "--json"), ("call", "list_sessions", "{}", "--sandbox")])
    def test_a_reader_that_has_seen_enough_is_no_fault(self, command: tuple[str, ...]) -> None:
        with ServerProcess(*command) as process:
            assert process.process.stdout is not None
            process.process.stdout.close()
            assert process.status() == 1
            assert process.log() == ""


class TestCall:
    def test_a_result_ends_with_0(self) -> None:
        ended = run_program("call", "create_session", "-", "--sandbox", stdin='{"name": "Zoë"}'.encode())
        assert ended.returncode == 0
        assert json.loads(ended.stdout)["name"] == "Zoë"

    @pytest.mark.parametrize(
        ("arguments", "stdin"), [('{"name": "Zoë"}', b""), ("-", '{"name": "Zoë"}'.encode())]
    )
    def test_json_is_read_and_written_as_utf8_whatever_the_environment_says(
        self, arguments: str, stdin: bytes
    ) -> None:
        variables = environment(PYTHONIOENCODING="ascii")
        ended = run_program("call", "create_session", arguments, "--sandbox", stdin=stdin, env=variables)
        assert ended.returncode == 0, ended.stderr
        assert json.loads(ended.stdout.decode("utf-8"))["name"] == "Zoë"

    def test_an_error_of_the_tool_ends_with_1(self) -> None:
        ended = run_program("call", "get_session", json.dumps({"id": SESSION_ID}), "--sandbox")
        assert ended.returncode == 1
        assert json.loads(ended.stdout)["error"]["status"] == 404

    def test_a_missing_key_ends_with_1_and_says_so(self) -> None:
        ended = run_program("call", "list_sessions", "{}")
        assert ended.returncode == 1
        assert b"VAPI_API_KEY" in ended.stdout

    @pytest.mark.parametrize(
        ("arguments", "stdin", "words"),
        [
            (("nope", "{}"), b"", b"there is no tool 'nope'"),
            (("list_sessions", "[]"), b"", b"no JSON object"),
            (("list_sessions", "-"), b"\xff{", b"no JSON"),
            (("list_sessions",), b"", b"required: JSON"),
            (("list_sessions", "{}", "--timeot", "3"), b"", b"did you mean --timeout?"),
        ],
    )
    def test_wrong_usage_ends_with_2(self, arguments: tuple[str, ...], stdin: bytes, words: bytes) -> None:
        variables = environment(VAPI_SANDBOX="1", PYTHONIOENCODING="utf-8:strict")
        ended = run_program("call", *arguments, stdin=stdin, env=variables)
        assert ended.returncode == 2
        assert ended.stdout == b""
        assert words in ended.stderr
        assert b"Traceback" not in ended.stderr


class TestAnOutputThatCannotBeWritten:
    @pytest.mark.parametrize("command", ["tools", "tools --json", "demo", "call list_sessions {} --sandbox"])
    @pytest.mark.parametrize(
        ("output", "words"),
        [
            (">&-", "standard output is closed"),
            pytest.param(">/dev/full", "No space left on device", marks=NEEDS_FULL),
        ],
    )
    def test_it_is_told_in_one_line_with_status_1(self, command: str, output: str, words: str) -> None:
        script = f'exec "$0" -m vapi_sessions_mcp {command} {output}'
        with ServerProcess(command=("sh", "-c", script, sys.executable)) as process:
            assert process.status() == 1
            (line,) = process.log().splitlines()
            assert words in line

    def test_arguments_from_a_closed_input_are_told_too(self) -> None:
        script = 'exec "$0" -m vapi_sessions_mcp call list_sessions - --sandbox <&-'
        with ServerProcess(command=("sh", "-c", script, sys.executable)) as process:
            assert process.status() == 2
            (line,) = process.log().splitlines()
            assert "standard input is closed" in line


class TestSandbox:
    def test_any_client_of_the_api_can_use_it_as_soon_as_it_says_where_it_is(self, tmp_path: Path) -> None:
        file = str(tmp_path / "sessions.db")
        with sandbox("--db", file) as (url, _):
            with httpx.Client(base_url=url, headers={"authorization": f"Bearer {KEY}"}) as client:
                created = client.post("/session", json={"name": "kept"})
                assert created.status_code == 201
            ended = run_program(
                "call", "list_sessions", "{}", env=environment(VAPI_API_KEY=KEY, VAPI_BASE_URL=url)
            )
            assert json.loads(ended.stdout)["results"][0]["id"] == created.json()["id"]
        with (
            sandbox("--db", file) as (url, _),
            httpx.Client(base_url=url, headers={"authorization": f"Bearer {KEY}"}) as client,
        ):
            assert client.get(f"/session/{created.json()['id']}").json()["name"] == "kept"

    def test_it_fails_on_demand(self) -> None:
        with sandbox("--fail-status", "503", "--retry-after", "2", "--latency", "0.01") as (url, _):
            answer = httpx.get(url + "/session", headers={"authorization": "Bearer k"})
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")

    def test_ctrl_c_stops_it(self) -> None:
        with sandbox() as (url, process):
            assert httpx.get(url + "/session").status_code == 401
            process.process.send_signal(signal.SIGINT)
            assert process.status() == 130
            assert "Traceback" not in process.log()

    @pytest.mark.parametrize(
        ("flags", "words"),
        [
            (("--port", "70000"), b"port 70000 cannot be used"),
            (("--fail-status", "99"), b"--fail-status"),
            (("--fail-rate", "2"), b"--fail-rate"),
            (("--prot", "1"), b"did you mean --port?"),
        ],
    )
    def test_what_it_cannot_do_is_told(self, flags: tuple[str, ...], words: bytes) -> None:
        ended = run_program("sandbox", *flags)
        assert ended.returncode == 2
        assert words in ended.stderr


class sandbox:  # noqa: N801  reads as the function that it is used as
    """The emulator on a free port, and its address."""

    def __init__(self, *flags: str) -> None:
        self._process = ServerProcess("sandbox", "--port", "0", *flags)

    def __enter__(self) -> tuple[str, ServerProcess]:
        ends = time.monotonic() + LONGEST
        while "(any key" not in (log := self._process.log()):
            assert time.monotonic() < ends
            assert self._process.process.poll() is None, log
        return log.split(" on ")[1].split(" ")[0], self._process

    def __exit__(self, *failure: object) -> None:
        self._process.process.terminate()
        self._process.status()
        self._process.__exit__(None, None, None)


class TestContract:
    def test_documents_become_facts_and_are_compared(self, tmp_path: Path) -> None:
        published = tmp_path / "published.yaml"
        published.write_text(
            "openapi: 3.0.0\n"
            "info: {title: Things, version: '1'}\n"
            "paths:\n"
            "  /thing:\n"
            "    get: {operationId: listThings, summary: prose, responses: {'200': {description: ok}}}\n"
        )
        facts = tmp_path / "facts.json"
        built = run_program("contract", "build", str(published), "-o", str(facts))
        assert built.returncode == 0, built.stderr
        assert b"1 operations" in built.stdout
        assert "listThings" in facts.read_text()
        assert "prose" not in facts.read_text()
        same = run_program("contract", "diff", str(published), str(facts))
        assert (same.returncode, same.stdout) == (0, b"no differences\n")


class TestTheProgram:
    def test_help_names_the_commands(self) -> None:
        ended = run_program("--help")
        assert ended.returncode == 0
        assert all(word in ended.stdout for word in (b"demo", b"tools", b"call", b"sandbox", b"contract"))

    def test_the_version_is_told(self) -> None:
        assert run_program("--version").stdout.startswith(b"vapi-sessions-mcp ")

    def test_a_wrong_option_names_the_right_one(self) -> None:
        ended = run_program("--sandboxx")
        assert ended.returncode == 2
        assert b"did you mean --sandbox?" in ended.stderr
        assert ended.stdout == b""

    def test_a_wrong_setting_is_told_before_anything_is_served(self) -> None:
        ended = run_program("--base-url", "http://api.example")
        assert ended.returncode == 2
        assert b"unencrypted" in ended.stderr

    def test_a_tool_to_ask_about_that_there_is_not_stops_the_start(self) -> None:
        ended = run_program(env=environment(VAPI_SANDBOX="1", VAPI_CONFIRM="delete_sesion"))
        assert ended.returncode == 2
        assert ended.stderr.count(b"\n") == 1
        assert b"did you mean delete_session?" in ended.stderr

    def test_the_installed_command_is_the_same(self) -> None:
        installed = Path(sys.executable).with_name("vapi-sessions-mcp")
        with ServerProcess("--version", command=(str(installed),)) as process:
            assert process.line() == run_program("--version").stdout
        assert COMMAND[0] == sys.executable


def test_a_setting_that_keeps_a_library_from_being_loaded_is_named() -> None:
    ended = run_program("tools", env=environment(OTEL_PROPAGATORS="pigeon"))
    assert ended.returncode == 2
    (line,) = ended.stderr.decode().splitlines()
    assert "OTEL_PROPAGATORS is 'pigeon'" in line
