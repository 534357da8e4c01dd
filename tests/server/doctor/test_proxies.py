"""Which proxy carries the requests: the same as the HTTP library chooses."""

from __future__ import annotations

import httpx
import pytest

from vapi_sessions_mcp.doctor.proxies import proxy_for, proxy_variables

API = "https://api.vapi.ai"


@pytest.mark.parametrize(
    ("variables", "proxied"),
    [
        ({}, False),
        ({"HTTPS_PROXY": "http://proxy.test:8080"}, True),
        ({"https_proxy": "proxy.test:8080"}, True),
        ({"ALL_PROXY": "http://proxy.test:8080"}, True),
        ({"HTTP_PROXY": "http://proxy.test:8080"}, False),
        ({"HTTPS_PROXY": "http://proxy.test:8080", "NO_PROXY": "vapi.ai"}, False),
        ({"HTTPS_PROXY": "http://proxy.test:8080", "NO_PROXY": ".vapi.ai"}, False),
        ({"HTTPS_PROXY": "http://proxy.test:8080", "NO_PROXY": "other.test, api.vapi.ai"}, False),
        ({"HTTPS_PROXY": "http://proxy.test:8080", "NO_PROXY": "*"}, False),
        ({"HTTPS_PROXY": "http://proxy.test:8080", "NO_PROXY": "localhost,127.0.0.1"}, True),
    ],
)
def test_it_is_the_one_that_the_library_uses(
    variables: dict[str, str], *, proxied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert (proxy_for(API) is not None) == proxied
    with httpx.Client() as client:
        chosen = client._transport_for_url(httpx.URL(API))  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        assert (chosen is not client._transport) == proxied  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def test_its_address_is_read_and_the_password_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://ada:enchanting@proxy.test:8080")
    proxy = proxy_for(API)
    assert proxy is not None
    assert (proxy.host, proxy.port, proxy.url) == ("proxy.test", 8080, "http://***@proxy.test:8080")


@pytest.mark.parametrize(
    ("stated", "port"), [("http://proxy", 80), ("https://proxy", 443), ("socks5://p", 1080)]
)
def test_the_usual_port_is_taken_where_none_is_said(
    stated: str, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", stated)
    proxy = proxy_for(API)
    assert proxy is not None
    assert proxy.port == port


def test_a_server_on_this_machine_is_spoken_to_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.test:8080")
    assert proxy_for("http://127.0.0.1:8787") is None


def test_an_exempt_address_need_not_be_written_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:8080")
    monkeypatch.setenv("NO_PROXY", "[::1]")
    assert proxy_for("https://[0:0::1]") is None
    assert proxy_for("https://[::2]") is not None


def test_an_address_that_makes_no_sense_has_no_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:eighty")
    proxy = proxy_for(API)
    assert proxy is not None
    assert proxy.host == ""


def test_variables_are_told_without_passwords() -> None:
    environment = {
        "HTTPS_PROXY": "ada:enchanting@proxy:1",
        "no_proxy": "vapi.ai",
        "HTTP_PROXY": "",
        "HOME": "/",
    }
    assert proxy_variables(environment) == ["HTTPS_PROXY=//***@proxy:1", "no_proxy=vapi.ai"]
