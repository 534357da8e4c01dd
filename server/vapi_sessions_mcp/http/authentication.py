"""Who may call, and with whose key: every path that leads to the API goes through here."""

from __future__ import annotations

import hashlib
import re
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from starlette.datastructures import Headers

from vapi_sessions_mcp.caller import Caller
from vapi_sessions_mcp.http.refusal import refusal, refuse
from vapi_sessions_tools.credential import Credential

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from vapi_sessions_mcp.http.http_settings import HttpSettings
    from vapi_sessions_tools.credential import MissingKey

KEY_HEADER = "x-vapi-key"

SECRETS: ContextVar[tuple[str, ...]] = ContextVar("SECRETS", default=())
"""What the request being answered was let in with, and calls with; nothing of it may be written anywhere."""

_BEARER = re.compile(r"\Abearer +(\S+) *\Z", re.IGNORECASE)


class Authentication:
    """Lets in who may call, and notes who it is.

    Args:
        app: What is behind it.
        http: Whose key calls are made with, and the tokens.
        credential: The server's own key.
    """

    def __init__(self, app: ASGIApp, http: HttpSettings, credential: Credential | MissingKey) -> None:
        self._app = app
        self._tokens = http.access_tokens
        self._own = credential if http.credentials == "server" else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its caller, or refuse it."""
        headers = Headers(scope=scope)
        found = self._caller(headers)
        if not isinstance(found, Caller):
            await refuse(found, scope, receive, send)
            return
        scope.setdefault("state", {})["caller"] = found
        if found.principal is not None:
            # By this the protocol sessions of the SDK's transports are bound to who opened them.
            scope["user"] = AuthenticatedUser(AccessToken(token="", client_id=found.principal, scopes=[]))
        reset = SECRETS.set(_secrets(headers))
        try:
            await self._app(scope, receive, send)
        finally:
            SECRETS.reset(reset)

    def _caller(self, headers: Headers) -> Caller | Response:
        bearer = _bearer(headers)
        if self._tokens is not None and (bearer is None or not self._tokens.admit(bearer)):
            return _no_token(given=bearer is not None)
        if self._own is not None:
            return Caller(self._own, principal(bearer) if self._tokens is not None and bearer else None)
        keys = headers.getlist(KEY_HEADER)
        key = keys[0].strip() if keys else None if self._tokens is not None else bearer
        if key is None or len(keys) > 1:
            return _no_key(beside_token=self._tokens is not None)
        try:
            return Caller(Credential(key), principal(key))
        except ValueError:
            return _no_key(beside_token=self._tokens is not None)


def caller_of(context: ServerRequestContext[Any]) -> Caller:
    """Return who makes a request that came over HTTP.

    Raises:
        AttributeError: The request did not come through the authentication; it is not to be answered.
    """
    request: Any = context.request
    caller: Caller = request.state.caller
    return caller


def principal(secret: str) -> str:
    """Return by what the owner of a secret is told apart; the same in every process."""
    return hashlib.sha256(b"vapi-sessions-mcp principal\0" + secret.encode()).hexdigest()


def _bearer(headers: Headers) -> str | None:
    """Return the one bearer token of a request, or None."""
    stated = headers.getlist("authorization")
    found = _BEARER.match(stated[0].strip()) if len(stated) == 1 else None
    return found[1] if found else None


def _secrets(headers: Headers) -> tuple[str, ...]:
    found = (_bearer(headers), *headers.getlist(KEY_HEADER))
    return tuple(secret for secret in found if secret)


def _no_token(*, given: bool) -> Response:
    message = (
        "The access token is none of this server's." if given else "This server asks for an access token."
    )
    challenge = 'Bearer realm="vapi-sessions-mcp"' + (', error="invalid_token"' if given else "")
    return refusal(
        401,
        "unauthorized",
        message,
        "Send a token that the server's operator has given you, as `Authorization: Bearer TOKEN`.",
        {"www-authenticate": challenge},
    )


def _no_key(*, beside_token: bool) -> Response:
    how = "`X-Vapi-Key: KEY`" if beside_token else "`Authorization: Bearer KEY` or `X-Vapi-Key: KEY`"
    return refusal(
        401,
        "no_key",
        "The request has no Vapi API key, or more than one; this server has none of its own.",
        f"Send your private Vapi API key as {how}.",
        {"www-authenticate": 'Bearer realm="vapi-sessions-mcp"'},
    )
