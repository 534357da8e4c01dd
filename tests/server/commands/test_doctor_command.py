"""`vapi-sessions-mcp doctor` as a person runs it, in an environment of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest

from fake_upstream import FakeUpstream, serving
from server_process import COMMAND, LONGEST

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

KEY = "0197f3c2-1111-4222-8333-444455556abc"
LITERAL = "0197f3c2-9999-4222-8333-444455557def"
A_MINUTE = 60.0
FACTS = str(resources.files("vapi_sessions_tools.contract").joinpath("facts.json"))
SANDBOXED = {"command": sys.executable, "args": ["-m", "vapi_sessions_mcp", "--sandbox"]}
IS_POSIX = os.name == "posix"
POSIX = pytest.mark.skipif(not IS_POSIX, reason="Windows knows no such signals")


class Person:
    """Somebody who asks the doctor.

    Args:
        home: Where all of their files are.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        kept = ("PATH", "SYSTEMROOT", "COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START", "PYTHONPATH")
        self.environment = {name: os.environ[name] for name in kept if name in os.environ}
        self.environment |= {"HOME": str(home), "USERPROFILE": str(home), "APPDATA": str(home / "AppData")}

    def configures(self, **servers: Any) -> None:
        """Configure servers for a client."""
        (self.home / ".claude.json").write_text(json.dumps({"mcpServers": servers}))

    def asks(self, *flags: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
        """Run the command; no key is in anything that it writes."""
        ended = subprocess.run(
            [*COMMAND, "doctor", *flags],
            env={**self.environment, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=A_MINUTE,
            check=False,
        )
        for key in (KEY, LITERAL):
            assert key.encode() not in ended.stdout + ended.stderr
            assert key[:-4].encode() not in ended.stdout + ended.stderr
        assert b"Traceback" not in ended.stderr
        return ended

    def finds(self, *flags: str, **variables: str) -> dict[str, Any]:
        """Run the command for programs; nothing but one document is written."""
        ended = self.asks("--json", *flags, **variables)
        assert ended.stderr == b""
        found: dict[str, Any] = json.loads(ended.stdout)
        assert found["healthy"] == (ended.returncode == 0)
        assert all(each.get("next") for each in found["checks"] if each["status"] == "warning")
        return {**found, "by_name": {each["name"]: each for each in found["checks"]}}


@pytest.fixture
def person(tmp_path: Path) -> Person:
    """Somebody with a home of their own, and nothing in it."""
    return Person(tmp_path)


@pytest.fixture(scope="module")
def api() -> Generator[tuple[FakeUpstream, str]]:
    """An API on a real port."""
    upstream = FakeUpstream()
    with serving(upstream) as url:
        yield upstream, url


class TestHealthy:
    def test_everything_in_order_ends_with_0(self, person: Person, api: tuple[FakeUpstream, str]) -> None:
        upstream, url = api
        upstream.reset()
        person.configures(sandboxed=SANDBOXED, other={"command": "no-such-command"})
        found = person.finds("--base-url", url, "--document", FACTS, VAPI_API_KEY=KEY)
        assert found["healthy"], found
        assert found["by_name"]["key"]["found"] == "from VAPI_API_KEY, ends in 6abc"
        assert found["by_name"]["claude-code: sandboxed"]["status"] == "ok"
        assert found["by_name"]["drift"]["status"] == "ok"
        assert "other" not in json.dumps(found)
        assert [request.path for request in upstream.requests] == ["/session"]

    def test_the_sandbox_needs_no_key_and_no_network(self, person: Person) -> None:
        ended = person.asks("--sandbox")
        assert ended.returncode == 0
        assert ended.stderr == b""
        assert b"\x1b" not in ended.stdout
        assert ended.stdout.decode().splitlines()[-1].startswith("Healthy: ")


class TestNotHealthy:
    def test_no_key(self, person: Person) -> None:
        found = person.finds("--base-url", "http://127.0.0.1:1", "--document", FACTS)
        assert found["by_name"]["key"]["found"].startswith("no key is set")
        assert found["by_name"]["key"]["status"] == "problem"

    def test_a_public_key(self, person: Person, api: tuple[FakeUpstream, str]) -> None:
        upstream, url = api
        upstream.reset()
        upstream.respond({"message": f"Invalid Key {KEY}.", "statusCode": 401}, 401)
        ended = person.asks("--base-url", url, "--document", FACTS, VAPI_API_KEY=KEY)
        assert ended.returncode == 1
        assert b"probably the public key" in ended.stdout

    def test_a_setting_that_cannot_be_used_is_told_with_the_rest(self, person: Person) -> None:
        found = person.finds("--document", FACTS, VAPI_REGION="mars", VAPI_API_KEY=KEY)
        assert found["by_name"]["region"]["status"] == "problem"
        assert found["by_name"]["call"]["status"] == "skipped"
        assert found["by_name"]["drift"]["status"] == "ok"

    def test_a_configured_server_that_would_not_start(self, person: Person) -> None:
        gone = {"command": "/gone/vapi-sessions-mcp", "env": {"VAPI_API_KEY": LITERAL}}
        person.configures(gone=gone)
        found = person.finds("--sandbox")
        assert not found["healthy"]
        told = [each for each in found["checks"] if each["name"] == "claude-code: gone"]
        assert [each["status"] for each in told] == ["problem", "warning"]
        assert "ends in 7def" in told[1]["found"]

    def test_the_api_out_of_reach(self, person: Person) -> None:
        found = person.finds(
            "--base-url", "https://name.invalid", "--document", "https://name.invalid/", VAPI_API_KEY=KEY
        )
        assert {name: found["by_name"][name]["status"] for name in ("DNS", "call", "drift")} == {
            "DNS": "problem",
            "call": "problem",
            "drift": "skipped",
        }


class TestItsOutput:
    @pytest.mark.parametrize("flag", ["--jsn", "--region", "surplus"])
    def test_wrong_usage_ends_with_2(self, person: Person, flag: str) -> None:
        ended = person.asks(flag)
        assert (ended.returncode, ended.stdout) == (2, b"")

    def test_a_terminal_of_few_letters_is_no_matter(self, person: Person) -> None:
        person.configures(zoë={"command": "/gone/vapi-sessions-mcp"})
        ended = person.asks("--sandbox", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
        assert ended.returncode == 1
        assert "zoë" in ended.stdout.decode()

    @POSIX
    def test_an_output_that_is_closed_is_told_in_one_line(self, person: Person) -> None:
        script = f'exec "{sys.executable}" -m vapi_sessions_mcp doctor --sandbox >&-'
        ended = subprocess.run(
            ["sh", "-c", script], env=person.environment, capture_output=True, timeout=LONGEST, check=False
        )
        assert ended.returncode == 1
        assert b"standard output is closed" in ended.stderr


@POSIX
class TestIsAskedToEnd:
    @pytest.mark.parametrize(("request_", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
    def test_it_ends_quietly_and_leaves_nothing_behind(
        self, person: Person, request_: str, status: int
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(LONGEST)
            person.configures(stubborn=stubborn(person.home, listener.getsockname()[1]))
            process = subprocess.Popen(
                [*COMMAND, "doctor", "--sandbox", "--json"],
                env=person.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(5)
                assert connection.recv(16) == b"started"
                process.send_signal(getattr(signal, request_))
                assert process.communicate(timeout=LONGEST) == (b"", b"")
                assert connection.recv(16) == b""  # as its only holder is gone
        assert process.returncode == status


def stubborn(folder: Path, port: int) -> dict[str, Any]:
    """Return the configuration of a shell that starts what says so, and then minds nothing."""
    text = (
        "import signal, socket, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"s = socket.create_connection(('127.0.0.1', {port})); s.sendall(b'started');"
        "[time.sleep(9) for _ in range(99)]"
    )
    script = folder / "stubborn.py"
    script.write_text(text)
    return {"command": "sh", "args": ["-c", f"{sys.executable} {script}; true", "vapi-sessions-mcp"]}


CAN_ISOLATE = (
    sys.platform == "linux"
    and shutil.which("unshare") is not None
    and subprocess.run(["unshare", "-n", "-m", "true"], check=False, capture_output=True).returncode == 0
)
ISOLATED = pytest.mark.skipif(not CAN_ISOLATE, reason="no network can be taken away here")


@ISOLATED
class TestWithoutANetwork:
    def test_it_ends_and_says_so(self, person: Person) -> None:
        begun = time.monotonic()
        ended = subprocess.run(
            ["unshare", "-n", *COMMAND, "doctor", "--json"],
            env={**person.environment, "VAPI_API_KEY": KEY},
            capture_output=True,
            timeout=A_MINUTE,
            check=False,
        )
        assert time.monotonic() - begun < A_MINUTE
        assert (ended.returncode, ended.stderr) == (1, b"")
        found = {each["name"]: each["status"] for each in json.loads(ended.stdout)["checks"]}
        assert found["DNS"] == found["call"] == "problem"
        assert found["drift"] == "skipped"

    def test_it_ends_where_nothing_answers(self, person: Person, tmp_path: Path) -> None:
        """Name servers are silent, and so is a configured server that minds no signal."""
        text = "import signal, time; signal.signal(15, signal.SIG_IGN); [time.sleep(9) for _ in range(99)]"
        person.configures(mine={"command": sys.executable, "args": ["-c", text, "vapi-sessions-mcp"]})
        names = tmp_path / "resolv.conf"
        names.write_text("nameserver 127.0.0.1\noptions timeout:30 attempts:5\n")
        begun = time.monotonic()
        ended = subprocess.run(
            [
                "unshare",
                "-n",
                "-m",
                sys.executable,
                "-c",
                SILENT_NAMES,
                str(names),
                *COMMAND,
                "doctor",
                "--json",
            ],
            env={**person.environment, "VAPI_API_KEY": KEY},
            capture_output=True,
            timeout=A_MINUTE,
            check=False,
        )
        assert time.monotonic() - begun < A_MINUTE
        assert (ended.returncode, ended.stderr) == (1, b"")
        found = {each["name"]: each for each in json.loads(ended.stdout)["checks"]}
        assert "no answer to where api.vapi.ai is" in found["DNS"]["found"]
        assert "did not answer" in found["claude-code: mine"]["found"]
        assert found["drift"]["status"] == "skipped"


SILENT_NAMES = """
import fcntl, socket, struct, subprocess, sys
subprocess.run(["mount", "--bind", sys.argv[1], "/etc/resolv.conf"], check=True)
silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(silent, 0x8914, struct.pack("16sh14x", b"lo", 0x41))  # SIOCSIFFLAGS: up and running
silent.bind(("127.0.0.1", 53))
sys.exit(subprocess.run(sys.argv[2:]).returncode)
"""
"""Runs a command where the one name server takes every question and answers none."""
