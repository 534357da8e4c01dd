"""One line of input made a message, or the error that answers it: pure.

JSON-RPC 2.0 section 5.1 gives the codes. A message that is refused is answered under its own id where
one can be found, because its sender waits for that id.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import islice
from typing import Any

import mcp_types as types
from pydantic import ValidationError

from vapi_sessions_tools.engine.json_values import (
    MOST_VALUES,
    count_in_text,
    count_values,
    is_list,
    is_object,
)

RequestId = str | int

LARGEST_OTHER = 65_536
"""Bytes of a message that is not the call of a tool."""

_LONGEST_ID = 1_000
_MOST_FIELDS = 200


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error answer to a line that is no message.

    Args:
        code: The JSON-RPC error code.
        message: What is wrong with the line.
        request_id: Whose answer it is; None where no id could be found.
    """

    code: int
    message: str
    request_id: RequestId | None = None

    def line(self) -> bytes:
        """Return the answer as a line of output."""
        error = {"code": self.code, "message": self.message}
        answer = {"jsonrpc": "2.0", "id": self.request_id, "error": error}
        # Escaped, because an id may hold half of a surrogate pair, which UTF-8 cannot carry.
        return json.dumps(answer, separators=(",", ":")).encode() + b"\n"


def parse(line: bytes) -> types.JSONRPCMessage | list[Refusal]:
    """Return the message that a line holds, or the answers that refuse it.

    Args:
        line: One line of input; not blank.
    """
    refusal = refuse_large(line)
    return [refusal] if refusal is not None else read_message(line)


def read_message(line: bytes) -> types.JSONRPCMessage | list[Refusal]:
    """Return the message that a text holds, or the answers that refuse it.

    Args:
        line: One message; `refuse_large` has let it pass.
    """
    try:
        message = types.jsonrpc_message_adapter.validate_json(line, by_name=False)
    except ValidationError:
        return _second_look(line)
    return _unless_of_wrong_id(message, line)


def refuse_large(body: bytes) -> Refusal | None:
    """Return why a large message is refused before it is validated, which would take long; or None.

    Only the call of a tool may be large, and only its arguments.

    Args:
        body: One message.
    """
    if len(body) <= LARGEST_OTHER or len(body.strip()) <= LARGEST_OTHER:
        return None
    if count_in_text(body) > MOST_VALUES:
        reason = f"Invalid Request: the message holds more than {MOST_VALUES:,} JSON values"
        return Refusal(types.INVALID_REQUEST, reason, outer_id(body) or _last_id(body))
    if not json.detect_encoding(body).startswith("utf-8"):
        return Refusal(types.PARSE_ERROR, "Parse error: not UTF-8")
    try:
        message: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None  # what is no JSON is refused at its first mistake
    return None if _is_call(message) else _refuse_other(message)


def _refuse_other(message: Any) -> Refusal:
    """Refuse a large message that is not the call of a tool, or not only for its arguments."""
    request_id = _id_of(message)
    if isinstance(request_id, str) and len(request_id) > _LONGEST_ID:
        reason = f"Invalid Request: the id has more than {_LONGEST_ID:,} characters"
        return Refusal(types.INVALID_REQUEST, reason)
    if is_list(message):
        return Refusal(types.INVALID_REQUEST, _NO_BATCHES)
    reason = f"Invalid Request: only the arguments of a tool may have more than {LARGEST_OTHER:,} bytes"
    return Refusal(types.INVALID_REQUEST, reason, request_id)


def _is_call(message: Any) -> bool:
    """Whether a message calls a tool, and has little beside its arguments."""
    if not is_object(message) or message.get("jsonrpc") != "2.0" or message.get("method") != "tools/call":
        return False
    request_id, params = _id_of(message), message.get("params")
    if request_id is None or len(str(request_id)) > _LONGEST_ID or not is_object(params):
        return False
    beside = [value for name, value in params.items() if name != "arguments"]
    return len(message) <= _MOST_FIELDS and count_values(beside, _MOST_FIELDS) <= _MOST_FIELDS


def _second_look(line: bytes) -> types.JSONRPCMessage | list[Refusal]:
    """Tell apart what is no JSON, what is no message, and what only was nested too deep to be read fast."""
    try:
        value: Any = json.loads(line)
    except RecursionError:
        return [Refusal(types.PARSE_ERROR, "Parse error: nested too deep", outer_id(line))]
    except ValueError as error:
        return [Refusal(types.PARSE_ERROR, f"Parse error: {_reason(error)}", outer_id(line))]
    if is_list(value):
        return _refused_batch(value)
    try:
        message = types.jsonrpc_message_adapter.validate_python(value, by_name=False)
    except ValidationError:
        reason = "Invalid Request: not a JSON-RPC 2.0 request, notification or response"
        return [Refusal(types.INVALID_REQUEST, reason, _id_of(value))]
    return _unless_of_wrong_id(message, line)


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return error.msg
    return "not UTF-8" if isinstance(error, UnicodeError) else "a number of too many digits"


def _unless_of_wrong_id(message: types.JSONRPCMessage, line: bytes) -> types.JSONRPCMessage | list[Refusal]:
    """Refuse what has an id that is none: it was read as a notification, and its sender would wait."""
    if isinstance(message, types.JSONRPCNotification) and "id" in json.loads(line):
        return [Refusal(types.INVALID_REQUEST, "Invalid Request: the id must be a string or an integer")]
    return message


_MOST_OF_A_BATCH = 100
_NO_BATCHES = "Invalid Request: batches are not supported; send one message a line"


def _refused_batch(batch: list[Any]) -> list[Refusal]:
    message = _NO_BATCHES
    ids = [found for part in batch[:_MOST_OF_A_BATCH] if (found := _id_of(part)) is not None]
    if not ids:
        return [Refusal(types.INVALID_REQUEST, message)]
    return [Refusal(types.INVALID_REQUEST, message, found) for found in ids]


def _id_of(value: object) -> RequestId | None:
    found = value.get("id") if is_object(value) else None
    return found if isinstance(found, (str, int)) and not isinstance(found, bool) else None


# A string that does not end is one token as well: looked into, each quote in it would be a new beginning.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\Z|\\?\n)|[{}\[\]]')
_ID = rb'\s*:\s*(-?\d{1,15}(?![\d.eE])|"(?:[^"\\]|\\.)*")'
_ID_VALUE = re.compile(_ID)
_ID_AT_END = re.compile(rb',\s*"id"' + _ID + rb'\s*(?:,\s*"(?:jsonrpc|method)"\s*:\s*"[^"\\]*"\s*)*\}\s*\Z')
_LONGEST_END = 1_000
_MOST_TOKENS = 10_000


def outer_id(line: bytes) -> RequestId | None:
    """Return the id of a message that cannot be parsed: the value of `id` on its outermost level.

    It is looked for among the first tokens only.

    Args:
        line: The broken line.
    """
    depth = 0
    for token in islice(_TOKEN.finditer(line), _MOST_TOKENS):
        text = token.group()
        if text in b"{[":
            depth += 1
        elif text in b"}]":
            depth -= 1
        elif depth == 1 and text == b'"id"' and (found := _ID_VALUE.match(line, token.end())):
            return _plain_id(found.group(1))
    return None


def _last_id(line: bytes) -> RequestId | None:
    """Return the id that stands behind everything that is long in a message."""
    found = _ID_AT_END.search(line[-_LONGEST_END:])
    return _plain_id(found.group(1)) if found is not None else None


def _plain_id(text: bytes) -> RequestId | None:
    try:
        return _id_of({"id": json.loads(text)})
    except ValueError:
        return None
