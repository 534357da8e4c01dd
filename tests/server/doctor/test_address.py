"""Which address is in force, who said so, and what stands between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.doctor.address import address_findings, region_of
from vapi_sessions_mcp.doctor.usable_settings import usable_settings
from vapi_sessions_mcp.settings import Flags

if TYPE_CHECKING:
    from vapi_sessions_mcp.doctor.finding import Finding


def found(flags: Flags, **environment: str) -> list[Finding]:
    return list(address_findings(usable_settings(flags, environment), flags, environment))


@pytest.mark.parametrize(
    ("flags", "environment", "told"),
    [
        (Flags(), {}, "https://api.vapi.ai, the default (region us)"),
        (Flags(region="eu"), {}, "https://api.eu.vapi.ai, by the region from --region"),
        (Flags(), {"VAPI_REGION": "eu"}, "https://api.eu.vapi.ai, by the region from VAPI_REGION"),
        (Flags(), {"VAPI_REGION": "${region}"}, "https://api.vapi.ai, the default (region us)"),
        (Flags(), {"VAPI_API_BASE_URL": "https://a.test"}, "https://a.test, from VAPI_API_BASE_URL"),
        (
            Flags(base_url="https://a.test"),
            {"VAPI_REGION": "eu"},
            "https://a.test, from --base-url; VAPI_REGION is not used beside it",
        ),
    ],
)
def test_who_said_where_the_api_is(flags: Flags, environment: dict[str, str], told: str) -> None:
    address, proxy = found(flags, **environment)
    assert (address.status, address.found) == ("ok", told)
    assert (proxy.status, proxy.found) == ("ok", "none is used")


def test_the_sandbox_has_no_address() -> None:
    (address,) = found(Flags(sandbox=True))
    assert "nothing leaves this machine" in address.found


def test_an_address_in_doubt_is_not_told() -> None:
    (address,) = found(Flags(region="mars"))
    assert address.status == "skipped"


@pytest.mark.parametrize(
    ("stated", "status", "words"),
    [
        ("http://ada:enchanting@proxy.test:1", "ok", "requests go through http://***@proxy.test:1"),
        ("socks5://proxy.test:1", "problem", "speaks socks5, which is not supported"),
        ("http://proxy.test:port", "problem", "makes no sense"),
    ],
)
def test_a_proxy_is_told(stated: str, status: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", stated)
    _, proxy = found(Flags(), HTTPS_PROXY=stated)
    assert proxy.status == status
    assert words in proxy.found
    assert "enchanting" not in str(proxy.as_json())
    assert proxy.next_step or status == "ok"


def test_a_region_is_known_by_its_address() -> None:
    assert region_of("https://api.eu.vapi.ai") == "eu"
    assert region_of("https://elsewhere.test") is None
