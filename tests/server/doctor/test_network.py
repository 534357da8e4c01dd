"""The way to the API: its address, proxies, trusted authorities, and each step of a connection."""

from __future__ import annotations

import os
import socket
import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from fake_upstream import no_response, raw_response, raw_server
from vapi_sessions_mcp.doctor.address import address_findings, region_of
from vapi_sessions_mcp.doctor.authorities import authority_next, trust
from vapi_sessions_mcp.doctor.connecting import reach
from vapi_sessions_mcp.doctor.limits import Limits
from vapi_sessions_mcp.doctor.proxies import Proxy, proxy_for, proxy_variables
from vapi_sessions_mcp.doctor.usable_settings import usable_settings
from vapi_sessions_mcp.settings import Flags

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

    import trustme

    from vapi_sessions_mcp.doctor.finding import Finding

API = "https://api.vapi.ai"
PROXY = "http://ada:enchanting@proxy.test:8080"
FINE = raw_response("200 OK")


def addresses(flags: Flags, **environment: str) -> list[Finding]:
    return list(address_findings(usable_settings(flags, environment), flags, environment))


@pytest.mark.parametrize(
    ("flags", "environment", "found"),
    [
        (Flags(), {"VAPI_REGION": "${region}"}, "https://api.vapi.ai, the default (region us)"),
        (Flags(region="eu"), {}, "https://api.eu.vapi.ai, by the region from --region"),
        (Flags(), {"VAPI_REGION": "eu"}, "https://api.eu.vapi.ai, by the region from VAPI_REGION"),
        (Flags(), {"VAPI_API_BASE_URL": "https://a.test"}, "https://a.test, from VAPI_API_BASE_URL"),
        (Flags(base_url="https://a.test", region="eu"), {}, "from --base-url; --region is not used"),
        (Flags(sandbox=True), {}, "nothing leaves this machine"),
        (Flags(region="mars"), {}, "not known"),
    ],
)
def test_the_address_has_its_source(flags: Flags, environment: dict[str, str], found: str) -> None:
    address, *proxy = addresses(flags, **environment)
    assert address.status == ("skipped" if found == "not known" else "ok")
    assert found in address.found
    assert {each.found for each in proxy} <= {"none is used"}


