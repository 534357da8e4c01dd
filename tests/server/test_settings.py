"""Settings: which of flag, variable and default wins, what counts as given, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from vapi_sessions_mcp.settings import Flags, find_key, given, resolve, unfilled
from vapi_sessions_tools.credential import Credential, MissingKey
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
        assert resolve(Flags(tools="a"), environment).tools == ("a",)

    def test_so_are_those_that_are_asked_about_first(self) -> None:
        environment = {"VAPI_CONFIRM": "delete_session, update_session"}
        assert resolve(Flags(), environment).confirm == ("delete_session", "update_session")
        assert resolve(Flags(confirm="create_session"), environment).confirm == ("create_session",)
        assert resolve(Flags(), {"VAPI_CONFIRM": "${VAPI_CONFIRM}"}).confirm == ()

    @pytest.mark.parametrize(("text", "on"), [("true", True), ("1", True), ("False", False), ("0", False)])
    def test_switches_are_true_false_1_or_0(self, text: str, on: bool) -> None:  # noqa: FBT001  a parameter set
        settings = resolve(Flags(), {"VAPI_SANDBOX": text, "VAPI_REVEAL_LINKS": text})
        assert settings.sandbox is on
        assert settings.reveal_links is on


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


class TestTheKey:
    @pytest.mark.parametrize("name", ["VAPI_API_KEY", "VAPI_TOKEN", "VAPI_PRIVATE_API_KEY"])
    def test_any_of_three_variables_gives_it(self, name: str) -> None:
        assert find_key({name: " a-key "}) == Credential("a-key")

    def test_the_word_bearer_is_no_part_of_it(self) -> None:
        assert find_key({"VAPI_API_KEY": "Bearer a-key"}) == Credential("a-key")

    def test_the_first_given_wins(self) -> None:
        assert find_key({"VAPI_TOKEN": "second", "VAPI_API_KEY": "first"}) == Credential("first")

    def test_a_file_gives_it(self, tmp_path: Path) -> None:
        file = tmp_path / "key"
        file.write_text("a-key\n")
        assert find_key({"VAPI_API_KEY_FILE": str(file)}) == Credential("a-key")

    @pytest.mark.parametrize(
        "text", ["${VAPI_API_KEY}", "${unclosed", "$VAPI_API_KEY", "Bearer ${X}", " Bearer  $X "]
    )
    def test_an_unexpanded_placeholder_is_named(self, text: str) -> None:
        found = find_key({"VAPI_API_KEY": text})
        assert isinstance(found, MissingKey)
        assert "VAPI_API_KEY" in found.note
        assert text.strip() in found.note

    def test_one_in_the_file_is_named_too(self, tmp_path: Path) -> None:
        file = tmp_path / "key"
        file.write_text("${X}\n")
        found = find_key({"VAPI_API_KEY_FILE": str(file)})
        assert isinstance(found, MissingKey)
        assert "VAPI_API_KEY_FILE holds the text of an unexpanded placeholder, ${X}" in found.note

    @pytest.mark.parametrize("text", ["", "  ", "Bearer ", "Bearer"])
    def test_nothing_but_the_word_bearer_is_no_key(self, text: str) -> None:
        assert find_key({"VAPI_API_KEY": text}) == MissingKey()

    def test_the_first_of_several_placeholders_is_named(self) -> None:
        found = find_key({"VAPI_API_KEY": "${FIRST}", "VAPI_TOKEN": "${SECOND}"})
        assert isinstance(found, MissingKey)
        assert "${FIRST}" in found.note

    def test_a_placeholder_does_not_hide_a_key_in_the_next_variable(self) -> None:
        assert find_key({"VAPI_API_KEY": "${X}", "VAPI_TOKEN": "a-key"}) == Credential("a-key")

    @pytest.mark.parametrize("key", ["two words", "clé", "tab\tin"])
    def test_what_cannot_be_a_key_is_none_and_not_quoted(self, key: str) -> None:
        found = find_key({"VAPI_API_KEY": key})
        assert isinstance(found, MissingKey)
        assert "VAPI_API_KEY holds no API key" in found.note
        assert key not in found.note

    def test_a_file_that_is_missing_is_named(self, tmp_path: Path) -> None:
        found = find_key({"VAPI_API_KEY_FILE": str(tmp_path / "none")})
        assert isinstance(found, MissingKey)
        assert "VAPI_API_KEY_FILE" in found.note
        assert "No such file" in found.note

    def test_a_file_that_is_no_text_is_told_so(self, tmp_path: Path) -> None:
        file = tmp_path / "key"
        file.write_bytes(b"\xff\xfe")
        found = find_key({"VAPI_API_KEY_FILE": str(file)})
        assert isinstance(found, MissingKey)
        assert "it is no text" in found.note


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
