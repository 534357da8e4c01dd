"""What a certificate says of itself: who issued it, and until when. Just enough of DER (X.690) for that.

Python tells the fields of a certificate only after it was verified; when it was not, they matter most.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERSION = 0xA0
_UTC_TIME = 0x17
_WIDE_TEXT = 0x1E
_COMMON_NAME, _ORGANISATION = b"\x55\x04\x03", b"\x55\x04\x0a"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate.

    Args:
        issuer: Who issued it, as it says.
        begins: When it begins to be valid.
        ends: When that ends.
    """

    issuer: str
    begins: datetime
    ends: datetime


def read_certificate(der: bytes) -> Certificate | None:
    """Return what a certificate says, or None where it is none.

    Args:
        der: The certificate as it is sent.
    """
    try:
        (_, outer), *_ = _items(der)
        (_, inner), *_ = _items(outer)
        fields = [content for tag, content in _items(inner) if tag != _VERSION]
        begins, ends = (_moment(tag, content) for tag, content in _items(fields[3]))
        return Certificate(_name(fields[2]), begins, ends)
    except (ValueError, IndexError):
        return None


def _items(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield what a sequence or set holds: tag and content of each."""
    at = 0
    while at < len(data):
        tag, length = data[at], data[at + 1]
        at += 2
        if length >= 0x80:
            size = length & 0x7F
            length = int.from_bytes(data[at : at + size], "big")
            at += size
        if at + length > len(data):
            raise ValueError("the certificate is cut off")
        yield tag, data[at : at + length]
        at += length


def _name(data: bytes) -> str:
    told: dict[bytes, str] = {}
    for _, group in _items(data):
        for _, attribute in _items(group):
            (_, kind), (tag, text) = _items(attribute)
            told[kind] = text.decode("utf-16-be" if tag == _WIDE_TEXT else "utf-8", "replace")
    common, organisation = told.get(_COMMON_NAME, ""), told.get(_ORGANISATION, "")
    if common and organisation:
        return f"{common} ({organisation})"
    return common or organisation or "an issuer without a name"


def _moment(tag: int, content: bytes) -> datetime:
    form = "%y%m%d%H%M%SZ" if tag == _UTC_TIME else "%Y%m%d%H%M%SZ"
    return datetime.strptime(content.decode("ascii"), form).replace(tzinfo=UTC)
