"""Reading a request's body: how large, how deep, and whether it is a JSON object.

None of these limits is published. Texts and statuses are those of the body parser that NestJS uses; the size
and the depth are the emulator's own.
"""

import json
import math
from http import HTTPStatus

from starlette.requests import Request

from vapi_sessions_tools.sessions.emulator.json_values import JsonObject, is_array, is_object
from vapi_sessions_tools.sessions.emulator.nest_errors import Refusal

MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 200


async def read_object(request: Request) -> JsonObject:
    """Return the JSON object that a request carries.

    A request without a body counts as an empty object. A body that does not call itself JSON is refused with
    415 (unknown upstream; one NestJS adapter does this, the other would silently take it for an empty
    object).

    Args:
        request: The request, its body unread.

    Returns:
        The parsed object.

    Raises:
        Refusal: When the body is too large, of another media type, no JSON, no object, or nested too deep.
    """
    raw = await _read_bytes(request)
    if not raw:
        return {}
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Unsupported Media Type: {media_type or 'none'}")
    return parse_object(raw)


def parse_object(raw: bytes) -> JsonObject:
    """Return the JSON object written in some bytes.

    Args:
        raw: JSON text in UTF-8.

    Returns:
        The parsed object.

    Raises:
        Refusal: When the bytes are no JSON, hold no object, or nest too deep.
    """
    try:
        value: object = json.loads(raw.decode(), parse_float=_finite, parse_constant=_no_constant)
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise Refusal(HTTPStatus.BAD_REQUEST, f"Invalid JSON in the request body: {error}") from error
    if not is_object(value):
        raise Refusal(HTTPStatus.BAD_REQUEST, "The request body must be a JSON object")
    if _deeper_than(value, MAX_DEPTH):
        raise _too_deep()
    return value


async def _read_bytes(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "request entity too large")
    return bytes(body)


def _finite(literal: str) -> float:
    number = float(literal)
    if math.isinf(number):
        raise ValueError(f"number out of range: {literal[:40]}")
    return number


def _no_constant(literal: str) -> float:
    raise ValueError(f"unexpected token {literal}")


def _too_deep() -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, f"The request body is nested deeper than {MAX_DEPTH} levels")


def _deeper_than(value: object, depth: int) -> bool:
    level = [value]
    for _ in range(depth):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return False
    return True


def _children(value: object) -> list[object]:
    if is_object(value):
        return list(value.values())
    return value if is_array(value) else []
