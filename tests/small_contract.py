"""Small contracts, made by the same steps as that of a published document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.contract.loading import Contract, as_contract
from vapi_sessions_tools.engine.coercion import coerce
from vapi_sessions_tools.engine.facts import extract
from vapi_sessions_tools.engine.shape import Shapes
from vapi_sessions_tools.engine.validation import Validator

if TYPE_CHECKING:
    from vapi_sessions_tools.engine.operation import Operation
    from vapi_sessions_tools.engine.problem import Problem

Json = dict[str, Any]

DONE: Json = {"204": {"description": "done"}}
"""Responses of an operation whose response has no body."""

TEXT: Json = {"type": "string"}
NUMBER: Json = {"type": "number"}
ANYTHING: Json = {}


def small_document(paths: Json, schemas: Json | None = None) -> Json:
    """Return an OpenAPI document as it might be published."""
    return {
        "openapi": "3.0.0",
        "info": {"title": "Things", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas or {}},
    }


def text(**keywords: object) -> Json:
    """Return the schema of a string."""
    return {**TEXT, **keywords}


def number(**keywords: object) -> Json:
    """Return the schema of a number."""
    return {**NUMBER, **keywords}


def array(items: Json | None = None, **keywords: object) -> Json:
    """Return the schema of a list."""
    return {"type": "array", **({"items": items} if items is not None else {}), **keywords}


def object_of(fields: Json, *required: str) -> Json:
    """Return the schema of an object."""
    return {"type": "object", "properties": fields, **({"required": list(required)} if required else {})}


def tagged(value: str, *required: str, tag: str = "kind", **fields: Json) -> Json:
    """Return a branch of a union: an object whose tag has one value."""
    return object_of({tag: {**TEXT, "enum": [value]}, **fields}, tag, *required)


def ref(name: str) -> Json:
    """Return a reference to a component schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def json_body(schema: Json, *, required: bool = True) -> Json:
    """Return a request body, or a response, in JSON."""
    return {"required": required, "content": {"application/json": {"schema": schema}}}


def shapes_of(**schemas: Json) -> Shapes:
    """Return the shapes of some component schemas."""
    return Shapes({"components": {"schemas": schemas}})


def contract_of(paths: Json, schemas: Json | None = None) -> Contract:
    """Return the contract that a published document gives."""
    return as_contract(extract(small_document(paths, schemas), prose=True))


def body_contract(fields: Json, schemas: Json | None = None, required: tuple[str, ...] = ()) -> Contract:
    """Return the contract of one POST whose body has these fields."""
    body = json_body(object_of(fields, *required))
    post = {"operationId": "makeThing", "requestBody": body, "responses": DONE}
    return contract_of({"/thing": {"post": post}}, schemas)


def query_contract(*parameters: Json, schemas: Json | None = None) -> Contract:
    """Return the contract of one GET with these query parameters."""
    placed = [{"in": "query", **parameter} for parameter in parameters]
    get = {"operationId": "listThings", "parameters": placed, "responses": DONE}
    return contract_of({"/thing": {"get": get}}, schemas)


def only_operation(contract: Contract) -> Operation:
    """Return the operation of a contract that has one."""
    (operation,) = contract.operations
    return operation


def coerced(contract: Contract, arguments: Json) -> Json:
    """Return the coerced arguments of a contract's only operation."""
    return coerce(only_operation(contract), contract.shapes, arguments)


def problems(contract: Contract, arguments: Json, tool: str | None = None) -> list[Problem]:
    """Return the problems of the arguments of a contract's tool, after coercion."""
    operation = next(one for one in contract.operations if tool in (None, one.tool))
    return Validator(operation, contract.shapes).problems(coerce(operation, contract.shapes, arguments))


def rules(contract: Contract, arguments: Json, tool: str | None = None) -> list[tuple[str, str]]:
    """Return the place and the rule of each problem."""
    return [(problem.path, problem.rule) for problem in problems(contract, arguments, tool)]
