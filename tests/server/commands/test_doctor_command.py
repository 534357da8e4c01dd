"""`doctor`: what it prints for people and for programs, and its exit status."""

from __future__ import annotations

import json
import sys
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest

from in_process import Ended, run_main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fake_upstream import FakeUpstream

KEY = "0197f3c2-1111-4222-8333-444455556abc"
LITERAL = "0197f3c2-9999-4222-8333-444455557def"
FACTS = str(resources.files("vapi_sessions_tools.contract").joinpath("facts.json"))


@pytest.fixture
def doctor(tmp_path: Path) -> Callable[..., Ended]:
    """Runs the command for somebody with a home of their own; no key is in what it writes."""

    def run(*flags: str, **variables: str) -> Ended:
        homes = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "APPDATA": str(tmp_path / "AppData")}
        ended = run_main("doctor", *flags, **homes, XDG_CONFIG_HOME="", CLAUDE_CONFIG_DIR="", **variables)
        for key in (KEY, LITERAL):
            assert key[:-4] not in ended.out + ended.err
        return ended

    return run


@pytest.fixture
def checks(doctor: Callable[..., Ended]) -> Callable[..., dict[str, Any]]:
    """Runs the command for programs and returns the checks by name."""

    def run(*flags: str, **variables: str) -> dict[str, Any]:
        ended = doctor("--json", *flags, **variables)
        found = json.loads(ended.out)
        assert ended.err == ""
        assert (found["healthy"], ended.status) in [(True, 0), (False, 1)]
        assert all(each.get("next") for each in found["checks"] if each["status"] == "warning")
        by_name: dict[str, Any] = {"healthy": found["healthy"]}
        for each in found["checks"]:
            by_name.setdefault(each["name"], each)
        return by_name

    return run


def configure(home: Path, **servers: Any) -> None:
    """Configure servers for a client."""
    (home / ".claude.json").write_text(json.dumps({"mcpServers": servers}), encoding="utf-8")


def test_healthy_installation_ends_with_0(
    checks: Callable[..., dict[str, Any]], tmp_path: Path, upstream: FakeUpstream, upstream_url: str
) -> None:
    sandboxed = {"command": sys.executable, "args": ["-m", "vapi_sessions_mcp", "--sandbox"]}
    configure(tmp_path, sandboxed=sandboxed, other={"command": "no-such-command"})
    found = checks("--base-url", upstream_url, "--document", FACTS, VAPI_API_KEY=KEY)
    assert found["healthy"], found
    assert found["key"]["found"] == "from VAPI_API_KEY, ends in 6abc"
    assert found["claude-code: sandboxed"]["status"] == "ok"
    assert found["drift"]["status"] == "ok"
    assert "other" not in json.dumps(found)
    assert [request.path for request in upstream.requests] == ["/session"]


def test_sandbox_needs_neither_key_nor_network(doctor: Callable[..., Ended]) -> None:
    ended = doctor("--sandbox")
    assert (ended.status, ended.err) == (0, "")
    assert "\x1b" not in ended.out, "it is no terminal"
    assert ended.out.splitlines()[-1].startswith("Healthy: ")


def test_public_key_is_a_problem(
    doctor: Callable[..., Ended], upstream: FakeUpstream, upstream_url: str
) -> None:
    upstream.respond({"message": f"Invalid Key {KEY}.", "statusCode": 401}, 401)
    ended = doctor("--base-url", upstream_url, "--document", FACTS, VAPI_API_KEY=KEY)
    assert ended.status == 1
    assert "probably the public key" in ended.out


def test_missing_key_is_a_problem(checks: Callable[..., dict[str, Any]]) -> None:
    found = checks("--base-url", "http://127.0.0.1:1", "--document", FACTS)
    assert (found["healthy"], found["key"]["status"]) == (False, "problem")


def test_setting_that_cannot_be_used_is_reported_with_the_rest(
    checks: Callable[..., dict[str, Any]],
) -> None:
    found = checks("--document", FACTS, VAPI_REGION="mars", VAPI_API_KEY=KEY)
    statuses = {name: found[name]["status"] for name in ("region", "call", "drift")}
    assert statuses == {"region": "problem", "call": "skipped", "drift": "ok"}


def test_configured_server_that_would_not_start_is_a_problem(
    checks: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    configure(tmp_path, zoë={"command": "/gone/vapi-sessions-mcp", "env": {"VAPI_API_KEY": LITERAL}})
    found = checks("--sandbox")
    assert (found["healthy"], found["claude-code: zoë"]["status"]) == (False, "problem")