@pytest.mark.parametrize(
    ("stated", "status", "found"),
    [
        (PROXY, "ok", "requests go through http://***@proxy.test:8080"),
        ("socks5://proxy.test:1", "problem", "speaks socks5, which is not supported"),
        ("http://proxy.test:port", "problem", "makes no sense"),
    ],
)
def test_a_proxy_is_reported_without_its_password(
    stated: str, status: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", stated)
    _, proxy = addresses(Flags(), HTTPS_PROXY=stated)
    assert (proxy.status, found in proxy.found, bool(proxy.next_step)) == (status, True, status != "ok")
    assert "enchanting" not in str(proxy.as_json())
    assert proxy_variables({"HTTP_PROXY": "ada:enchanting@p:1", "HOME": "/"}) == ["HTTP_PROXY=//***@p:1"]


@pytest.mark.parametrize(
    ("variables", "proxied"),
    [
        ({"https_proxy": "proxy.test:8080"}, True),
        ({"ALL_PROXY": PROXY}, True),
        ({"HTTP_PROXY": PROXY}, False),
        *(({"HTTPS_PROXY": PROXY, "NO_PROXY": no}, False) for no in (".vapi.ai", "a.test, vapi.ai", "*")),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "localhost,127.0.0.1"}, True),
    ],
)
def test_the_proxy_is_the_one_that_the_http_library_uses(
    variables: dict[str, str], *, proxied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert (proxy_for(API) is not None) == proxied
    assert proxy_for("http://127.0.0.1:8787") is None
    with httpx.Client() as client:
        assert (client._transport_for_url(httpx.URL(API)) is not client._transport) == proxied


@pytest.mark.parametrize(("stated", "port"), [("http://p", 80), ("socks5://p", 1080), ("http://p:1", 1)])
def test_a_proxy_has_a_port(stated: str, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", stated)
    monkeypatch.setenv("NO_PROXY", "[::1]")
    assert proxy_for(API) == proxy_for("https://[::2]") == Proxy(stated, stated.partition(":")[0], "p", port)
    assert proxy_for("https://[0:0::1]") is None


def test_trusted_authorities_are_those_of_the_installation_a_file_or_a_folder(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trusted() -> str:
        finding = trust(dict(os.environ))[1]
        return f"{finding.status}: {finding.found}"

    assert "came with the installation" in trusted()
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    assert trusted() == f"problem: SSL_CERT_DIR ({tmp_path}) holds no certificate of an authority"
    file = tmp_path / "ca.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    assert trusted() == f"problem: SSL_CERT_FILE ({file}) cannot be used: No such file or directory"
    file.write_text("not PEM")
    assert "it holds no certificate (PEM)" in trusted()
    authority.cert_pem.write_to_path(str(file))
    assert trusted() == f"ok: certificates are checked with SSL_CERT_FILE ({file})"
    monkeypatch.delenv("SSL_CERT_FILE")
    assert trusted().startswith("ok: ")


def test_the_step_for_an_unknown_authority_names_an_existing_file(tmp_path: Path) -> None:
    other = {"REQUESTS_CA_BUNDLE": str(tmp_path / "corporate.pem")}
    assert "set SSL_CERT_FILE" in authority_next(other)
    assert "REQUESTS_CA_BUNDLE" not in authority_next(other)
    (tmp_path / "corporate.pem").touch()
    assert f"REQUESTS_CA_BUNDLE names {tmp_path / 'corporate.pem'}" in authority_next(other)
    assert "add its CA certificate to the file" in authority_next({"SSL_CERT_FILE": "/some/file"})


async def look(url: str, **seconds: float) -> tuple[list[str], str, str]:
    """Check the way to an address; return the statuses, and text and next step of a problem."""
    findings: list[Finding] = []
    await reach(
        url, dict(os.environ), Limits(**{"resolving": 60.0, "connecting": 60.0, **seconds}), findings.append
    )
    worst = next((each for each in findings if each.status in ("problem", "warning")), findings[-1])
    assert worst.next_step or worst.status in ("ok", "skipped")
    return [f"{each.name} {each.status}" for each in findings], worst.found, worst.next_step


async def test_a_server_without_tls_is_reached_or_not() -> None:
    async with raw_server(FINE) as server:
        assert (await look(server.url))[0] == ["DNS ok", "connection ok", "TLS skipped"]
    statuses, _, next_step = await look(server.url)
    assert statuses == ["DNS ok", "connection problem", "TLS skipped"]
    assert "VAPI_BASE_URL" in next_step
    assert region_of(server.url) is None


@pytest.mark.parametrize("name", ["name.invalid", "a" * 70])
async def test_no_connection_is_tried_to_an_unknown_name(name: str) -> None:
    statuses, found, _ = await look(f"https://{name}")
    assert (statuses, f"{name} has no address" in found) == (["DNS problem", "authorities ok"], True)


def tls_of(
    authority: trustme.CA, name: str = "localhost", begins: int = -1, ends: int = 90
) -> ssl.SSLContext:
    context, now = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), datetime.now(UTC)
    begin, end = now + timedelta(days=begins), now + timedelta(days=ends)
    certificate: Any = authority.issue_cert(name, not_before=begin, not_after=end)
    certificate.configure_cert(context)
    return context


@pytest.mark.parametrize(
    ("certificate", "tls", "words", "hint"),
    [
        (("localhost", -1, 90), "TLS ok", "Acme Inspection", ""),
        (("localhost", -1, 3), "TLS warning", "2 days left", "renew"),
        (("localhost", -9, -2), "TLS problem", "has expired", "this machine's clock"),
        (("localhost", 5, 9), "TLS problem", "is not yet valid", "this machine's clock"),
        (("elsewhere.test", -1, 90), "TLS problem", "is refused", "another host"),
    ],
)
async def test_the_certificate_of_a_trusted_authority_is_judged(
    authority: trustme.CA,
    certificate: Any,
    *,
    tls: str,
    words: str,
    hint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    async with raw_server(FINE, tls=tls_of(authority, *certificate)) as server:
        statuses, found, next_step = await look(server.url)
    assert (statuses[-1], words in found, hint in next_step) == (tls, True, True)


async def test_an_unknown_authority_is_reported(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with raw_server(FINE, tls=tls_of(authority)) as server:
        statuses, found, next_step = await look(server.url)
        assert statuses == ["DNS ok", "connection ok", "authorities ok", "TLS problem"]
        assert ("Acme Inspection" in found, "SSL_CERT_FILE" in next_step) == (True, True)
        monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
        assert (await look(server.url))[0] == ["DNS ok", "connection ok", "authorities problem"]


async def test_a_server_that_does_not_speak_tls_or_is_silent_is_reported() -> None:
    async def greet(_reader: object, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test ready\r\n")
        await writer.drain()

    for play, seconds, words in (
        (greet, 60, "does not speak TLS as it should"),
        (no_response, 0.3, "within 0.3 s"),
    ):
        async with raw_server(play) as server:
            url = server.url.replace("http://127.0.0.1", "https://localhost")
            assert words in (await look(url, connecting=seconds))[1]


async def test_the_proxy_is_connected_to_instead_of_the_api(monkeypatch: pytest.MonkeyPatch) -> None:
    async with raw_server(FINE) as server:
        monkeypatch.setenv("HTTPS_PROXY", server.url)
        statuses, found, _ = await look("https://api.invalid")
    assert statuses == ["DNS ok", "connection ok", "authorities ok", "TLS skipped"]
    assert "behind a proxy" in found
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{unheard.getsockname()[1]}")
        statuses, _, next_step = await look("https://api.invalid")
    assert (statuses[1], "HTTPS_PROXY" in next_step) == ("connection problem", True)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:port")
    findings: list[Finding] = []
    await reach("https://api.invalid", {}, Limits(), findings.append)
    assert findings == []
