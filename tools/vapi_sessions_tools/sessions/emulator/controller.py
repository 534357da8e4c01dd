"""The five operations: from a request to the store, and back to an answer."""

from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import Request

from vapi_sessions_tools.sessions.emulator.authorization import bearer_key
from vapi_sessions_tools.sessions.emulator.checks import UUID
from vapi_sessions_tools.sessions.emulator.json_values import JsonObject
from vapi_sessions_tools.sessions.emulator.list_query import read_list_query
from vapi_sessions_tools.sessions.emulator.nest_errors import Refusal
from vapi_sessions_tools.sessions.emulator.pagination import paginated
from vapi_sessions_tools.sessions.emulator.request_body import read_object
from vapi_sessions_tools.sessions.emulator.rules import creation_problems, update_problems
from vapi_sessions_tools.sessions.emulator.session_fields import changed_fields, created_fields
from vapi_sessions_tools.sessions.emulator.store import SessionStore
from vapi_sessions_tools.sessions.emulator.wire import JsonResponse


@dataclass(frozen=True, slots=True)
class SessionController:
    """Answers the requests of the Sessions API.

    Success statuses are those of the published contract. The key is looked at first, then the id, then the
    body, then whether the session exists, which is the order of NestJS.

    Args:
        store: Where the sessions are.
    """

    store: SessionStore

    async def create(self, request: Request) -> JsonResponse:
        """Answer Create Session."""
        key = bearer_key(request)
        body = await read_object(request)
        _refuse(creation_problems(body))
        session = self.store.create(key, created_fields(body))
        return JsonResponse(session, status_code=HTTPStatus.CREATED)

    async def list(self, request: Request) -> JsonResponse:
        """Answer List Sessions."""
        key = bearer_key(request)
        query = read_list_query(request.query_params.multi_items())
        return JsonResponse(paginated(self.store.list(key, query), query))

    async def get(self, request: Request) -> JsonResponse:
        """Answer Get Session."""
        key = bearer_key(request)
        session_id = _session_id(request)
        return _answer(session_id, self.store.get(key, session_id))

    async def update(self, request: Request) -> JsonResponse:
        """Answer Update Session."""
        key = bearer_key(request)
        session_id = _session_id(request)
        body = await read_object(request)
        _refuse(update_problems(body))
        return _answer(session_id, self.store.update(key, session_id, changed_fields(body)))

    async def delete(self, request: Request) -> JsonResponse:
        """Answer Delete Session with the session that is no more.

        A second time there is none to delete, and the answer is 404 (unknown upstream; follows NestJS).
        """
        key = bearer_key(request)
        session_id = _session_id(request)
        return _answer(session_id, self.store.delete(key, session_id))


def _refuse(problems: tuple[str, ...]) -> None:
    if problems:
        raise Refusal(HTTPStatus.BAD_REQUEST, problems)


def _session_id(request: Request) -> str:
    """Return the id in the path; the text for what is no UUID is NestJS's own."""
    session_id: str = request.path_params["id"]
    if not UUID.fullmatch(session_id):
        raise Refusal(HTTPStatus.BAD_REQUEST, "Validation failed (uuid is expected)")
    return session_id


def _answer(session_id: str, session: JsonObject | None) -> JsonResponse:
    """Return the answer that shows a session; where there is none, the text is unknown upstream."""
    if session is None:
        raise Refusal(HTTPStatus.NOT_FOUND, f"Session with ID {session_id} not found")
    return JsonResponse(session)
