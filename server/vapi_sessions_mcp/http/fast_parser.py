"""uvicorn's protocol on the faster of its two parsers, mended where that one leaves the way of HTTP.

It takes what follows a wish for another protocol for that protocol, though nobody granted it; takes fields
after a body for headers; and holds as many of them as come.
"""

from __future__ import annotations

import re
import sys
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_DROPPED = (b"upgrade", b"http2-settings")
_LIST = re.compile(rb"[ \t]*,[ \t]*")
_MOST_FRAMING = 64 * 1024
"""Bytes of a message beyond its head and body, and beyond as many as the body has."""

_MOST_WAITING = 50
"""Requests of a connection that wait for the one before them; who sends more reads no answers."""


class FastParserProtocol(HttpToolsProtocol):
    """The protocol, with wishes for another one passed over and fields after a body dropped."""

    _data = b""
    _has_head = False
    _wishes_other = False
    _framing = 0

    def data_received(self, data: bytes) -> None:
        """Take what came, and end a connection whose message is nearly nothing but framing."""
        self._data, self._framing = data, self._framing + len(data)
        super().data_received(data)
        if len(self.pipeline) > _MOST_WAITING:
            self.pipeline.clear()
            self.transport.abort()
        if not self._has_head or not self.cycle.more_body:
            self._framing = 0
        elif self._framing > _MOST_FRAMING:
            self.transport.abort()

    def on_message_begin(self) -> None:
        """Begin a message."""
        self._has_head = self._wishes_other = False
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; a field that comes after the body is none (RFC 9110, 6.5.1)."""
        if not self._has_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to answer, unless the parser is about to take the rest for another protocol."""
        self._wishes_other = self.parser.should_upgrade()
        if not self._wishes_other:
            super().on_headers_complete()
            self._has_head = True

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._framing = max(0, self._framing - 2 * len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End a message."""
        if not self._wishes_other:
            super().on_message_complete()

    def _unsupported_upgrade_warning(self) -> None:
        """Go on as if the client had not wished for another protocol, which a server may (RFC 9110, 7.8).

        uvicorn calls this when its parser stops there: it is given the request again without the wish.
        """
        stopped: Any = sys.exception()
        if len(self.pipeline) > _MOST_WAITING:
            return  # the connection is ended for it
        method = self.parser.get_method()
        if method == b"CONNECT":
            self.send_400_response("There are no tunnels here.")
            return
        rest = self._data[stopped.args[0] :]
        version = self.parser.get_http_version().encode()
        head = [b"%s %s HTTP/%s" % (method, self.url, version), *_without_wish(self.headers)]
        self.parser, self._framing = httptools.HttpRequestParser(self), 0
        self.data_received(b"\r\n".join(head) + b"\r\n\r\n" + rest)


def _without_wish(headers: list[tuple[bytes, bytes]]) -> list[bytes]:
    """Return the lines of headers, but for the wish for another protocol."""
    lines: list[bytes] = []
    for name, value in headers:
        kept = value
        if name == b"connection":
            kept = b", ".join(word for word in _LIST.split(value) if word.lower() not in _DROPPED)
        if name not in _DROPPED and (kept or not value):
            lines.append(name + b": " + kept)
    return lines
