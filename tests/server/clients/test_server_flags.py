"""The settings given to `config`: checked first, then handed on with absolute paths."""

from __future__ import annotations

from pathlib import Path

import pytest

from vapi_sessions_mcp.clients.server_flags import arguments_of, checked, with_restrictions
from vapi_sessions_mcp.settings import Flags
from vapi_sessions_tools.errors import SettingsError


def test_without_flags_there_are_no_arguments() -> None:
    assert arguments_of(Flags()) == ()


def test_every_flag_becomes_an_argument_again() -> None:
    flags = Flags(region="eu", timeout="20", read_only=True, tools="a,b", confirm="a", reveal_links=True)
    assert arguments_of(flags) == (
        *("--region", "eu", "--timeout", "20", "--read-only", "--tools", "a,b", "--confirm", "a"),
        "--reveal-links",
    )


def test_what_counts_as_not_given_is_not_handed_on() -> None:
    assert arguments_of(Flags(region="", base_url="${VAPI_BASE_URL}")) == ()


def test_paths_are_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    flags = Flags(sandbox_db="a b.db", openapi="~/api.json")
    assert arguments_of(flags) == (
        *("--sandbox-db", str(tmp_path / "a b.db"), "--openapi", str(Path.home() / "api.json")),
    )


def test_the_address_of_a_document_stays_one() -> None:
    assert arguments_of(Flags(openapi="https://host.test/api.json"))[-1] == "https://host.test/api.json"
    assert checked(Flags(openapi="https://host.test/api.json")).openapi is not None  # and is not fetched


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (Flags(region="uk"), "--region"),
        (Flags(timeout="soon"), "--timeout"),
        (Flags(tools="list_session"), "list_session"),
        (Flags(confirm="delete"), "delete"),
        (Flags(openapi="/no/such/file"), "/no/such/file"),
    ],
)
def test_a_wrong_one_is_told(flags: Flags, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        checked(flags)


def test_checking_makes_no_file(tmp_path: Path) -> None:
    assert checked(Flags(sandbox_db=str(tmp_path / "new.db"))).sandbox
    assert list(tmp_path.iterdir()) == []


def test_variables_of_this_shell_are_none_of_the_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAPI_SANDBOX", "true")
    assert not checked(Flags()).sandbox


def test_but_its_restrictions_are_carried_over() -> None:
    environment = {
        "VAPI_READ_ONLY": "1",
        "VAPI_TOOLS": "list_sessions,get_session",
        "VAPI_CONFIRM": "get_session",
        "VAPI_SANDBOX": "true",
        "VAPI_TIMEOUT": "9",
    }
    flags = with_restrictions(Flags(tools="get_session", confirm="list_sessions"), environment)
    assert flags == Flags(read_only=True, tools="get_session", confirm="get_session,list_sessions")
    assert with_restrictions(Flags(), {"VAPI_TOOLS": " , "}).tools == ","
    assert with_restrictions(Flags(timeout="7"), {"VAPI_READ_ONLY": "0"}) == Flags(timeout="7")


def test_with_the_document_whose_tools_they_name() -> None:
    document = {"VAPI_OPENAPI": "a.yaml"}
    assert with_restrictions(Flags(), document) == Flags()
    carried = with_restrictions(Flags(), {**document, "VAPI_TOOLS": "get_book"})
    assert carried == Flags(openapi="a.yaml", tools="get_book")


def test_a_flag_does_not_lift_them() -> None:
    with pytest.raises(SettingsError, match="VAPI_TOOLS allows only list_sessions"):
        with_restrictions(Flags(tools="delete_session"), {"VAPI_TOOLS": "list_sessions"})
    with pytest.raises(SettingsError, match="VAPI_REVEAL_LINKS is false"):
        with_restrictions(Flags(reveal_links=True), {"VAPI_REVEAL_LINKS": "false"})
