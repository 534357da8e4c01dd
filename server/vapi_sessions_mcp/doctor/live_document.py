"""The API's published description as it is now: read within limits of time and size, and without a key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vapi_sessions_mcp.doctor.unjoined_threads import in_thread
from vapi_sessions_tools.base_url import is_local
from vapi_sessions_tools.connections import HEADERS
from vapi_sessions_tools.errors import DocumentError

if TYPE_CHECKING:
    import httpx

LIVE_DOCUMENT = "https://api.vapi.ai/api-json"
"""Where the API describes itself."""

_LARGEST = 32 * 1024 * 1024
"""Bytes; the document has a few million."""


class OutOfReachError(Exception):
    """The document cannot be read: there is no way to where it is."""


async def read_live_document(source: str) -> str:
    """Return the text of the document.

    Args:
        source: A file or a URL.

    Raises:
        OutOfReachError: There is no way to it.
        DocumentError: It is too long, or no text.
    """
    if source.startswith(("http://", "https://")):
        return _text(await _fetched(source))
    return _text(await in_thread(_read, source))


def _read(source: str) -> bytes:
    path = Path(source).expanduser()
    try:
        if not path.is_file():
            raise OutOfReachError(f"there is no file {source}")
        _check_size(path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        raise OutOfReachError(f"{source} cannot be read: {error.strerror}") from error


async def _fetched(url: str) -> bytes:
    import httpx

    unlimited = httpx.Timeout(None)  # who calls gives up in time
    try:
        async with httpx.AsyncClient(
            follow_redirects=True, trust_env=not is_local(url), timeout=unlimited
        ) as http:
            return await _body(http, url)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, ImportError) as error:
        raise OutOfReachError(str(error) or type(error).__name__) from error


async def _body(http: httpx.AsyncClient, url: str) -> bytes:
    async with http.stream("GET", url, headers=HEADERS) as answer:
        if not answer.is_success:
            raise OutOfReachError(f"HTTP status {answer.status_code}")
        content = bytearray()
        async for part in answer.aiter_bytes():
            content += part
            _check_size(len(content))
        return bytes(content)


def _check_size(size: int) -> None:
    if size > _LARGEST:
        raise DocumentError(f"it is longer than {_LARGEST // (1024 * 1024)} MB and was not read")


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError("it is no UTF-8 text") from error
