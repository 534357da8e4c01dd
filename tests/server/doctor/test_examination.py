"""All checks together: each is carried out, none for too long; and the report of what they found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from vapi_sessions_mcp.doctor.examination import Examination
from vapi_sessions_mcp.doctor.finding import Finding
from vapi_sessions_mcp.doctor.limits import Limits
from vapi_sessions_mcp.doctor.report import as_json, as_text, healthy
from vapi_sessions_mcp.settings import Flags

if TYPE_CHECKING:
    from pathlib import Path

KEY = "0197f3c2-1111-4222-8333-444455556abc"
CHECKS = "vapi_sessions_mcp.doctor.examination"
LONG = Limits(*[120.0] * 7)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Hide the files of whoever runs the tests."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path


async def examined(flags: Flags, limits: Limits = LONG, **environment: str) -> list[Finding]:
    found = list(await Examination(flags, environment, "/no/such/document", limits).findings())
    assert KEY not in str([each.as_json() for each in found])
    return found


async def test_every_check_is_reported_in_order() -> None:
    found = await examined(Flags(sandbox=True))
    assert [f"{each.group} {each.name}" for each in found] == [
        *("installation python", "installation packages", "installation command", "installation uv"),
        *("settings settings", "key key", "network address", "api call", "api latency"),
        *("contract contract", "contract drift", "clients files"),
    ]
    assert healthy(found)


async def test_checks_that_do_not_end_in_time_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(*_: object) -> None:
        await anyio.sleep_forever()

    for check in ("ask_the_api", "start_each", "contract_findings"):
        monkeypatch.setattr(f"{CHECKS}.{check}", hang)
    found = await examined(Flags(sandbox=True), Limits(total=2))
    unfinished = {each.group: each.status for each in found if "not finished" in each.found}
    assert unfinished.items() >= {"api": "problem", "clients": "problem", "contract": "skipped"}.items()


async def test_without_settings_in_time_only_the_installation_is_checked() -> None:
    found = await examined(Flags(), Limits(reading=0))
    assert {each.group for each in found} == {"installation", "settings"}
    assert found[-1].status == "problem"


@pytest.mark.parametrize(
    "environment",
    [
        {"VAPI_API_KEY": KEY, "VAPI_REGION": KEY, "VAPI_BASE_URL": f"ftp://{KEY}", "VAPI_TOOLS": KEY},
        {"VAPI_API_KEY_FILE": "{home}/key", "VAPI_TIMEOUT": KEY, "VAPI_OPENAPI": f"/{KEY}"},
        {"VAPI_TOKEN": f"Bearer {KEY}", "VAPI_API_BASE_URL": "http://127.0.0.1:1", "VAPI_CONFIRM": KEY},
    ],
)
async def test_a_key_in_the_wrong_setting_is_not_shown(home: Path, environment: dict[str, str]) -> None:
    (home / "key").write_text(f"{KEY}\nand more")
    filled = {name: value.replace("{home}", str(home)) for name, value in environment.items()}
    assert not healthy(await examined(Flags(), LONG, **filled))


async def test_a_failing_check_and_a_missing_home_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Any:
        raise RuntimeError(KEY)

    monkeypatch.setattr(f"{CHECKS}.installation", broken)
    monkeypatch.setattr(f"{CHECKS}.Path.home", broken)
    first, *_, last = await examined(Flags(sandbox=True))
    assert (first.status, first.found) == ("problem", "could not be looked at: RuntimeError")
    assert (last.name, last.status) == ("files", "skipped")


FINE = Finding("installation", "python", "ok", "CPython", details=("a detail",), milliseconds=3)
DRIFT = Finding("contract", "drift", "warning", "differs", "Wait.", tuple(f"line {n}" for n in range(9)))
BROKEN = Finding("api", "call", "problem", "the key is refused " * 12, "Use the private one.")
SKIPPED = Finding("network", "TLS", "skipped", "\x1b[2J\x07 not here")


def test_the_text_has_a_line_for_each_finding_with_details_and_next_step_below() -> None:
    shown = as_text([BROKEN, FINE, DRIFT, SKIPPED], width=80, colour=False)
    assert shown.splitlines()[:2] == ["Installation", "  ok       python  CPython"]
    assert shown.index("Network") < shown.index("API") < shown.index("Contract")
    assert shown.endswith("Not healthy: 1 problem, 1 warning, 1 ok, 1 skipped.")
    assert max(map(len, shown.splitlines())) <= 80
    first = next(line for line in shown.splitlines() if "the key" in line)
    assert f"\n{' ' * first.index('the key')}-> Use the private one." in shown
    assert [part in shown for part in ("| line 4", "line 5", "| and 4 more", "a detail")] == [True, False] * 2
    assert ("\x1b" in shown, "\\x1b[2J" in shown) == (False, True)
    assert "\x1b[31mproblem" in as_text([BROKEN], width=80, colour=True)


def test_the_json_has_everything() -> None:
    report = json.loads(as_json([FINE, DRIFT, BROKEN]))
    fine = {"group": "installation", "name": "python", "status": "ok", "found": "CPython"}
    assert (report["healthy"], report["checks"][0]) == (
        False,
        {**fine, "details": ["a detail"], "milliseconds": 3},
    )
    assert (report["checks"][1]["next"], len(report["checks"][1]["details"])) == ("Wait.", 9)
