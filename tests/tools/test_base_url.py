"""The URLs that a key may be sent to."""

from __future__ import annotations

import pytest

from vapi_sessions_tools.base_url import checked_base_url, is_local
from vapi_sessions_tools.errors import SettingsError


@pytest.mark.parametrize(
    ("text", "url", "local"),
    [
        ("https://api.vapi.ai", "https://api.vapi.ai", False),
        (" https://proxy.example:8443/vapi/ ", "https://proxy.example:8443/vapi", False),
        ("https://localhost:1", "https://localhost:1", False),
        ("http://localhost:8787", "http://localhost:8787", True),
        ("http://127.0.0.1:8787/", "http://127.0.0.1:8787", True),
        ("http://[::1]:8787", "http://[::1]:8787", True),
    ],
)
def test_https_is_allowed_everywhere_and_http_on_this_machine(text: str, url: str, *, local: bool) -> None:
    assert (checked_base_url(text), is_local(url)) == (url, local)


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
        ("https://host/{{KEY}}", "not usable"),
        ("https://user:pw@host", "no user"),
        ("https://host/?key=x", "no user, query"),
    ],
)
def test_other_urls_are_refused(text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        checked_base_url(text)
