"""The REST surface: a request's way from its path to its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from vapi_sessions_mcp.http.access_log import TEMPLATE
from vapi_sessions_mcp.http.problem_details import REST, REST_DOCUMENT
from vapi_sessions_mcp.http.refusal import RefusalAnswer, not_allowed, not_json, refusal, refuse
from vapi_sessions_mcp.http.rest.rest_arguments import Asked
from vapi_sessions_mcp.http.rest.rest_document import rest_document
from vapi_sessions_mcp.http.rest.rest_routes import find_route, rest_routes
from vapi_sessions_tools.engine.json_values import compact

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from vapi_sessions_mcp.http.http_settings import HttpSettings
    from vapi_sessions_mcp.http.rest.rest_calls import RestCalls
    from vapi_sessions_mcp.http.rest.rest_routes import Found
    from vapi_sessions_tools.contract.loading import Contract


class RestSurface:
    """Answers requests to call tools.

    Args:
        contract: The tools.
        calls: Carries them out.
    """

    def __init__(self, contract: Contract, calls: RestCalls) -> None:
        self._routes = rest_routes(contract.operations)
        self._calls = calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        found = find_route(self._routes, scope["raw_path"])
        if found is not None:
            scope["state"][TEMPLATE] = found.route.template
        answer = self._nowhere() if found is None else await self._answer(found, Request(scope, receive))
        told = answer.in_form(scope) if isinstance(answer, RefusalAnswer) else answer
        await told(scope, receive, send)

    async def _answer(self, found: Found, request: Request) -> Response:
        route = found.route
        operation = route.operations.get("GET" if request.method == "HEAD" else request.method)
        if operation is None:
            return not_allowed("This path has no such method.", *route.operations)
        body = await request.body()
        if body and not _is_json(request.headers.get("content-type", "")):
            return not_json()
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            return _encoded()
        asked = Asked(found.places, request.url.query, body)
        return await self._calls.answer(operation, route.template, asked, request.state.caller)

    def _nowhere(self) -> RefusalAnswer:
        paths = ", ".join(route.template for route in self._routes)
        way_out = f"There are {paths}; {REST_DOCUMENT} describes them."
        return refusal(404, "not_found", f"There is nothing at this path below {REST}.", way_out)


def _is_json(stated: str) -> bool:
    media = stated.partition(";")[0].strip().lower()
    return media == "application/json" or media.endswith("+json")


def _encoded() -> RefusalAnswer:
    message = "The request's body is compressed (Content-Encoding), and is not unpacked here."
    return refusal(415, "encoded", message, "Send it as it is, without Content-Encoding.")


def described(contract: Contract, http: HttpSettings) -> ASGIApp:
    """Return what answers with the description of the REST surface.

    Args:
        contract: The tools.
        http: Says who may call, and how the server is reached.
    """
    document = rest_document(contract, http)

    async def describe(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if request.method not in ("GET", "HEAD"):
            await refuse(not_allowed("This path can only be read.", "GET", "HEAD"), scope, receive, send)
            return
        scheme = "https" if http.behind_tls else "http"
        here = {**document, "servers": [{"url": f"{scheme}://{request.headers['host']}"}]}
        await Response(compact(here), media_type="application/json")(scope, receive, send)

    return describe
