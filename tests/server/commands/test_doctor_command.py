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


def checks(ended: Ended) -> dict[str, Any]:
    """Return the first check of each name; nothing but one document is written."""
    found = json.loads(ended.out)
    assert ended.err == ""
    assert (found["healthy"], ended.status) in [(True, 0), (False, 1)]
    assert all(each.get("next") for each in found["checks"] if each["status"] == "warning")
    return {each["name"]: each for each in reversed(found["checks"])}


def configure(home: Path, **servers: Any) -> None:
    """Configure servers for a client."""
    (home / ".claude.json").write_text(json.dumps({"mcpServers": servers}), encoding="utf-8")


def test_healthy_installation_ends_with_0(
    doctor: Callable[..., Ended], tmp_path: Path, upstream: FakeUpstream, upstream_url: str
) -> None:
    sandboxed = {"command": sys.executable, "args": ["-m", "vapi_sessions_mcp", "--sandbox"]}
    configure(tmp_path, sandboxed=sandboxed, other={"command": "no-such-command"})
    ended = doctor("--json", "--base-url", upstream_url, "--document", FACTS, VAPI_API_KEY=KEY)
    found = checks(ended)
    assert ended.status == 0, found
    assert found["key"]["found"] == "from VAPI_API_KEY, ends in 6abc"
    assert found["claude-code: sandboxed"]["status"] == "ok"
    assert found["drift"]["status"] == "ok"
    assert "other" not in ended.out
    assert [request.path for request in upstream.requests] == ["/session"]


def test_text_for_people_has_no_colours_where_there_is_no_terminal(doctor: Callable[..., Ended]) -> None:
    ended = doctor("--sandbox")
    assert (ended.status, ended.err) == (0, "")
    assert "\x1b" not in ended.out
    assert ended.out.splitlines()[-1].startswith("Healthy: ")


def test_every_problem_is_reported_and_ends_with_1(doctor: Callable[..., Ended], tmp_path: Path) -> None:
    configure(tmp_path, zoë={"command": "/gone/vapi-sessions-mcp", "env": {"VAPI_API_KEY": LITERAL}})
    ended = doctor("--json", "--document", FACTS, VAPI_REGION="mars", VAPI_API_KEY=KEY)
    found = checks(ended)
    assert ended.status == 1
    names = ("region", "call", "drift", "claude-code: zoë")
    assert [found[name]["status"] for name in names] == ["problem", "skipped", "ok", "problem"]
