"""What an answer says, when it says it in the form that the operation answers in.

A success that is none must not pass for one: a page of a proxy, an error under a 200, an object that is
something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vapi_sessions_tools import guidance
from vapi_sessions_tools.engine.json_values import deeper_than, is_list, is_object
from vapi_sessions_tools.errors import ApiAnswerError

if TYPE_CHECKING:
    from vapi_sessions_tools.client import Answer
    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.operation import Operation
    from vapi_sessions_tools.engine.shape import Shape, Shapes

_DEEPEST = 200
_MEDIA = frozenset(
    {
        *("application/json", "application/problem+json", "application/xml", "application/octet-stream"),
        *("text/html", "text/plain", "text/xml", "text/event-stream", "text/css", "text/javascript"),
        *("image/png", "image/jpeg", "image/gif", "image/svg+xml", "multipart/form-data"),
    }
)
"""Media types that are named in errors: any other is a third party's word."""

_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


class MalformedAnswerError(ApiAnswerError):
    """A success that is none: its body is not what the operation answers with."""


def read_success(shapes: Shapes, operation: Operation, answer: Answer) -> Any:
    """Return the body of an answer whose status is a success.

    Args:
        shapes: The contract's schemas.
        operation: What was called.
        answer: What it answered.

    Raises:
        MalformedAnswerError: The body is not what the operation answers with.
    """
    if not answer.content.strip():
        if operation.gone or operation.success is None:
            return None
        raise _malformed(operation, answer, "an empty body")
    try:
        body = answer.json()
    except ValueError:
        media = media_type(answer.headers.get("content-type", ""))
        raise _malformed(operation, answer, f"a body that is no JSON ({media})") from None
    if deeper_than(body, _DEEPEST):
        raise _malformed(operation, answer, "JSON nested too deep")
    wrong = _not_gone(body) if operation.gone else _wrong_form(shapes, operation, body)
    if wrong is not None:
        raise _malformed(operation, answer, wrong)
    return body


def media_type(header: str) -> str:
    """Return the media type that a header names; what is none may be anything, and is not told."""
    named = header.split(";", maxsplit=1)[0].strip().lower()
    return named if named in _MEDIA else "no known content type"


def _not_gone(body: Any) -> str | None:
    """Say why a body cannot confirm that something is gone, when it cannot."""
    if body is None:
        return None
    if not is_object(body):
        return "JSON that is no object"
    status = body.get("statusCode")
    return f"an error of status {status}" if isinstance(status, int) and status >= 400 else None


def _wrong_form(shapes: Shapes, operation: Operation, body: Any) -> str | None:
    """Say why a body cannot be the operation's, when it cannot."""
    shape = shapes.read(operation.success) if operation.success is not None else None
    if shape is None or shape.kind != "object":
        return None
    if not is_object(body):
        return "JSON that is no object"
    if operation.pages is not None:
        return _wrong_page(operation.pages.results, body)
    return _wrong_object(shapes, shape, body)


def _wrong_page(results: str, body: Document) -> str | None:
    entries = body.get(results)
    if not is_list(entries) or not all(is_object(entry) for entry in entries):
        return f"an object without a list of objects in {results}"
    return None


def _wrong_object(shapes: Shapes, shape: Shape, body: Document) -> str | None:
    """An object is told by the first field that it must have; others may be missing from a newer API."""
    if not shape.required:
        return None
    name = shape.required[0]
    declared = shape.properties.get(name)
    kinds = _PYTHON_TYPES.get(shapes.read(declared).kind, (object,)) if declared is not None else (object,)
    if name not in body or not isinstance(body[name], kinds):
        return f"an object without {name}"
    return None


def _malformed(operation: Operation, answer: Answer, what: str) -> MalformedAnswerError:
    doubt = "" if operation.hints.read_only else "; whether it was done is not known"
    return MalformedAnswerError(
        f"The API answered {answer.status}, but with {what}, which is no answer of this API{doubt}.",
        kind="upstream",
        status=answer.status,
        next_step=guidance.NOT_AN_ANSWER_NEXT,
    )
