"""The REST surface described: an OpenAPI 3.1 document of the tools as they are offered."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from vapi_sessions_mcp.http.authentication import KEY_HEADER
from vapi_sessions_mcp.http.problem_details import MEDIA
from vapi_sessions_mcp.http.rest.rest_results import OBJECT, TEXT, result_schema, with_properties
from vapi_sessions_mcp.http.rest.rest_routes import rest_routes
from vapi_sessions_tools.engine.input_schema import input_schema
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from vapi_sessions_mcp.http.http_settings import HttpSettings
    from vapi_sessions_tools.contract.loading import Contract
    from vapi_sessions_tools.engine.operation import Argument, Operation

_NO_RESULT = (
    "The call has no result: 400 refused before anything was sent; 424 it may have been done, look before it "
    "is repeated; 502 the API failed; 503 no answer, and repeating does no harm."
)
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "What went wrong (RFC 9457), and in `next` what to do about it.",
    "required": ["type", "title", "status", "detail", "kind", "next"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "kind": {"type": "string", "description": "What went wrong, in one word."},
        "next": {"type": "string", "description": "What to do now."},
        "api_status": {"type": "integer", "description": "The HTTP status of the API's own answer."},
        "retry_after": {"type": "number", "description": "Seconds to wait before the call is repeated."},
        "problems": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "rule"],
                "properties": {"path": TEXT, "rule": TEXT, "allowed": {}, "schema": {}},
            },
        },
        "more": {"type": "integer", "description": "How many further problems are not listed."},
        "candidates": {
            "type": "array",
            "items": OBJECT,
            "description": "What may have come of a call whose answer was lost.",
        },
        "untrusted": {"type": "array", "items": TEXT, "description": "Places of third parties' words."},
    },
}


def rest_document(contract: Contract, http: HttpSettings) -> dict[str, Any]:
    """Return the description, all but the servers' addresses.

    Args:
        contract: The tools.
        http: Says what lets a request in.
    """
    schemes = _security_schemes(http)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Vapi Sessions",
            "version": __version__,
            "description": contract.instructions or "The tools of this server as plain JSON over HTTP.",
        },
        "paths": {
            route.template: {
                method.lower(): _described(operation, contract)
                for method, operation in route.operations.items()
            }
            for route in rest_routes(contract.operations)
        },
        "components": {"schemas": {"Problem": _PROBLEM}, "securitySchemes": schemes},
        # All that is asked for is needed: each is one more in the same alternative.
        "security": [{name: list[str]() for name in schemes}] if schemes else [],
    }


def _security_schemes(http: HttpSettings) -> dict[str, Any]:
    """Return what a request must bring: a token of the server's, the caller's own key, or both."""
    token = {"type": "http", "scheme": "bearer", "description": "A token of this server's operator."}
    key = {"type": "http", "scheme": "bearer", "description": "Your private API key."}
    header = {"type": "apiKey", "in": "header", "name": KEY_HEADER, "description": "Your private API key."}
    if http.credentials == "header":
        return {"token": token, "key": header} if http.access_tokens is not None else {"key": key}
    return {"token": token} if http.access_tokens is not None else {}


def _described(operation: Operation, contract: Contract) -> dict[str, Any]:
    schema = with_properties(input_schema(operation, contract.shapes))
    properties = dict(schema["properties"])
    arguments = {argument.name: argument for argument in operation.arguments}
    parameters = [
        _parameter(name, words, arguments.get(name))
        for name, words in properties.items()
        if name not in arguments or arguments[name].place != "body"
    ]
    status = 201 if operation.created else 200
    body = {"requestBody": _body(operation, properties)} if operation.has_body else {}
    return {
        "operationId": operation.tool,
        "summary": operation.title,
        "description": operation.description,
        "parameters": parameters,
        **body,
        "responses": {
            str(status): {
                "description": HTTPStatus(status).phrase,
                "content": {"application/json": {"schema": result_schema(operation, contract.shapes)}},
            },
            "default": {
                "description": _NO_RESULT,
                "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        },
        # Read by assistants that ask their user before an action that changes something.
        "x-openai-isConsequential": not operation.hints.read_only,
    }


def _parameter(name: str, schema: dict[str, Any], argument: Argument | None) -> dict[str, Any]:
    """Return a parameter; one that is no argument of the operation is the view's own."""
    place = "query" if argument is None else argument.place
    told = {key: value for key, value in schema.items() if key != "description"}
    words = {"description": schema["description"]} if "description" in schema else {}
    return {
        "name": name,
        "in": place,
        "required": argument is not None and argument.required,
        **words,
        "schema": told,
    }


def _body(operation: Operation, properties: dict[str, Any]) -> dict[str, Any]:
    fields = {a.name: properties[a.name] for a in operation.arguments if a.place == "body"}
    required = [a.name for a in operation.arguments if a.place == "body" and a.required]
    if operation.whole_body:
        (schema,) = fields.values()
    else:
        schema = {"type": "object", "properties": fields, **({"required": required} if required else {})}
    return {"required": bool(required), "content": {"application/json": {"schema": schema}}}
