"""A tool called over the REST surface: as over MCP, with an answer that says in HTTP how it ended."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from opentelemetry import trace
from starlette.responses import Response

from vapi_sessions_mcp.confirmation import cannot_ask
from vapi_sessions_mcp.faults import noted, unusable
from vapi_sessions_mcp.http.handling import NoRoomError
from vapi_sessions_mcp.http.problem_details import problem_details, problem_response
from vapi_sessions_mcp.http.refusal import no_room, refusal
from vapi_sessions_mcp.http.rest.rest_arguments import rest_arguments
from vapi_sessions_mcp.in_flight import StoppedError
from vapi_sessions_tools.engine.json_values import is_list, result_text
from vapi_sessions_tools.errors import CallError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentelemetry.trace import Span

    from vapi_sessions_mcp.caller import Caller
    from vapi_sessions_mcp.confirmation import Confirmation
    from vapi_sessions_mcp.http.handling import Handling
    from vapi_sessions_mcp.http.metrics import Ending, Metrics
    from vapi_sessions_mcp.http.rest.rest_arguments import Asked
    from vapi_sessions_mcp.in_flight import InFlight
    from vapi_sessions_tools.engine.operation import Operation
    from vapi_sessions_tools.toolset import Toolset

_tracer = trace.get_tracer("vapi-sessions-mcp")

_STATUSES = {
    "invalid_arguments": 400,
    "no_key": 401,
    "declined": 403,
    "rate_limited": 429,
    "upstream": 502,
    "network": 503,
    # No client of its own accord repeats a call that was answered so, as many do after any 5xx.
    "unknown_outcome": 424,
}
"""What an error is told with that is not the API's own refusal of the caller's request."""


class RestCalls:
    """Carries out calls.

    Args:
        toolset: The tools.
        confirmation: Knows which of them the user is asked about first; here nobody can be.
        in_flight: Ends the calls when the server stops.
        handling: Knows how many more can be carried out.
        metrics: Counts them.
        own_key: Whether calls are made with the server's key, which is no fault of a caller's when refused.
    """

    def __init__(
        self,
        toolset: Toolset,
        confirmation: Confirmation,
        in_flight: InFlight,
        handling: Handling,
        metrics: Metrics,
        *,
        own_key: bool,
    ) -> None:
        self._toolset = toolset
        self._confirmation = confirmation
        self._in_flight = in_flight
        self._handling = handling
        self._metrics = metrics
        self._own_key = own_key

    async def answer(self, operation: Operation, template: str, asked: Asked, caller: Caller) -> Response:
        """Call a tool and return the answer.

        Args:
            operation: What is called.
            template: The path that it was called at, for the trace.
            asked: What the request brings.
            caller: Whose it is.
        """
        name = f"{operation.method} {template}"
        with (
            _tracer.start_as_current_span(name, kind=trace.SpanKind.SERVER, record_exception=False) as span,
            self._metrics.call(operation.tool) as ending,
        ):
            try:
                with self._handling.taken(caller.principal, len(asked.body)):
                    response = await self._answered(operation, asked, caller, ending)
            except NoRoomError:
                ending.outcome, response = "refused", _busy()
            _tell(span, operation, template, response, ending)
            return response

    async def _answered(self, operation: Operation, asked: Asked, caller: Caller, ending: Ending) -> Response:
        """Return the answer to a call, however it ends."""
        try:
            result = await self._result(operation, asked, caller)
        except CallError as error:
            return self._told(error, caller, ending)
        except SettingsError as error:
            return self._told(unusable(error), caller, ending)
        except Exception as error:  # noqa: BLE001  the last net
            return refusal(500, "fault", noted(operation.tool, error), "Tell the server's operator.")
        ending.outcome = "ok"
        headers = {"cache-control": "no-store", **_link(operation, result)}
        status = 201 if operation.created else 200
        return Response(result_text(result), status, headers, "application/json")

    async def _result(self, operation: Operation, asked: Asked, caller: Caller) -> dict[str, Any]:
        tool, toolset = operation.tool, self._toolset
        prepared = await toolset.aprepare(tool, rest_arguments(operation, asked), caller.credential)
        if self._confirmation.is_wanted(tool):
            raise cannot_ask(tool)
        try:
            with self._in_flight.call():
                return await toolset.send(prepared, caller.credential)
        except StoppedError:
            raise toolset.interrupted(prepared, sent=True) from None

    def _told(self, error: CallError, caller: Caller, ending: Ending) -> Response:
        ending.outcome = error.kind
        told = self._toolset.told(error, caller.credential)
        status = self._status(error)
        # A mark's place is one in the error; in problem details it stands at the top.
        untrusted = [place.removeprefix("error.") for place in told.get("untrusted", ())]
        marks = ["detail" if place == "message" else place for place in untrusted]
        details = problem_details(status, told["error"]) | ({"untrusted": marks} if marks else {})
        return problem_response(details, _beside(status, error))

    def _status(self, error: CallError) -> int:
        """Return the HTTP status that tells an error to a program that knows nothing else."""
        if error.kind in _STATUSES:
            return _STATUSES[error.kind]
        if error.kind == "unauthorized" and self._own_key:
            return 502
        return error.status if error.status is not None and 400 <= error.status < 500 else 502


def _link(operation: Operation, result: Mapping[str, Any]) -> dict[str, str]:
    """Return the header that names the next page (RFC 8288), where there is one."""
    following = result.get("next")
    if operation.pages is None or not following:
        return {}
    pairs = [(name, _text(item)) for name, value in following.items() for item in _items(value)]
    return {"link": f'<?{urlencode(pairs)}>; rel="next"'}


def _items(value: Any) -> list[Any]:
    return value if is_list(value) else [value]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _busy() -> Response:
    return no_room("The server is carrying out as many requests as it can, or as this caller may have.")


def _beside(status: int, error: CallError) -> dict[str, str]:
    """Return the headers that go with an error."""
    headers: dict[str, str] = {}
    if error.retry_after is not None:
        headers["retry-after"] = str(max(1, math.ceil(error.retry_after)))
    if status == 401:  # RFC 9110, 15.5.2: it names what would be accepted
        headers["www-authenticate"] = 'Bearer realm="vapi-sessions-mcp", error="invalid_token"'
    return headers


def _tell(span: Span, operation: Operation, template: str, response: Response, ending: Ending) -> None:
    """Write down in the trace how a call ended, in words of which there are few."""
    span.set_attributes(
        {
            "http.request.method": operation.method,
            "http.route": template,
            "http.response.status_code": response.status_code,
            "gen_ai.tool.name": operation.tool,
        }
    )
    if ending.outcome != "ok":
        span.set_attribute("error.type", ending.outcome)
        span.set_status(trace.StatusCode.ERROR)
