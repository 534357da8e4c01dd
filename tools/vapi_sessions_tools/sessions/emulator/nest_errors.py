"""The error envelope of a NestJS API, and the one exception that carries a refusal to it.

The envelope's three keys, and the rule that a list of texts means failed validation while a single text
means anything else, are as reported by users of the live API.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from vapi_sessions_tools.sessions.emulator.wire import JsonResponse

# Where NestJS keeps a name that Python's versions disagree on.
_NEST_NAMES: Mapping[int, str] = {413: "Payload Too Large", 422: "Unprocessable Entity"}


class Refusal(Exception):  # noqa: N818 - it is the API's answer to a request, no fault of the program
    """A request that the emulator answers with an error status.

    Args:
        status: The HTTP status of the answer.
        message: One text, or the texts of every failed validation.
    """

    def __init__(self, status: HTTPStatus, message: str | Sequence[str]) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message


def envelope(status: int, message: str | Sequence[str]) -> dict[str, object]:
    """Return the body of an error answer.

    Args:
        status: The HTTP status, which the body repeats.
        message: One text, or several.

    Returns:
        The keys ``message``, ``error`` (the status in words) and ``statusCode``.
    """
    shown = message if isinstance(message, str) else list(message)
    return {"message": shown, "error": status_name(status), "statusCode": status}


def status_name(status: int) -> str:
    """Return the words for an HTTP status; an unregistered one is called an error, and no more."""
    if status in _NEST_NAMES:
        return _NEST_NAMES[status]
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def answer(refusal: Refusal) -> JsonResponse:
    """Return the response that tells a client of a refusal."""
    return JsonResponse(envelope(refusal.status, refusal.message), status_code=refusal.status)
