"""Secrets whose value is known, found in any text: as they are, as programs write them, and cut off."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

from vapi_sessions_tools.engine.json_values import is_list, is_object
from vapi_sessions_tools.engine.placeholder import REDACTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHORTEST = 6
"""Characters: a shorter value cannot be taken out of text without taking out words."""

LONGEST_TEXT = 10_000
"""Characters of a secret and of an API's text that are compared."""

MOST_SECRETS = 200
"""Secrets of a call that are looked for one by one; of a call with more, no text of the API is shown."""

_MOST_CHARACTERS = 100_000
_MOST_COMPARISONS = 20_000
_MOST_BEGINNINGS = 50
_SHORTEST_NUMBER = 8
_CUTS = ("...", "…")
"""What follows a text that was cut."""


class KnownSecrets:
    """Secrets that are taken out of texts.

    Args:
        values: The secrets, each as it is.
    """

    def __init__(self, values: Iterable[str]) -> None:
        long_enough = {value[:LONGEST_TEXT]: None for value in values if len(value) >= SHORTEST}
        self._are_too_many = len(long_enough) > MOST_SECRETS or sum(map(len, long_enough)) > _MOST_CHARACTERS
        found = () if self._are_too_many else long_enough
        forms = dict.fromkeys(form for value in found for form in _written(value))
        self._forms = tuple(sorted(forms, key=len, reverse=True))

    def out_of(self, value: Any) -> Any:
        """Return a JSON value without the secrets in its texts and names."""
        if isinstance(value, str):
            return self._out_of_text(value)
        if is_object(value):
            return {self._out_of_text(name): self.out_of(held) for name, held in value.items()}
        return [self.out_of(item) for item in value] if isinstance(value, (list, tuple)) else value  # pyright: ignore[reportUnknownVariableType]

    def _out_of_text(self, text: str) -> str:
        if not text.isascii():
            # Half of a surrogate pair cannot be sent on; it is shown as what it is, unreadable.
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if self._are_too_many:
            return REDACTED if text else text
        for form in self._forms:
            text = text.replace(form, REDACTED)
        for mark in _CUTS:
            if self._forms and mark in text:
                text = mark.join(map(self._redact_cut_secret, self._parts(text, mark)))
        return text

    def _parts(self, text: str, mark: str) -> list[str]:
        """Split a text where it was cut; what would take too long to look through is not shown."""
        most = max(1, _MOST_COMPARISONS // len(self._forms))
        parts = text.split(mark, most)
        return [*parts[:most], REDACTED] if mark in parts[-1] else parts

    def _redact_cut_secret(self, text: str) -> str:
        """Return a text that was cut after this point without the beginning of a secret at its end."""
        for form in self._forms:
            start = text.find(form[:SHORTEST], max(0, len(text) - len(form)))
            for _ in range(_MOST_BEGINNINGS):
                if start < 0:
                    break
                if form.startswith(text[start:]):
                    return text[:start] + REDACTED
                start = text.find(form[:SHORTEST], start + 1)
            if start >= 0:  # too many places to look at: whatever follows may be the secret
                return text[:start] + REDACTED
        return text


def _written(value: str) -> Iterator[str]:
    """Yield the ways in which a text is written within other texts: JSON, HTML, a URL, a quoted string."""
    yield value
    for ascii_only in (True, False):
        yield json.dumps(value, ensure_ascii=ascii_only)[1:-1]
    yield html.escape(value)
    yield html.escape(value).replace("&#x27;", "&#39;")
    yield html.escape(value, quote=False)
    encodable = value.encode("utf-8", "replace").decode()
    yield quote(encodable, safe="")
    yield quote(encodable)
    yield quote_plus(encodable)
    yield repr(value)[1:-1]
    yield repr(value.encode("utf-8", "replace"))[2:-1]
    yield value.replace("\\", "\\\\").replace("'", "\\'")
    yield " ".join(value.split())


def texts_in(value: Any) -> Iterator[str]:
    """Yield every text in a value, names and long numbers included."""
    if isinstance(value, str):
        yield value
    elif is_object(value):
        for name, held in value.items():
            yield name
            yield from texts_in(held)
    elif is_list(value):
        for item in value:
            yield from texts_in(item)
    elif isinstance(value, (int, float)) and len(str(value)) >= _SHORTEST_NUMBER:
        yield str(value)
