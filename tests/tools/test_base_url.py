"""Where a key may be sent."""

from __future__ import annotations

import pytest

from vapi_sessions_tools.base_url import checked_base_url, is_local
from vapi_sessions_tools.errors import SettingsError


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://api.vapi.ai", "https://api.vapi.ai"),
        (" https://proxy.example:8443/vapi/ ", "https://proxy.example:8443/vapi"),
        ("http://localhost:8787", "http://localhost:8787"),
        ("http://127.0.0.1:8787/", "http://127.0.0.1:8787"),
        ("http://[::1]:8787", "http://[::1]:8787"),
    ],
)
def test_https_anywhere_and_http_on_this_machine(text: str, url: str) -> None:
    assert checked_base_url(text) == url


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("http://api.vapi.ai", "unencrypted; use https://api.vapi.ai"),
        ("http://localhost.evil.example", "unencrypted"),
        ("api.vapi.ai", "expected https://HOST"),
        ("ftp://api.vapi.ai", "expected https://HOST"),
        ("https://", "expected https://HOST"),
        ("https://host:99999", "no URL"),
        ("https://host:0", "not usable"),
        ("https://höst.example", "not usable"),
        ("https://user:pw@host", "no user"),
        ("https://host/?key=x", "no user, query"),
        ("https://[::1", "no URL"),
    ],
)
def test_other_addresses_are_refused(text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        checked_base_url(text)


def test_only_this_machine_without_encryption_is_local() -> None:
    assert is_local("http://localhost:1")
    assert not is_local("https://localhost:1")
    assert not is_local("https://api.vapi.ai")
