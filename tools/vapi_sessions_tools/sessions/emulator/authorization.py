"""Whose request it is: the bearer key that every request carries.

The texts are as reported by users of the live API. Every key is good here, and an organisation of its own.
"""

from http import HTTPStatus

from starlette.requests import Request

from vapi_sessions_tools.sessions.emulator.nest_errors import Refusal

_MISSING = "Missing Authorization Header."
_INVALID = "Invalid Key. Hot tip, you may be using the private key instead of the public key, or vice versa."


def bearer_key(request: Request) -> str:
    """Return the API key of a request.

    Args:
        request: The request.

    Returns:
        The key, which is not empty.

    Raises:
        Refusal: When there is no ``Authorization`` header, or it holds no bearer key.
    """
    header = request.headers.get("authorization")
    if header is None:
        raise Refusal(HTTPStatus.UNAUTHORIZED, _MISSING)
    scheme, _, key = header.strip().partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise Refusal(HTTPStatus.UNAUTHORIZED, _INVALID)
    return key.strip()
