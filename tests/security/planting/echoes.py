"""Failed answers that repeat what they were sent: in every writing, envelope, header and status."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

    from fake_upstream import FakeUpstream

WRITINGS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON in Unicode": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "HTML": html.escape,
    "HTML without quotes": lambda text: html.escape(text, quote=False),
    "percent": lambda text: quote(text, safe=""),
    "percent of a path": quote,
    "a form": quote_plus,
    "Python": repr,
    "Python's bytes": lambda text: repr(text.encode()),
}
"""How a server may write what it was sent."""

WORDS = (
    "Invalid Key. Hot tip, you sent {}",
    "assistant.credentials.0.apiKey must be a valid key, not {}",
    "property {} should not exist",
    "{}",
    "x" * 980 + " {}",
    "each value in assistant.credentials must not be {} or {}",
)
FAILURES = (302, 400, 401, 403, 404, 409, 422, 429, 500, 502)


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


ENVELOPES: dict[str, Callable[[str], tuple[bytes, str]]] = {
    "text": lambda text: (_json({"message": text, "statusCode": 400}), "application/json"),
    "list": lambda text: (_json({"message": [text, f"name {text}"], "error": "Bad"}), "application/json"),
    "objects": lambda text: (_json({"message": [{"value": text}, {text: 1}]}), "application/json"),
    "error": lambda text: (_json({"error": text}), "application/json"),
    "object": lambda text: (_json({"message": {"given": text}, "detail": text}), "application/json"),
    "no envelope": lambda text: (_json(["wrong", text]), "application/json"),
    "plain": lambda text: (text.encode(), "text/plain"),
    "page": lambda text: (f"<html><title>Bad</title><p id='x'>{text}</p></html>".encode(), "text/html"),
    "empty": lambda _text: (b"", "text/html"),
}


HEADERS: dict[str, str] = {
    "retry-after": "{}",
    "set-cookie": "sid={}; Path=/",
    "www-authenticate": 'Bearer realm="{}"',
    "location": "https://login.example/{}/next?token={}",
    "content-type": "text/{}",
    "x-request-id": "{}",
    "date": "{}",
}
"""Headers that repeat a text."""


@dataclass(frozen=True, slots=True)
class Echo:
    """One failed answer.

    Args:
        status: Its status.
        writing: How it writes what it was sent.
        words: Around it.
        envelope: Around these.
        headers: Those that repeat it as well.
    """

    status: int
    writing: str
    words: str
    envelope: str
    headers: frozenset[str]

    def answer(self, upstream: FakeUpstream, *texts: str) -> None:
        """Prepare it as the next answer: it repeats some texts, the headers the first of them."""
        write = WRITINGS[self.writing]
        told = " ".join(self.words.format(*[write(text)] * 2) for text in texts)
        body, media = ENVELOPES[self.envelope](told)
        value = texts[0] if texts[0].isascii() and texts[0].isprintable() else quote(texts[0])
        headers = {name: HEADERS[name].format(*[value] * 2) for name in self.headers}
        upstream.respond(body, self.status, {"content-type": media, **headers})


def echoes(statuses: tuple[int, ...] = FAILURES) -> st.SearchStrategy[Echo]:
    """Draw failed answers."""
    return st.builds(
        Echo,
        status=st.sampled_from(statuses),
        writing=st.sampled_from(list(WRITINGS)),
        words=st.sampled_from(WORDS),
        envelope=st.sampled_from(list(ENVELOPES)),
        headers=st.frozensets(st.sampled_from(list(HEADERS)), max_size=4),
    )
