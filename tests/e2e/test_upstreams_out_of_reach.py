"""No answer, no connection, no key: each told to the model with the way out."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import pytest

from fake_upstream import SESSION_ID
from real_client import ERAS, KEY, connected

if TYPE_CHECKING:
    from pathlib import Path

    from fake_upstream import FakeUpstream
    from silent_upstream import SilentUpstream


@pytest.mark.parametrize("era", ERAS)
async def test_an_api_that_never_answers_is_given_up_in_time(silence: SilentUpstream, era: str) -> None:
    flags = ("--base-url", silence.url, "--timeout", "1")
    async with connected(*flags, mode=era, VAPI_API_KEY=KEY) as api:
        begun = time.monotonic()
        error = (await api.call("get_session", {"id": SESSION_ID})).error
        assert time.monotonic() - begun < 5
        assert error["kind"] == "network"
        assert "did not answer within 1 s" in error["message"]
        assert "--timeout" in error["next"]
        assert b"GET /session/" in silence.request()
        silence.hang_up()

        error = (await api.call("create_session", {"name": "n"})).error
        assert error["kind"] == "unknown_outcome"
        assert "may have been done" in error["message"]
        assert "list_sessions" in error["next"] or "list sessions" in error["next"]
        assert b"POST /session" in silence.request()

        error = (await api.call("update_session", {"id": SESSION_ID, "name": "n"})).error
        assert error["kind"] == "network"
        assert "may have been made" in error["message"]


async def test_a_refused_connection_names_the_address_and_the_setting() -> None:
    with socket.socket() as unheard:  # bound, so that nobody else takes the port, and not listening
        unheard.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unheard.getsockname()[1]}"
        async with connected("--base-url", url, VAPI_API_KEY=KEY) as api:
            for tool, arguments in (("list_sessions", {}), ("create_session", {"name": "n"})):
                error = (await api.call(tool, arguments)).error
                assert error["kind"] == "network"
                assert url in error["message"]
                assert "VAPI_BASE_URL" in error["next"]
                assert "nothing was sent" in error["next"]


@pytest.mark.parametrize("era", ERAS)
async def test_without_a_key_it_starts_and_each_call_says_how_to_set_one(
    upstream: FakeUpstream, upstream_url: str, era: str
) -> None:
    async with connected("--base-url", upstream_url, mode=era) as api:
        assert len((await api.client.list_tools()).tools) == 5
        for tool, arguments in (("list_sessions", {}), ("get_session", {"id": "not even an id"})):
            error = (await api.call(tool, arguments)).error
            assert error["kind"] == "no_key"
            assert "VAPI_API_KEY" in error["message"]
            assert "--sandbox" in error["next"]
    assert upstream.requests == []


async def test_a_placeholder_that_the_client_did_not_expand_is_named(
    upstream: FakeUpstream, upstream_url: str
) -> None:
    async with connected("--base-url", upstream_url, VAPI_API_KEY="${VAPI_API_KEY}") as api:
        error = (await api.call("list_sessions", {})).error
    assert error["kind"] == "no_key"
    assert "${VAPI_API_KEY}" in error["message"]
    assert "unexpanded placeholder" in error["message"]
    assert upstream.requests == []


async def test_a_ca_file_that_is_not_there_is_told_with_its_setting(tmp_path: Path) -> None:
    missing = str(tmp_path / "none.pem")
    flags = ("--base-url", "https://127.0.0.1:9")
    async with connected(*flags, VAPI_API_KEY=KEY, SSL_CERT_FILE=missing) as api:
        error = (await api.call("list_sessions", {})).error
    assert "SSL_CERT_FILE" in error["message"] + error["next"]
