"""What may be shown of a key, and whose values must not be shown at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SHOWN = 4
_LONG_ENOUGH = 16
"""Characters of a key of which four give nothing away."""

_SECRET_NAME = re.compile(r"key|token|secret|passw|pwd|credential|cookie|auth|bearer", re.IGNORECASE)
_NAMES_A_FILE = re.compile(r"_(?:file|path|dir)\Z", re.IGNORECASE)
_PROXY_NAME = re.compile(r"_proxy\Z", re.IGNORECASE)
_USER_IN_URL = re.compile(r"(?<=//)[^/\s]*@")


def masked(key: str) -> str:
    """Return what may be shown of a key: how it ends, and nothing of a short one."""
    if len(key) < _LONG_ENOUGH:
        return "too short to show any of it"
    return f"ends in {key[-_SHOWN:]}"


def without_user(url: str) -> str:
    """Return a URL without the user and password in it."""
    return _USER_IN_URL.sub("***@", url)


def secrets_of(variables: Mapping[str, str]) -> Iterator[str]:
    """Yield what must not be shown of an environment: by the variables' names, and proxies' passwords."""
    for name, value in variables.items():
        if _PROXY_NAME.search(name):
            yield from _password(value)
        elif _SECRET_NAME.search(name) and not _NAMES_A_FILE.search(name) and not value.startswith("${"):
            yield value.strip()
            yield value.strip().removeprefix("Bearer ").strip()


def _password(url: str) -> Iterator[str]:
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
    except ValueError:
        yield url
        return
    yield from (part for part in (parts.username, parts.password) if part)
