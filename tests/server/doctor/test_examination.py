"""All checks together: each carried out, none for too long, and what was not done is told."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

import pytest

from fake_upstream import no_response, raw_server
from vapi_sessions_mcp.doctor.examination import Examination
from vapi_sessions_mcp.doctor.limits import Limits
from vapi_sessions_mcp.settings import Flags

if TYPE_CHECKING:
    from pathlib import Path

    from vapi_sessions_mcp.doctor.finding import Finding

KEY = "0197f3c2-1111-4222-8333-444455556abc"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the person who asks have no files but those of the test."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path


async def examined(flags: Flags, limits: Limits, **environment: str) -> list[Finding]:
    found = list(await Examination(flags, environment, "/no/such/document", limits).findings())
    assert KEY not in str([each.as_json() for each in found])
    return found


async def test_everything_is_looked_at_and_told_in_order() -> None:
    found = await examined(Flags(sandbox=True), Limits())
    assert [(each.group, each.name) for each in found] == [
        *(("installation", name) for name in ("python", "packages", "command", "uv")),
        ("settings", "settings"),
        ("key", "key"),
        ("network", "address"),
        *(("api", name) for name in ("call", "latency")),
        *(("contract", name) for name in ("contract", "drift")),
        ("clients", "files"),
    ]
    assert not any(each.status == "problem" for each in found)


async def test_what_is_not_done_in_time_is_told(home: Path) -> None:
    hanging = {"command": sys.executable, "args": ["-c", "import time; time.sleep(60)", "vapi-sessions-mcp"]}
    (home / ".claude.json").write_text(json.dumps({"mcpServers": {"mine": hanging}}))
    begun = time.monotonic()
    async with raw_server(no_response) as script:
        found = await examined(Flags(base_url=script.url), Limits(total=1.5), VAPI_API_KEY=KEY)
    assert time.monotonic() - begun < 15
    unfinished = {each.group: each.status for each in found if "not finished" in each.found}
    assert unfinished == {"api": "problem", "clients": "problem"}
    assert {"python", "address", "DNS", "connection", "drift"} <= {each.name for each in found}


async def test_settings_that_cannot_be_read_in_time_leave_the_installation() -> None:
    found = await examined(Flags(), Limits(reading=0))
    assert {each.group for each in found} == {"installation", "settings"}
    assert found[-1].status == "problem"


async def test_a_key_that_stands_where_it_does_not_belong_is_not_told(home: Path) -> None:
    file = home / "key"
    file.write_text(f"{KEY}\nand more")
    for environment in (
        {"VAPI_API_KEY": KEY, "VAPI_REGION": KEY, "VAPI_BASE_URL": f"ftp://{KEY}", "VAPI_TOOLS": KEY},
        {"VAPI_API_KEY_FILE": str(file), "VAPI_TIMEOUT": KEY, "VAPI_OPENAPI": f"/{KEY}"},
        {"VAPI_TOKEN": f"Bearer {KEY}", "HTTPS_PROXY": f"http://u:{KEY}@proxy.invalid", "VAPI_CONFIRM": KEY},
    ):
        found = await examined(Flags(), Limits(total=10), **environment)
        assert any(each.status == "problem" for each in found)


async def test_a_user_without_a_home_has_no_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr("vapi_sessions_mcp.doctor.examination.Path.home", homeless)
    found = await examined(Flags(sandbox=True), Limits())
    assert found[-1].name == "files"


async def test_a_check_that_breaks_is_told_without_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise LookupError(KEY)

    monkeypatch.setattr("vapi_sessions_mcp.doctor.examination.installation", broken)
    found = await examined(Flags(sandbox=True), Limits())
    assert (found[0].status, found[0].found) == ("problem", "could not be looked at: LookupError")
