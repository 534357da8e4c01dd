"""Validated arguments made an HTTP request: pure, and with nothing in it that was not asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from vapi_sessions_tools.engine.json_values import compact, is_list
from vapi_sessions_tools.engine.operation import Frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vapi_sessions_tools.engine.operation import Argument, Operation


class Request(Frozen):
    """An HTTP request, all but the host and the credential.

    Args:
        method: In capitals.
        path: Percent-encoded, from the API's root, with the query string.
        body: The JSON body as UTF-8 text, or None.
        template: The operation's path with its placeholders, which tells nothing of the call; or nothing.
    """

    method: str
    path: str
    body: bytes | None = None
    template: str = ""

    def __eq__(self, other: object) -> bool:
        """Whether the same is sent; the template is but a name for it."""
        return isinstance(other, Request) and self._sent() == other._sent()

    def __hash__(self) -> int:
        return hash(self._sent())

    def _sent(self) -> tuple[str, str, bytes | None]:
        return self.method, self.path, self.body


def build_request(operation: Operation, arguments: Mapping[str, Any]) -> Request:
    """Place validated arguments in the request; defaults fill in for what is not given.

    Args:
        operation: What is called.
        arguments: By tool argument name, coerced and validated.
    """
    path = operation.path
    pairs: list[tuple[str, str]] = []
    fields: dict[str, Any] = {}
    for argument in operation.arguments:
        value = arguments.get(argument.name, argument.default)
        if argument.name not in arguments and value is None:
            continue
        if argument.place == "path":
            path = path.replace(f"{{{argument.wire}}}", quote(",".join(_texts(argument, value)), safe=""))
        elif argument.place == "query":
            pairs += [(argument.wire, text) for text in _texts(argument, value)]
        else:
            fields[argument.wire] = value
    query = urlencode(pairs, quote_via=quote, safe="")
    return Request(
        method=operation.method,
        path=path + (f"?{query}" if query else ""),
        body=_body(operation, fields),
        template=operation.path,
    )


def _body(operation: Operation, fields: dict[str, Any]) -> bytes | None:
    if not operation.has_body:
        return None
    if operation.whole_body:
        if not fields:
            return None
        return _encoded(next(iter(fields.values())))
    return _encoded(fields)


def _encoded(value: Any) -> bytes:
    return compact(value).encode()


def _texts(argument: Argument, value: Any) -> list[str]:
    if not is_list(value):
        return [_text(value)]
    texts = [_text(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return texts if argument.form == "repeat" else [",".join(texts)]


def _text(value: object) -> str:
    """Write a value in a path or query: `true`, and whole numbers without a fraction."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else compact(value)
