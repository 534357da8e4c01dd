"""A call through a capability sends what the same call of our tools sends."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from small_contract import DONE, body_contract, contract_of, json_body
from tools.naftiko.calling import Sent, call_rest, call_tool
from vapi_sessions_tools.contract.loading import load_contract
from vapi_sessions_tools.engine.input_schema import input_schema
from vapi_sessions_tools.engine.json_values import is_list
from vapi_sessions_tools.engine.request import Request, build_request
from vapi_sessions_tools.naftiko.capability import capability

if TYPE_CHECKING:
    from tools.naftiko.parts import Json
    from vapi_sessions_tools.contract.loading import Contract
    from vapi_sessions_tools.engine.operation import Operation

ID = "3f0c2d4e-5a6b-4c7d-8e9f-0a1b2c3d4e5f"
HISTORY = [{"role": "user", "content": 'She said "hi",\nthen {left}.'}]
FIELDS: Json = {
    "name": "Renewal",
    "status": "active",
    "expirationSeconds": 3600,
    "assistantId": ID,
    "assistant": {"model": {"provider": "openai", "messages": [{"role": "system", "content": "Be {kind}"}]}},
    "assistantOverrides": {"variableValues": {"plan": 'the "big" one', "no": None, "yes": True}},
    "squadId": ID,
    "squad": {"members": [{"assistantId": ID}]},
    "messages": HISTORY,
    "customer": {"number": "+14155550123", "numberE164CheckEnabled": False},
    "customerId": ID,
    "phoneNumberId": ID,
    "phoneNumber": {"twilioPhoneNumber": "+14155550199"},
}
CALLS: list[tuple[str, Json]] = [
    ("create_session", {}),
    ("create_session", FIELDS),
    *(("create_session", {name: value}) for name, value in FIELDS.items()),
    *(
        ("create_session", {one: FIELDS[one], other: FIELDS[other]})
        for one, other in itertools.combinations(FIELDS, 2)
    ),
    ("list_sessions", {}),
    ("list_sessions", {"limit": 5, "page": 2, "sortOrder": "ASC"}),
    ("list_sessions", {"idAny": f"{ID},{ID}", "customerNumberAny": "+1415,+1416", "name": "a/b &c=d?"}),
    ("list_sessions", {"createdAtGt": "2026-01-01T00:00:00Z", "numberE164CheckEnabled": False}),
    ("list_sessions", {"phoneNumberIdAny": [ID]}),
    ("get_session", {"id": ID}),
    ("update_session", {"id": ID}),
    ("update_session", {"id": ID, "status": "completed", "messages": HISTORY}),
    ("update_session", {"id": ID, "name": "New", "expirationSeconds": 60}),
    ("delete_session", {"id": ID}),
]
HOSTILE = (
    *('a","messages":[],"z":"b', '"', "a\\", "two\nlines", 'a"}', "}{", "{left}", "a, b"),
    *("a&limit=1000#b?c=d", "100%&name=x", "a+b c", "\u2028\x00"),
)
"""Texts that end, or continue, whatever they are put into unescaped."""


def string_arguments(place: str) -> list[tuple[str, str]]:
    """Return the arguments of the shipped tools that are strings, each with its tool."""
    contract = load_contract()
    return [
        (operation.tool, argument.name)
        for operation in contract.operations
        for argument in operation.arguments
        if argument.place == place
        and input_schema(operation, contract.shapes)["properties"][argument.name]["type"] == "string"
    ]


def document_of(contract: Contract) -> Json:
    """Return the capability of a contract."""
    made = capability(contract, "1.0.0-alpha3", label="Things", base_url="https://api.test/v1")
    return made.document


def operation_of(contract: Contract, tool: str) -> Operation:
    return next(operation for operation in contract.operations if operation.tool == tool)


def as_tool_inputs(operation: Operation, arguments: Json) -> Json:
    """Return arguments as a tool of the capability takes them: JSON text in a body, one value of a query."""
    places = {argument.name: argument.place for argument in operation.arguments}
    return {
        name: json.dumps(value)
        if places[name] == "body" and isinstance(value, dict | str)
        else value[0]
        if isinstance(value, list) and places[name] == "query"
        else value
        for name, value in arguments.items()
    }


def as_rest_inputs(operation: Operation, arguments: Json) -> Json:
    """Return arguments as the REST server takes them: text in path and query, all else in the body."""
    given: Json = {"body": {}} if operation.has_body else {}
    for argument in operation.arguments:
        value: Any = arguments.get(argument.name)
        if value is None:
            continue
        if argument.place == "body":
            given["body"][argument.wire] = value
        else:
            given[argument.name] = as_text(value)
    return given


def as_text(value: Any) -> str:
    first = value[0] if is_list(value) else value
    return first if isinstance(first, str) else json.dumps(first)


def same(sent: Sent, expected: Request) -> None:
    """Compare two requests: how a query's characters are encoded is each sender's affair."""
    assert sent.method == expected.method
    one, other = urlsplit(sent.url), urlsplit("https://api.test/v1" + expected.path)
    assert (one.netloc, one.path) == (other.netloc, other.path)
    assert sorted(parse_qsl(one.query, strict_parsing=bool(one.query))) == sorted(parse_qsl(other.query))
    assert (sent.body is None) == (expected.body is None)
    if sent.body is not None and expected.body is not None:
        assert json.loads(sent.body) == json.loads(expected.body)


@pytest.mark.parametrize(("tool", "arguments"), CALLS)
def test_a_tool_call_sends_what_our_tool_sends(contract: Contract, tool: str, arguments: Json) -> None:
    operation = operation_of(contract, tool)
    inputs = as_tool_inputs(operation, arguments)
    sent = call_tool(document_of(contract), tool.replace("_", "-"), inputs)
    same(sent, build_request(operation, arguments))
    assert sent.headers == {"Accept": "application/json"}


@pytest.mark.parametrize(("tool", "arguments"), CALLS)
def test_a_rest_call_sends_what_our_tool_sends(contract: Contract, tool: str, arguments: Json) -> None:
    operation = operation_of(contract, tool)
    sent = call_rest(document_of(contract), tool.replace("_", "-"), as_rest_inputs(operation, arguments))
    same(sent, build_request(operation, arguments))


def test_required_fields_stand_before_optional_ones() -> None:
    fields = {
        "a": {"type": "string"},
        "b": {"type": "integer"},
        "c": {"type": "boolean"},
        "d": {"type": "array", "items": {"type": "string"}},
    }
    contract = body_contract(fields, required=("b", "d"))
    document = document_of(contract)
    (operation,) = contract.operations
    name = document["capability"]["exposes"][0]["tools"][0]["name"]
    for optional in ({}, {"a": "x"}, {"c": False}, {"a": "x", "c": True}):
        arguments = {"b": 0, "d": ["y"], **optional}
        inputs = {key: json.dumps(value) if key in "ac" else value for key, value in arguments.items()}
        same(call_tool(document, name, inputs), build_request(operation, arguments))


def test_a_body_that_is_no_object_is_given_whole() -> None:
    put = {
        "operationId": "order",
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "requestBody": json_body({"type": "array", "items": {"type": "string"}}),
        "responses": DONE,
    }
    contract = contract_of({"/things/{id}": {"put": put}})
    document = document_of(contract)
    (operation,) = contract.operations
    arguments = {"id": "7", "body": ["b", "a"]}
    same(call_tool(document, "order", arguments), build_request(operation, arguments))
    same(call_rest(document, "order", arguments), build_request(operation, arguments))


def test_inputs_of_one_name_in_path_and_body_are_kept_apart() -> None:
    patch = {
        "operationId": "rename",
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "requestBody": json_body(
            {"type": "object", "properties": {"id": {"type": "string"}, "body": {"type": "string"}}}
        ),
        "responses": DONE,
    }
    contract = contract_of({"/things/{id}": {"patch": patch}})
    document = document_of(contract)
    (operation,) = contract.operations
    arguments = {"id": "7", "body_id": "8", "body": "text"}
    inputs = as_tool_inputs(operation, arguments)
    same(call_tool(document, "rename", inputs), build_request(operation, arguments))
    whole = {"id": "7", "body_2": {"id": "8", "body": "text"}}
    same(call_rest(document, "rename", whole), build_request(operation, arguments))


def required(operation: Operation) -> Json:
    """Return what a call of an operation cannot do without."""
    return {argument.name: ID for argument in operation.arguments if argument.required}


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(("tool", "name"), string_arguments("body"))
def test_a_text_in_a_body_adds_nothing_to_it(contract: Contract, tool: str, name: str, text: str) -> None:
    operation, document = operation_of(contract, tool), document_of(contract)
    called, arguments = tool.replace("_", "-"), {**required(operation), name: text}
    expected = build_request(operation, arguments)
    same(call_tool(document, called, as_tool_inputs(operation, arguments)), expected)
    same(call_rest(document, called, as_rest_inputs(operation, arguments)), expected)
    sent = call_tool(document, called, arguments)
    with pytest.raises(ValueError, match=r"Expecting|Extra data|Unterminated|Invalid"):
        json.loads(sent.body or "", strict=True)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(("tool", "name"), string_arguments("query"))
def test_a_text_in_a_query_adds_nothing_to_it(contract: Contract, tool: str, name: str, text: str) -> None:
    operation, document = operation_of(contract, tool), document_of(contract)
    called, arguments = tool.replace("_", "-"), {name: text}
    expected = build_request(operation, arguments)
    same(call_tool(document, called, arguments), expected)
    same(call_rest(document, called, arguments), expected)


def test_a_text_in_a_list_adds_nothing_to_the_body(contract: Contract) -> None:
    operation = operation_of(contract, "update_session")
    arguments = {"id": ID, "messages": [{"role": "user", "content": text} for text in HOSTILE]}
    same(call_tool(document_of(contract), "update-session", arguments), build_request(operation, arguments))


def test_what_is_stated_as_an_attack_path_is_one(contract: Contract) -> None:
    """Fails when the engine's rules prevent it: then the statement goes."""
    document, elsewhere = document_of(contract), f"../assistant/{ID}"
    for send in (call_tool, call_rest):
        assert send(document, "delete-session", {"id": elsewhere}).url.endswith(f"/session/{elsewhere}")
    sent = call_tool(document, "update-session", {"id": ID, "name": '"a", "messages": []'})
    assert json.loads(sent.body or "") == {"name": "a", "messages": []}


@pytest.mark.parametrize("name", ["body", "messages-2", "fields", "Accept"])
def test_an_undeclared_argument_of_a_tool_adds_nothing(contract: Contract, name: str) -> None:
    given = {"id": ID, "name": '"New"', name: '{"messages": []}'}
    sent = call_tool(document_of(contract), "update-session", given)
    assert sent.headers == {"Accept": "application/json"}
    assert json.loads(sent.body or "") == {"name": "New"}
