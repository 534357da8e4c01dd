"""Where the API is: the address a key is sent to, checked before anything is."""

from __future__ import annotations

from urllib.parse import urlsplit

from vapi_sessions_tools.errors import SettingsError

HOSTS = {"us": "https://api.vapi.ai", "eu": "https://api.eu.vapi.ai"}
"""The API's root by region of the organisation."""

_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


def checked_base_url(text: str) -> str:
    """Return a base URL without a trailing slash.

    Raises:
        SettingsError: It is no URL of an API, or would carry the key unencrypted over a network.
    """
    try:
        url = urlsplit(text.strip())
        port = url.port
    except ValueError as error:
        raise SettingsError(f"base URL {text!r} is no URL: {error}; expected https://HOST") from error
    is_plain = text.isascii() and not any(mark in text.strip() for mark in "{}\\\"'<>` ")
    if url.scheme not in ("http", "https") or not url.hostname or port == 0 or not is_plain:
        raise SettingsError(f"base URL {text!r} is not usable; expected https://HOST")
    if url.username or url.password or url.query or url.fragment:
        raise SettingsError("the base URL must have no user, query or fragment; expected https://HOST")
    if url.scheme == "http" and url.hostname not in _LOCAL_HOSTS:
        raise SettingsError(
            f"base URL http://{url.hostname} would send the key unencrypted; use https://{url.hostname}"
        )
    return text.strip().rstrip("/")


def is_local(base_url: str) -> bool:
    """Whether a base URL is served by this machine, without encryption."""
    url = urlsplit(base_url)
    return url.scheme == "http" and url.hostname in _LOCAL_HOSTS
