"""Opening a toolset: the key, the API, the tools, and refused settings."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

import vapi_sessions_tools
from fake_upstream import FakeUpstream, serving
from vapi_sessions_tools import CallError, SettingsError, open_toolset

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("passed", "variable", "sent"),
    [("passed", "set", "passed"), (None, "set", "set"), (None, " set\n", "set"), (None, "", None)],
)
async def test_the_passed_key_wins_over_the_variable_and_without_one_calls_bring_theirs(
    monkeypatch: pytest.MonkeyPatch, passed: str | None, variable: str, sent: str | None
) -> None:
    monkeypatch.setenv("VAPI_API_KEY", variable)
    upstream = FakeUpstream()
    with serving(upstream) as url:
        async with open_toolset(key=passed, base_url=url) as toolset:
            if sent is None:
                with pytest.raises(CallError, match="VAPI_API_KEY") as refused:
                    await toolset.call("list_sessions", {})
                assert refused.value.kind == "no_key"
                await toolset.call("list_sessions", {}, key="brought")
            else:
                await toolset.call("list_sessions", {})
    assert [request.headers["authorization"] for request in upstream.requests] == [
        f"Bearer {sent or 'brought'}"
    ]


async def test_the_sandbox_needs_no_key_and_keeps_sessions_in_a_file_only(tmp_path: Path) -> None:
    async with open_toolset(sandbox=True) as toolset:
        await toolset.call("create_session", {})
    async with open_toolset(sandbox=True) as toolset:
        assert (await toolset.call("list_sessions", {}))["results"] == []
    database = tmp_path / "sessions.sqlite"
    async with open_toolset(sandbox_db=database) as toolset:
        created = await toolset.call("create_session", {})
    async with open_toolset(sandbox_db=database) as toolset:
        assert (await toolset.call("get_session", {"id": created["id"]}))["id"] == created["id"]


async def test_only_the_chosen_tools_are_offered() -> None:
    async with open_toolset(sandbox=True, tools=["delete_session", "get_session"], read_only=True) as toolset:
        assert [tool.name for tool in toolset.tools] == ["get_session"]
        refused = await toolset.answer("create_session", {})
    assert "there are get_session." in refused.content["error"]["message"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"region": "asia"}, "region is 'asia'; expected us or eu"),
        ({"base_url": "http://api.example"}, "would send the key unencrypted"),
        ({"base_url": 5}, "base_url is not a string"),
        ({"tools": "create_session"}, "expected a list of names, such as ['create_session']"),
        ({"tools": 5}, "tools is not a list of names"),
        ({"tools": ["delete_session"], "read_only": True}, "leaves no tool"),
        ({"timeout": 0}, "timeout is 0; expected a number of seconds, more than 0"),
        ({"timeout": "5"}, "timeout is '5'; expected a number"),
        ({"timeout": float("nan")}, "timeout is nan; expected a number"),
        ({"timeout": True}, "timeout is out of range; expected a number"),
        ({"timeout": 10**400}, "timeout is out of range; expected a number"),
        ({"sandbox_db": 5}, "sandbox_db is not the path of a file"),
        ({"sandbox_db": "\0"}, "sandbox_db is not the path of a file"),
        ({"sandbox_db": "no-such-folder/sessions.sqlite"}, "sessions.sqlite cannot be used"),
        ({"sandbox": "false"}, "sandbox is 'false'; expected True or False"),
        ({"reveal_links": "no"}, "reveal_links is 'no'; expected True or False"),
        ({"key": "sk-12'34567"}, "key holds no API key: it has quotes"),
        ({"key": 5}, "key is not a string"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_wrong_setting_is_refused_and_named(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        open_toolset(**wrong)
    assert words in str(refused.value)
    assert "34567" not in str(refused.value)


def test_public_names_can_be_imported_and_an_unknown_name_is_an_error() -> None:
    for name in vapi_sessions_tools.__all__:
        assert getattr(vapi_sessions_tools, name) is not None
    assert {*vapi_sessions_tools.__all__} <= {*dir(vapi_sessions_tools)}
    with pytest.raises(AttributeError, match="has no attribute 'open_toolbox'"):
        _ = vapi_sessions_tools.open_toolbox  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def test_importing_the_package_imports_no_library_and_no_other_module_of_it() -> None:
    code = (
        "import sys; before = set(sys.modules); import vapi_sessions_tools; "
        "print(*sorted(name for name in set(sys.modules) - before if 'site-packages' in "
        "str(getattr(sys.modules[name], '__file__', '')) or name.startswith('vapi_')))"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, capture_output=True, timeout=120, check=True, env=environment)
    assert result.stdout.split() == [b"vapi_sessions_tools"]
