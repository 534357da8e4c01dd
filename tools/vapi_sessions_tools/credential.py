"""The caller's key, held so that it cannot slip into a text by accident."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final


@final
class Credential:
    """A private API key.

    Args:
        key: The key as the API wants it.

    Raises:
        ValueError: It holds a space, a control character or one outside ASCII, so it is no key.
    """

    __slots__ = ("_key",)

    def __init__(self, key: str) -> None:
        if not key or not key.isascii() or not key.isprintable() or " " in key:
            raise ValueError("an API key is printable ASCII without spaces")
        self._key = key

    def reveal(self) -> str:
        """Return the key itself, for the request that needs it and for taking it out of texts."""
        return self._key

    def __repr__(self) -> str:
        return "Credential(***)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Credential) and self._key == other._key

    def __hash__(self) -> int:
        return hash(("credential", self._key))


@dataclass(frozen=True, slots=True)
class MissingKey:
    """There is no key to call with.

    Args:
        note: What was found in its place, for the reader; empty where there is nothing to say.
    """

    note: str = ""
