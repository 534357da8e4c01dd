"""Settings: which of flag, variable and default wins, what counts as given, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from vapi_sessions_mcp.settings import Flags, resolve, unfilled
from vapi_sessions_tools.credential import Credential, MissingKey
from vapi_sessions_tools.environment_key import given
from vapi_sessions_tools.errors import SettingsError


class TestWhatCountsAsGiven:
    @pytest.mark.parametrize("text", [None, "", "   ", "${VAPI_API_KEY}", " ${X} ", "${}"])
    def test_nothing_blank_or_an_unexpanded_placeholder_is_not(self, text: str | None) -> None:
        assert given(text) is None

    @pytest.mark.parametrize("text", ["value", " value ", "a${X}b", "$VALUE"])
    def test_anything_else_is_without_the_space_around_it(self, text: str) -> None:
        assert given(text) == text.strip()


class TestDefaults:
    def test_without_flags_and_variables_the_us_api_is_called_without_a_key(self) -> None:
        settings = resolve(Flags(), {})
        assert settings.credential == MissingKey()
        assert settings.base_url == "https://api.vapi.ai"
        assert not settings.base_url_stated
        assert settings.timeout == 50.0
        assert settings.log_level == "warning"
        assert not settings.sandbox
        assert not settings.reveal_links
        assert settings.openapi is None
        assert settings.tools is None
        assert settings.confirm == ()
        assert not settings.read_only


class TestPrecedence:
    def test_a_flag_wins_over_its_variable(self) -> None:
        flags = Flags(base_url="https://one.example", timeout="3", log_level="debug", openapi="a.json")
        environment = {
            "VAPI_BASE_URL": "https://two.example",
            "VAPI_TIMEOUT": "4",
            "VAPI_LOG_LEVEL": "error",
            "VAPI_OPENAPI": "b.json",
        }
        settings = resolve(flags, environment)
        assert (settings.base_url, settings.timeout) == ("https://one.example", 3.0)
        assert (settings.log_level, settings.openapi) == ("debug", "a.json")

    def test_an_empty_flag_leaves_it_to_the_variable(self) -> None:
        assert resolve(Flags(base_url=""), {"VAPI_BASE_URL": "https://two.example"}).base_url == (
            "https://two.example"
        )

    def test_the_first_variable_that_is_given_wins(self) -> None:
        environment = {"VAPI_BASE_URL": "${VAPI_BASE_URL}", "VAPI_API_BASE_URL": "https://two.example"}
        assert resolve(Flags(), environment).base_url == "https://two.example"

    def test_a_base_url_wins_over_the_region(self) -> None:
        settings = resolve(Flags(region="eu"), {"VAPI_BASE_URL": "https://two.example"})
        assert settings.base_url == "https://two.example"

    def test_the_region_chooses_the_host(self) -> None:
        assert resolve(Flags(), {"VAPI_REGION": "EU"}).base_url == "https://api.eu.vapi.ai"

    def test_the_sandbox_wins_over_key_and_url(self) -> None:
        environment = {"VAPI_API_KEY": "a-key", "VAPI_BASE_URL": "https://two.example"}
        settings = resolve(Flags(sandbox=True), environment)
        assert settings.sandbox
        assert settings.base_url != "https://two.example"
        assert settings.credential != Credential("a-key")

    def test_a_sandbox_file_means_the_sandbox(self) -> None:
        settings = resolve(Flags(sandbox_db="~/sessions.db"), {})
        assert settings.sandbox
        assert settings.sandbox_db == Path("~/sessions.db").expanduser()

    def test_the_sandbox_switched_off_wins_over_the_variable_for_its_file(self) -> None:
        environment = {"VAPI_SANDBOX": "false", "VAPI_SANDBOX_DB": "sessions.db", "VAPI_API_KEY": "a-key"}
        settings = resolve(Flags(), environment)
        assert not settings.sandbox
        assert settings.sandbox_db is None
        assert settings.credential == Credential("a-key")

    def test_but_the_flag_for_its_file_switches_it_on(self) -> None:
        settings = resolve(Flags(sandbox_db="mine.db"), {"VAPI_SANDBOX": "0", "VAPI_SANDBOX_DB": "other.db"})
        assert settings.sandbox
        assert settings.sandbox_db == Path("mine.db")

    def test_tools_are_named_with_commas_between(self) -> None:
        environment = {"VAPI_TOOLS": "list_sessions, get_session,", "VAPI_READ_ONLY": "true"}
        settings = resolve(Flags(), environment)
        assert settings.tools == ("list_sessions", "get_session")
        assert settings.read_only

    def test_so_are_those_that_are_asked_about_first(self) -> None:
        environment = {"VAPI_CONFIRM": "delete_session, update_session"}
        assert resolve(Flags(), environment).confirm == ("delete_session", "update_session")
        assert resolve(Flags(), {"VAPI_CONFIRM": "${VAPI_CONFIRM}"}).confirm == ()

    @pytest.mark.parametrize(("text", "on"), [("true", True), ("1", True), ("False", False), ("0", False)])
    def test_switches_are_true_false_1_or_0(self, text: str, on: bool) -> None:  # noqa: FBT001  a parameter set
        settings = resolve(Flags(), {"VAPI_SANDBOX": text, "VAPI_REVEAL_LINKS": text})
        assert settings.sandbox is on
        assert settings.reveal_links is on


class TestRestrictions:
    """A flag narrows what a variable restricts, and never widens it."""

    def test_tools_of_a_flag_are_a_choice_from_those_of_the_variable(self) -> None:
        environment = {"VAPI_TOOLS": "list_sessions,get_session"}
        assert resolve(Flags(tools="get_session"), environment).tools == ("get_session",)
        assert resolve(Flags(tools=""), environment).tools == ("list_sessions", "get_session")
        assert resolve(Flags(tools="delete_session"), {"VAPI_TOOLS": "${T}"}).tools == ("delete_session",)

    @pytest.mark.parametrize("flag", ["delete_session", "list_sessions,delete_session"])
    def test_a_tool_that_the_variable_does_not_allow_is_an_error_that_names_both(self, flag: str) -> None:
        message = r"--tools names delete_session, but VAPI_TOOLS allows only list_sessions"
        with pytest.raises(SettingsError, match=message):
            resolve(Flags(tools=flag), {"VAPI_TOOLS": "list_sessions"})

    def test_a_variable_of_commas_alone_allows_no_tool(self) -> None:
        with pytest.raises(SettingsError, match="VAPI_TOOLS allows none"):
            resolve(Flags(tools="list_sessions"), {"VAPI_TOOLS": " , "})

    def test_the_user_is_asked_before_the_tools_of_flag_and_variable(self) -> None:
        environment = {"VAPI_CONFIRM": "delete_session,update_session"}
        asked = resolve(Flags(confirm="list_sessions,delete_session"), environment).confirm
        assert asked == ("delete_session", "update_session", "list_sessions")

    @pytest.mark.parametrize("flag", [None, False, True])
    def test_read_only_by_the_variable_holds(self, flag: bool | None) -> None:  # noqa: FBT001  a parameter set
        assert resolve(Flags(read_only=flag), {"VAPI_READ_ONLY": "1"}).read_only
        assert resolve(Flags(read_only=True), {"VAPI_READ_ONLY": "0"}).read_only

    def test_links_that_the_variable_hides_are_not_revealed_by_the_flag(self) -> None:
        message = "--reveal-links is given, but VAPI_REVEAL_LINKS is false"
        with pytest.raises(SettingsError, match=message):
            resolve(Flags(reveal_links=True), {"VAPI_REVEAL_LINKS": "false"})
        assert not resolve(Flags(reveal_links=False), {"VAPI_REVEAL_LINKS": "true"}).reveal_links

    @pytest.mark.parametrize("name", ["VAPI_TOOLS", "VAPI_CONFIRM"])
    def test_tool_names_of_a_variable_are_not_given_to_the_tools_of_another_document(self, name: str) -> None:
        message = f"--openapi is given, but {name} names tools of another document"
        with pytest.raises(SettingsError, match=message):
            resolve(Flags(openapi="a.json"), {name: "list_sessions"})
        with pytest.raises(SettingsError, match=message):
            resolve(Flags(openapi="a.json"), {name: "list_sessions", "VAPI_OPENAPI": "b.json"})
        both = {name: "list_sessions", "VAPI_OPENAPI": "a.json"}
        assert resolve(Flags(openapi="a.json"), both).openapi == "a.json"


class TestRefusals:
    @pytest.mark.parametrize(
        ("environment", "words"),
        [
            ({"VAPI_SANDBOX": "yes"}, "VAPI_SANDBOX is 'yes'; expected true, false, 1 or 0"),
            ({"VAPI_READ_ONLY": "on"}, "VAPI_READ_ONLY is 'on'; expected true, false, 1 or 0"),
            ({"VAPI_CONFIRM": ", ,"}, "VAPI_CONFIRM.*', ,'; expected names of tools"),
            ({"VAPI_REGION": "asia"}, "VAPI_REGION.*'asia'; expected us or eu"),
            ({"VAPI_TIMEOUT": "soon"}, "VAPI_TIMEOUT.*'soon'; expected seconds"),
            ({"VAPI_TIMEOUT": "0"}, "more than 0"),
            ({"VAPI_TIMEOUT": "601"}, "at most 600"),
            ({"VAPI_TIMEOUT": "nan"}, "expected seconds"),
            ({"VAPI_LOG_LEVEL": "loud"}, "VAPI_LOG_LEVEL.*expected debug, info, warning, error"),
            ({"VAPI_BASE_URL": "http://api.example"}, "unencrypted"),
        ],
    )
    def test_a_setting_that_cannot_be_used_is_named_with_what_is_right(
        self, environment: dict[str, str], words: str
    ) -> None:
        with pytest.raises(SettingsError, match=words):
            resolve(Flags(), environment)


def test_a_safety_variable_that_was_not_filled_in_is_told() -> None:
    assert unfilled(
        {"VAPI_READ_ONLY": "${RO}", "VAPI_TOOLS": " ${T} ", "VAPI_CONFIRM": "delete_session"}
    ) == [
        "VAPI_READ_ONLY",
        "VAPI_TOOLS",
    ]


def test_a_placeholder_where_it_is_said_who_may_call_is_told_of() -> None:
    names = ["VAPI_HTTP_ACCESS_TOKEN_FILE", "VAPI_HTTP_CREDENTIALS"]
    assert unfilled(dict.fromkeys(names, "${UNFILLED}")) == names
