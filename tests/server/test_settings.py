"""Settings: which of flag, variable and default wins, what counts as given, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from vapi_sessions_mcp.settings import Flags, resolve, unfilled
from vapi_sessions_tools.credential import Credential, MissingKey
from vapi_sessions_tools.environment_key import given
from vapi_sessions_tools.errors import SettingsError

ONE, TWO = "https://one.example", "https://two.example"


@pytest.mark.parametrize("text", [None, "", "   ", "${VAPI_API_KEY}", " ${X} ", "${}"])
def test_blank_text_and_unexpanded_placeholders_are_not_given(text: str | None) -> None:
    assert given(text) is None


@pytest.mark.parametrize("text", ["value", " value ", "a${X}b", "$VALUE"])
def test_any_other_text_is_given_without_surrounding_space(text: str) -> None:
    assert given(text) == text.strip()


def test_defaults() -> None:
    settings = resolve(Flags(), {})
    assert settings.credential == MissingKey()
    assert (settings.base_url, settings.base_url_stated) == ("https://api.vapi.ai", False)
    assert (settings.timeout, settings.log_level) == (50.0, "warning")
    assert (settings.openapi, settings.tools, settings.confirm) == (None, None, ())
    assert (settings.sandbox, settings.reveal_links, settings.read_only) == (False, False, False)


class TestPrecedence:
    def test_a_flag_wins_over_its_variable(self) -> None:
        flags = Flags(base_url=ONE, timeout="3", log_level="debug", openapi="a.json")
        environment = {
            "VAPI_BASE_URL": TWO,
            "VAPI_TIMEOUT": "4",
            "VAPI_LOG_LEVEL": "error",
            "VAPI_OPENAPI": "b.json",
        }
        settings = resolve(flags, environment)
        assert (settings.base_url, settings.timeout) == (ONE, 3.0)
        assert (settings.log_level, settings.openapi) == ("debug", "a.json")

    @pytest.mark.parametrize(
        ("flags", "environment", "url"),
        [
            ({"base_url": ""}, {"VAPI_BASE_URL": TWO}, TWO),
            ({}, {"VAPI_BASE_URL": "${VAPI_BASE_URL}", "VAPI_API_BASE_URL": TWO}, TWO),
            ({"region": "eu"}, {"VAPI_BASE_URL": TWO}, TWO),
            ({}, {"VAPI_REGION": "EU"}, "https://api.eu.vapi.ai"),
        ],
    )
    def test_the_address_is_the_first_that_is_given(
        self, flags: dict[str, str], environment: dict[str, str], url: str
    ) -> None:
        assert resolve(Flags.model_validate(flags), environment).base_url == url

    def test_the_sandbox_wins_over_key_and_address(self) -> None:
        settings = resolve(Flags(sandbox=True), {"VAPI_API_KEY": "a-key", "VAPI_BASE_URL": TWO})
        assert settings.sandbox
        assert settings.base_url != TWO
        assert settings.credential != Credential("a-key")

    @pytest.mark.parametrize(
        ("flag", "environment", "file"),
        [
            ("~/sessions.db", {}, Path("~/sessions.db").expanduser()),
            (None, {"VAPI_SANDBOX_DB": "other.db"}, Path("other.db")),
            ("mine.db", {"VAPI_SANDBOX": "0", "VAPI_SANDBOX_DB": "other.db"}, Path("mine.db")),
            (None, {"VAPI_SANDBOX": "false", "VAPI_SANDBOX_DB": "other.db"}, None),
        ],
        ids=["flag", "variable", "flag wins", "switched off"],
    )
    def test_a_sandbox_file_switches_the_sandbox_on_unless_a_variable_switches_it_off(
        self, flag: str | None, environment: dict[str, str], file: Path | None
    ) -> None:
        settings = resolve(Flags(sandbox_db=flag), {"VAPI_API_KEY": "a-key", **environment})
        assert (settings.sandbox, settings.sandbox_db) == (file is not None, file)
        assert (settings.credential == Credential("a-key")) == (file is None)

    def test_tools_are_named_with_commas_between(self) -> None:
        variables = {"VAPI_TOOLS": "list_sessions, get_session,", "VAPI_CONFIRM": "delete_session, a"}
        settings = resolve(Flags(), variables)
        assert settings.tools == ("list_sessions", "get_session")
        assert settings.confirm == ("delete_session", "a")
        assert resolve(Flags(), {"VAPI_CONFIRM": "${VAPI_CONFIRM}"}).confirm == ()

    @pytest.mark.parametrize(("text", "on"), [("true", True), ("1", True), ("False", False), ("0", False)])
    def test_switches_are_true_false_1_or_0(self, text: str, *, on: bool) -> None:
        variables = {"VAPI_SANDBOX": text, "VAPI_REVEAL_LINKS": text, "VAPI_READ_ONLY": text}
        settings = resolve(Flags(), variables)
        assert (settings.sandbox, settings.reveal_links, settings.read_only) == (on, on, on)


class TestRestrictions:
    """A flag narrows what a variable restricts, and never widens it."""

    def test_tools_of_a_flag_are_a_choice_from_those_of_the_variable(self) -> None:
        environment = {"VAPI_TOOLS": "list_sessions,get_session"}
        assert resolve(Flags(tools="get_session"), environment).tools == ("get_session",)
        assert resolve(Flags(tools=""), environment).tools == ("list_sessions", "get_session")
        assert resolve(Flags(tools="delete_session"), {"VAPI_TOOLS": "${T}"}).tools == ("delete_session",)

    @pytest.mark.parametrize(
        ("variable", "words"),
        [
            ("list_sessions", "--tools names delete_session, but VAPI_TOOLS allows only list_sessions"),
            (" , ", "VAPI_TOOLS allows none"),
        ],
    )
    def test_a_tool_that_the_variable_does_not_allow_is_refused(self, variable: str, words: str) -> None:
        with pytest.raises(SettingsError, match=words):
            resolve(Flags(tools="list_sessions,delete_session"), {"VAPI_TOOLS": variable})

    def test_the_user_is_asked_before_the_tools_of_flag_and_variable(self) -> None:
        environment = {"VAPI_CONFIRM": "delete_session,update_session"}
        asked = resolve(Flags(confirm="list_sessions,delete_session"), environment).confirm
        assert asked == ("delete_session", "update_session", "list_sessions")

    @pytest.mark.parametrize(("flag", "variable"), [(None, "1"), (False, "1"), (True, "1"), (True, "0")])
    def test_read_only_holds_if_flag_or_variable_wants_it(self, *, flag: bool | None, variable: str) -> None:
        assert resolve(Flags(read_only=flag), {"VAPI_READ_ONLY": variable}).read_only

    def test_links_that_the_variable_hides_are_not_revealed_by_the_flag(self) -> None:
        with pytest.raises(SettingsError, match="--reveal-links is given, but VAPI_REVEAL_LINKS is false"):
            resolve(Flags(reveal_links=True), {"VAPI_REVEAL_LINKS": "false"})
        assert not resolve(Flags(reveal_links=False), {"VAPI_REVEAL_LINKS": "true"}).reveal_links

    @pytest.mark.parametrize("name", ["VAPI_TOOLS", "VAPI_CONFIRM"])
    def test_tool_names_of_a_variable_do_not_apply_to_the_document_of_a_flag(self, name: str) -> None:
        for document in ({}, {"VAPI_OPENAPI": "b.json"}):
            with pytest.raises(SettingsError, match=f"--openapi is given, but {name} names tools of another"):
                resolve(Flags(openapi="a.json"), {name: "list_sessions", **document})
        both = {name: "list_sessions", "VAPI_OPENAPI": "a.json"}
        assert resolve(Flags(openapi="a.json"), both).openapi == "a.json"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("VAPI_SANDBOX", "yes", "VAPI_SANDBOX is 'yes'; expected true, false, 1 or 0"),
        ("VAPI_CONFIRM", ", ,", "VAPI_CONFIRM.*', ,'; expected names of tools"),
        ("VAPI_REGION", "asia", "VAPI_REGION.*'asia'; expected us or eu"),
        ("VAPI_TIMEOUT", "soon", "VAPI_TIMEOUT.*'soon'; expected seconds"),
        ("VAPI_TIMEOUT", "0", "more than 0"),
        ("VAPI_TIMEOUT", "601", "at most 600"),
        ("VAPI_TIMEOUT", "nan", "expected seconds"),
        ("VAPI_LOG_LEVEL", "loud", "VAPI_LOG_LEVEL.*expected debug, info, warning, error"),
        ("VAPI_BASE_URL", "http://api.example", "unencrypted"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_with_what_is_right(
    name: str, text: str, words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        resolve(Flags(), {name: text})


def test_a_placeholder_in_a_variable_for_safety_is_reported() -> None:
    names = ["VAPI_READ_ONLY", "VAPI_TOOLS", "VAPI_HTTP_ACCESS_TOKEN_FILE", "VAPI_HTTP_CREDENTIALS"]
    variables = {**dict.fromkeys(names, " ${UNFILLED} "), "VAPI_CONFIRM": "delete_session"}
    assert unfilled(variables) == names
