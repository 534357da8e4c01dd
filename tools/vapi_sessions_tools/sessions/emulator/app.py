"""The emulator as an ASGI application."""

import sqlite3
from collections.abc import Mapping
from http import HTTPStatus
from typing import cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ExceptionHandler

from vapi_sessions_tools.sessions.emulator.controller import SessionController
from vapi_sessions_tools.sessions.emulator.faults import NO_FAULTS, Faults, FaultyResponses
from vapi_sessions_tools.sessions.emulator.nest_errors import Refusal, answer
from vapi_sessions_tools.sessions.emulator.store import SessionStore
from vapi_sessions_tools.sessions.emulator.wire import DatedResponses, JsonResponse


def create_emulator(store: SessionStore, faults: Faults = NO_FAULTS) -> Starlette:
    """Return an application that answers the five operations of the Sessions API.

    It may be served on a port, with the server's own ``Date`` header switched off, or called in-process. It
    does not close the store.

    Args:
        store: Where the sessions are.
        faults: What goes wrong on purpose.

    Returns:
        The application.
    """
    sessions = SessionController(store)
    app = Starlette(
        routes=[
            Route("/session", sessions.create, methods=["POST"]),
            Route("/session", sessions.list, methods=["GET"]),
            Route("/session/{id}", sessions.get, methods=["GET"]),
            Route("/session/{id}", sessions.update, methods=["PATCH"]),
            Route("/session/{id}", sessions.delete, methods=["DELETE"]),
        ],
        middleware=[Middleware(DatedResponses), Middleware(FaultyResponses, faults=faults)],
        exception_handlers=_EXCEPTION_HANDLERS,
    )
    app.router.redirect_slashes = False
    return app


def _refused(_request: Request, error: Exception) -> JsonResponse:
    return answer(cast("Refusal", error))


def _no_such_route(request: Request, _error: Exception) -> JsonResponse:
    """Answer a path or method that the API does not have; NestJS answers both alike."""
    return answer(Refusal(HTTPStatus.NOT_FOUND, f"Cannot {request.method} {request.url.path}"))


def _broken(_request: Request, _error: Exception) -> JsonResponse:
    """Answer for a database that fails, as NestJS answers for a fault of its own."""
    return answer(Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal server error"))


_EXCEPTION_HANDLERS: Mapping[object, ExceptionHandler] = {
    Refusal: _refused,
    HTTPException: _no_such_route,
    sqlite3.Error: _broken,
}
