"""Opening a toolset: whose key, which API, which tools, and how a mistake is told."""

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


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VAPI_API_KEY", raising=False)


class TestKey:
    @pytest.mark.parametrize(
        ("passed", "variable", "sent"),
        [
            ("passed", None, "passed"),
            ("passed", "set", "passed"),
            (None, "set", "set"),
            (None, " set\n", "set"),
        ],
    )
    async def test_what_is_passed_wins_over_the_variable(
        self, monkeypatch: pytest.MonkeyPatch, passed: str | None, variable: str | None, sent: str
    ) -> None:
        if variable is not None:
            monkeypatch.setenv("VAPI_API_KEY", variable)
        upstream = FakeUpstream()
        with serving(upstream) as url:
            async with open_toolset(key=passed, base_url=url) as toolset:
                await toolset.call("list_sessions", {})
        assert upstream.requests[0].headers["authorization"] == f"Bearer {sent}"

    @pytest.mark.parametrize("variable", [None, "", " "])
    async def test_without_one_a_call_is_refused_and_another_may_bring_its_own(
        self, monkeypatch: pytest.MonkeyPatch, variable: str | None
    ) -> None:
        if variable is not None:
            monkeypatch.setenv("VAPI_API_KEY", variable)
        upstream = FakeUpstream()
        with serving(upstream) as url:
            async with open_toolset(base_url=url) as toolset:
                with pytest.raises(CallError, match="VAPI_API_KEY") as refused:
                    await toolset.call("list_sessions", {})
                await toolset.call("list_sessions", {}, key="brought")
        assert refused.value.kind == "no_key"
        assert [request.headers["authorization"] for request in upstream.requests] == ["Bearer brought"]


class TestSandbox:
    async def test_it_needs_no_key_and_forgets(self) -> None:
        async with open_toolset(sandbox=True) as toolset:
            made = await toolset.call("create_session", {"name": "kept in memory"})
            assert await toolset.call("get_session", {"id": made["id"]})
        async with open_toolset(sandbox=True) as toolset:
            assert (await toolset.call("list_sessions", {}))["results"] == []

    async def test_a_file_switches_it_on_and_keeps_its_sessions(self, tmp_path: Path) -> None:
        for count in (1, 2):
            async with open_toolset(sandbox_db=tmp_path / "sessions.sqlite") as toolset:
                await toolset.call("create_session", {})
                assert len((await toolset.call("list_sessions", {}))["results"]) == count


@pytest.mark.parametrize(
    ("choice", "names"),
    [
        ({"read_only": True}, ["list_sessions", "get_session"]),
        ({"tools": ["delete_session", "get_session"]}, ["get_session", "delete_session"]),
        ({"tools": ["delete_session", "get_session"], "read_only": True}, ["get_session"]),
    ],
)
async def test_there_are_only_the_chosen_tools(choice: dict[str, Any], names: list[str]) -> None:
    async with open_toolset(sandbox=True, **choice) as toolset:
        assert [tool.name for tool in toolset.tools] == names
        left = await toolset.answer("create_session", {})
    assert f"there are {', '.join(names)}." in left.content["error"]["message"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"region": "asia"}, "region is 'asia'; expected us or eu"),
        ({"base_url": "http://api.example"}, "would send the key unencrypted"),
        ({"tools": ["get_sesion"]}, "did you mean get_session?"),
        ({"tools": ["delete_session"], "read_only": True}, "leaves no tool"),
        ({"timeout": 0}, "timeout is 0; expected a number of seconds, more than 0"),
        ({"timeout": "5"}, "timeout is '5'; expected a number"),
        ({"timeout": float("nan")}, "timeout is nan; expected a number"),
        ({"timeout": float("inf")}, "timeout is inf; expected a number"),
        ({"timeout": True}, "timeout is out of range; expected a number"),
        ({"timeout": None}, "timeout is None; expected a number"),
        ({"timeout": 10**400}, "timeout is out of range; expected a number"),
        ({"tools": 5}, "tools is not a list of names"),
        ({"tools": [5]}, "tools is not a list of names"),
        ({"region": []}, "region is []; expected us or eu"),
        ({"base_url": 5}, "base_url is not a string"),
        ({"base_url": "https://api.example/{{KEY}}"}, "is not usable"),
        ({"sandbox_db": 5}, "sandbox_db is not the path of a file"),
        ({"sandbox_db": "\0"}, "sandbox_db is not the path of a file"),
        ({"sandbox": "false"}, "sandbox is 'false'; expected True or False"),
        ({"reveal_links": "no"}, "reveal_links is 'no'; expected True or False"),
        ({"key": "sk-12'34567"}, "key holds no API key: it has quotes"),
        ({"tools": "create_session"}, "expected a list of names, such as ['create_session']"),
        ({"key": "two words"}, "key holds no API key"),
        ({"key": "'sk-1234567'"}, "key holds no API key: it has quotes"),
        ({"key": 'sk-1234567"'}, "key holds no API key: it has quotes"),
        ({"key": ""}, "key holds no API key"),
        ({"key": 5}, "key is not a string"),
        ({"sandbox_db": "no-such-folder/sessions.sqlite"}, "sessions.sqlite cannot be used"),
    ],
)
def test_a_mistake_is_told_at_once(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        open_toolset(**wrong)
    assert words in str(refused.value)
    assert "sk-1234567" not in str(refused.value)


class TestImports:
    def test_every_public_name_is_there(self) -> None:
        for name in vapi_sessions_tools.__all__:
            assert getattr(vapi_sessions_tools, name) is not None
        assert {*vapi_sessions_tools.__all__} <= {*dir(vapi_sessions_tools)}

    def test_another_name_is_not(self) -> None:
        with pytest.raises(AttributeError, match="has no attribute 'open_toolbox'"):
            _ = vapi_sessions_tools.open_toolbox  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]

    def test_the_package_alone_imports_nothing_of_its_own_and_no_library(self) -> None:
        code = (
            "import sys; before = set(sys.modules); import vapi_sessions_tools; "
            "print(*sorted(name for name in set(sys.modules) - before if 'site-packages' in "
            "str(getattr(sys.modules[name], '__file__', '')) or name.startswith('vapi_')))"
        )
        bare = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
        told = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, timeout=60, check=True, env=bare
        )
        assert told.stdout.split() == [b"vapi_sessions_tools"]
