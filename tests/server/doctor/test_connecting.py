"""The way to the API, on real sockets: each step that can fail, and what is said of it."""

from __future__ import annotations

import os
import socket
import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from fake_upstream import no_response, raw_response, raw_server
from vapi_sessions_mcp.doctor.connecting import reach
from vapi_sessions_mcp.doctor.limits import Limits

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    import trustme

    from vapi_sessions_mcp.doctor.finding import Finding

    Look = Callable[[str], Awaitable[dict[str, Finding]]]

FINE = raw_response("200 OK")


@pytest.fixture
def look(told: list[Finding], short: Limits) -> Look:
    """Look at the way to an address; what is found is returned by name."""

    async def found(url: str) -> dict[str, Finding]:
        await reach(url, dict(os.environ), short, told.append)
        assert all(each.next_step for each in told if each.status in ("problem", "warning"))
        return {each.name: each for each in told}

    return found


@pytest.fixture
def trusting(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the authority of these tests."""
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


def statuses(found: dict[str, Finding]) -> dict[str, str]:
    return {name: each.status for name, each in found.items()}


class TestWithoutTls:
    async def test_a_server_on_this_machine_is_reached(self, look: Look) -> None:
        async with raw_server(FINE) as script:
            found = await look(script.url)
        assert statuses(found) == {"DNS": "ok", "connection": "ok", "TLS": "skipped"}
        assert found["connection"].milliseconds is not None

    async def test_nobody_listening_is_a_problem(self, look: Look) -> None:
        async with raw_server(FINE) as script:
            pass
        found = await look(script.url)
        assert statuses(found) == {"DNS": "ok", "connection": "problem", "TLS": "skipped"}
        assert "VAPI_BASE_URL" in found["connection"].next_step


class TestNames:
    async def test_one_that_is_not_known_is_a_problem_and_nothing_is_tried(self, look: Look) -> None:
        found = await look("https://name.invalid")
        assert statuses(found) == {"DNS": "problem", "authorities": "ok"}
        assert "name.invalid has no address" in found["DNS"].found

    async def test_one_that_is_no_name_is_told(self, look: Look) -> None:
        found = await look(f"https://{'a' * 70}.invalid")
        assert found["DNS"].status == "problem"


@pytest.mark.usefixtures("trusting")
class TestTls:
    async def test_it_is_told_with_issuer_and_days(self, look: Look, server_tls: ssl.SSLContext) -> None:
        async with raw_server(FINE, tls=server_tls) as script:
            found = await look(script.url)
        assert set(statuses(found).values()) == {"ok"}
        assert found["TLS"].found.startswith("TLSv1.")
        assert "Acme Inspection" in found["TLS"].found

    async def test_a_certificate_that_ends_soon_is_a_warning(self, look: Look, authority: trustme.CA) -> None:
        soon = tls_of(authority, not_after=datetime.now(UTC) + timedelta(days=3))
        async with raw_server(FINE, tls=soon) as script:
            found = await look(script.url)
        assert found["TLS"].status == "warning"
        assert "2 days left" in found["TLS"].found

    @pytest.mark.parametrize(
        ("begins", "ends", "reason"), [(-9, -2, "has expired"), (5, 9, "is not yet valid")]
    )
    async def test_a_certificate_of_another_time_asks_to_check_the_clock(
        self, look: Look, authority: trustme.CA, begins: int, ends: int, reason: str
    ) -> None:
        now = datetime.now(UTC)
        begin, end = now + timedelta(days=begins), now + timedelta(days=ends)
        async with raw_server(FINE, tls=tls_of(authority, not_before=begin, not_after=end)) as script:
            found = await look(script.url)
        assert reason in found["TLS"].found
        assert "this machine's clock" in found["TLS"].next_step
        assert f"{end:%F}" in found["TLS"].next_step

    async def test_a_certificate_of_another_host_asks_to_check_the_address(
        self, look: Look, authority: trustme.CA
    ) -> None:
        async with raw_server(FINE, tls=tls_of(authority, name="elsewhere.test")) as script:
            found = await look(script.url)
        assert "is refused" in found["TLS"].found
        assert "another host" in found["TLS"].next_step

    async def test_a_server_that_does_not_speak_it_is_told(self, look: Look) -> None:
        async def greet(_reader: object, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 mail.test ready\r\n")
            await writer.drain()

        async with raw_server(greet) as script:
            found = await look(script.url.replace("http://127.0.0.1", "https://localhost"))
        assert "does not speak TLS as it should" in found["TLS"].found

    async def test_a_server_that_says_nothing_is_given_up(self, told: list[Finding]) -> None:
        async with raw_server(no_response) as script:
            url = script.url.replace("http://127.0.0.1", "https://localhost")
            await reach(url, dict(os.environ), Limits(connecting=0.3), told.append)
        assert "did not begin TLS within 0.3 s" in told[-1].found


class TestAnUnknownAuthority:
    async def test_who_issued_the_certificate_is_told_with_the_setting(
        self, look: Look, server_tls: ssl.SSLContext
    ) -> None:
        async with raw_server(FINE, tls=server_tls) as script:
            found = await look(script.url)
        assert statuses(found) == {"DNS": "ok", "connection": "ok", "authorities": "ok", "TLS": "problem"}
        assert "Acme Inspection" in found["TLS"].found
        assert "SSL_CERT_FILE" in found["TLS"].next_step

    async def test_a_file_of_authorities_that_cannot_be_used_is_told_instead(
        self, look: Look, server_tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
        async with raw_server(FINE, tls=server_tls) as script:
            found = await look(script.url)
        assert statuses(found) == {"DNS": "ok", "connection": "ok", "authorities": "problem"}


class TestAProxy:
    async def test_it_is_reached_in_the_place_of_the_api(
        self, look: Look, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with raw_server(FINE) as script:
            monkeypatch.setenv("HTTPS_PROXY", script.url)
            found = await look("https://api.invalid")
        assert statuses(found) == {"DNS": "ok", "connection": "ok", "authorities": "ok", "TLS": "skipped"}
        assert "127.0.0.1" in found["connection"].found
        assert "behind a proxy" in found["TLS"].found

    async def test_one_that_is_not_there_names_its_setting(
        self, look: Look, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with socket.socket() as unheard:
            unheard.bind(("127.0.0.1", 0))
            monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{unheard.getsockname()[1]}")
            found = await look("https://api.invalid")
        assert found["connection"].status == "problem"
        assert "HTTPS_PROXY" in found["connection"].next_step

    async def test_of_one_that_makes_no_sense_nothing_is_tried(
        self, look: Look, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTPS_PROXY", "http://proxy:port")
        assert await look("https://api.invalid") == {}


def tls_of(
    authority: trustme.CA,
    *,
    name: str = "localhost",
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = authority.issue_cert(name, not_before=not_before, not_after=not_after)
    certificate.configure_cert(context)  # pyright: ignore[reportUnknownMemberType]
    return context
