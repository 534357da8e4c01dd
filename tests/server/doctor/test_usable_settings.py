"""Each setting by itself: a bad one is told, and hides none of the others."""

from __future__ import annotations

import pytest

from vapi_sessions_mcp.doctor.usable_settings import usable_settings
from vapi_sessions_mcp.settings import Flags
from vapi_sessions_tools.credential import Credential


def test_good_ones_are_used_and_nothing_is_amiss() -> None:
    usable = usable_settings(Flags(region="eu"), {"VAPI_TIMEOUT": "9", "VAPI_API_KEY": "a-key"})
    assert usable.settings.base_url == "https://api.eu.vapi.ai"
    assert usable.settings.timeout == 9
    assert usable.settings.credential == Credential("a-key")
    assert usable.address_known
    assert [each.status for each in usable.findings] == ["ok"]


def test_every_bad_one_is_told_and_the_rest_are_used() -> None:
    usable = usable_settings(
        Flags(timeout="soon", log_level="loud"),
        {"VAPI_READ_ONLY": "perhaps", "VAPI_CONFIRM": ",", "VAPI_TOOLS": "get_session"},
    )
    assert [each.name for each in usable.findings] == ["timeout", "read-only", "confirm", "log-level"]
    assert all(each.status == "problem" and each.next_step for each in usable.findings)
    assert "'soon'" in usable.findings[0].found
    assert usable.settings.tools == ("get_session",)
    assert usable.address_known


def test_a_flag_that_widens_a_restriction_is_a_problem() -> None:
    (finding,) = usable_settings(Flags(tools="delete_session"), {"VAPI_TOOLS": "get_session"}).findings
    assert (finding.name, finding.status) == ("tools", "problem")
    assert "VAPI_TOOLS allows only get_session" in finding.found


def test_so_is_a_flag_that_changes_what_a_restriction_applies_to() -> None:
    usable = usable_settings(Flags(openapi="other.yaml"), {"VAPI_TOOLS": "get_session"})
    assert [(each.name, each.status) for each in usable.findings] == [("openapi", "problem")]
    assert (usable.settings.tools, usable.settings.openapi) == (("get_session",), None)


@pytest.mark.parametrize(
    "environment",
    [
        {"VAPI_REGION": "mars"},
        {"VAPI_BASE_URL": "http://example.com"},
        {"VAPI_BASE_URL": "nonsense", "VAPI_REGION": "eu"},
        {"VAPI_SANDBOX": "perhaps"},
    ],
)
def test_where_the_key_goes_is_not_guessed(environment: dict[str, str]) -> None:
    assert not usable_settings(Flags(), environment).address_known


def test_a_password_in_a_bad_address_is_not_shown() -> None:
    (bad,) = usable_settings(Flags(base_url="ftp://ada:enchanting@host"), {}).findings
    assert "enchanting" not in bad.found


def test_a_safety_setting_that_was_not_filled_in_is_a_warning() -> None:
    (unfilled,) = usable_settings(Flags(), {"VAPI_READ_ONLY": "${user_config.read_only}"}).findings
    assert unfilled.status == "warning"
    assert "restricts nothing" in unfilled.found
