"""A call through an exported capability sends the request that the same call of our tools sends."""

from __future__ import annotations

import itertools
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from small_contract import DONE, NUMBER, TEXT, body_contract, contract_of, json_body, object_of
from tools.naftiko.engine import Json, Sent, call
from vapi_sessions_tools.contract.loading import Contract, load_contract
from vapi_sessions_tools.engine.request import build_request
from vapi_sessions_tools.naftiko.capability import capability

ID = "3f0c2d4e-5a6b-4c7d-8e9f-0a1b2c3d4e5f"
HOSTILE = 'a","messages":[],"z":"b\\ &limit=1#b?c=d+100%\n{left}\u2028\x00'
HISTORY = [{"role": "user", "content": HOSTILE}]
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
ID_IN_PATH = {"name": "id", "in": "path", "required": True, "schema": TEXT}
SHIPPED = load_contract()


def exported(contract: Contract) -> Json:
    return capability(contract, "1.0.0-alpha3", label="Things", base_url="https://api.test/v1").document


EXPORTED = exported(SHIPPED)


def tool_inputs(contract: Contract, tool: str, arguments: Json) -> Json:
    """Return arguments as a tool of the capability takes them: JSON text in a body, one value in a query."""
    operation = next(one for one in contract.operations if one.tool == tool)
    places = {argument.name: argument.place for argument in operation.arguments}
    inputs: Json = {}
    for name, value in arguments.items():
        if places[name] == "body":
            inputs[name] = value if isinstance(value, list | int | float) else json.dumps(value)
        else:
            inputs[name] = value[0] if isinstance(value, list) else value
    return inputs


def rest_inputs(tool: str, arguments: Json) -> Json:
    """Return arguments as the REST server takes them: all fields of the body in one JSON object."""
    operation = next(one for one in SHIPPED.operations if one.tool == tool)
    fields = {one.name: one.wire for one in operation.arguments if one.place == "body"}
    inputs = tool_inputs(SHIPPED, tool, arguments)
    given = {name: value for name, value in inputs.items() if name not in fields}
    body = {wire: arguments[name] for name, wire in fields.items() if name in arguments}
    return {**given, "body": body} if operation.has_body else given


def assert_same(sent: Sent, contract: Contract, tool: str, arguments: Json) -> None:
    """Compare with the request that our tool sends; how a query is percent-encoded is up to each sender."""
    expected = build_request(next(one for one in contract.operations if one.tool == tool), arguments)
    one, other = urlsplit(sent.url), urlsplit("https://api.test/v1" + expected.path)
    assert (sent.method, one.netloc, one.path) == (expected.method, other.netloc, other.path)
    assert sorted(parse_qsl(one.query, strict_parsing=bool(one.query))) == sorted(parse_qsl(other.query))
    assert json.loads(sent.body or "null") == json.loads(expected.body or "null")


def assert_same_over_both(tool: str, arguments: Json) -> None:
    name = tool.replace("_", "-")
    sent = call(EXPORTED, "mcp", name, tool_inputs(SHIPPED, tool, arguments))
    assert_same(sent, SHIPPED, tool, arguments)
    assert sent.headers == {"Accept": "application/json"}
    assert_same(call(EXPORTED, "rest", name, rest_inputs(tool, arguments)), SHIPPED, tool, arguments)


@pytest.mark.parametrize("count", [0, 1, 2, len(FIELDS)])
def test_a_body_holds_exactly_the_given_fields(count: int) -> None:
    for names in itertools.combinations(FIELDS, count):
        assert_same_over_both("create_session", {name: FIELDS[name] for name in names})


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("list_sessions", {}),
        ("list_sessions", {"limit": 5, "page": 2, "sortOrder": "ASC"}),
        ("list_sessions", {"idAny": f"{ID},{ID}", "customerNumberAny": "+1415,+1416", "name": HOSTILE}),
        ("list_sessions", {"createdAtGt": "2026-01-01T00:00:00Z", "numberE164CheckEnabled": False}),
        ("list_sessions", {"phoneNumberIdAny": [ID]}),
        ("get_session", {"id": ID}),
        ("update_session", {"id": ID}),
        ("update_session", {"id": ID, "status": "completed", "messages": HISTORY}),
        ("update_session", {"id": ID, "name": HOSTILE, "expirationSeconds": 60}),
        ("delete_session", {"id": ID}),
    ],
)
def test_paths_queries_and_bodies_are_those_of_our_tools(tool: str, arguments: Json) -> None:
    assert_same_over_both(tool, arguments)


@pytest.mark.parametrize("optional", [{}, {"a": "x"}, {"c": False}, {"a": "x", "c": True}], ids=str)
def test_optional_fields_follow_required_ones(optional: Json) -> None:
    fields = {"a": TEXT, "b": NUMBER, "c": {"type": "boolean"}, "d": {"type": "array", "items": TEXT}}
    contract, arguments = body_contract(fields, required=("b", "d")), {"b": 0, "d": ["y"], **optional}
    inputs = {name: json.dumps(value) if name in "ac" else value for name, value in arguments.items()}
    tool = contract.operations[0].tool
    assert_same(call(exported(contract), "mcp", tool.replace("_", "-"), inputs), contract, tool, arguments)


@pytest.mark.parametrize("kind", ["mcp", "rest"])
def test_a_body_that_is_not_an_object_is_one_input(kind: str) -> None:
    body = json_body({"type": "array", "items": TEXT})
    put = {"operationId": "order", "parameters": [ID_IN_PATH], "requestBody": body, "responses": DONE}
    contract, arguments = contract_of({"/things/{id}": {"put": put}}), {"id": "7", "body": ["b", "a"]}
    assert_same(call(exported(contract), kind, "order", arguments), contract, "order", arguments)


def test_inputs_of_one_name_in_path_and_body_stay_apart() -> None:
    body = json_body(object_of({"id": TEXT, "body": TEXT}))
    patch = {"operationId": "rename", "parameters": [ID_IN_PATH], "requestBody": body, "responses": DONE}
    contract = contract_of({"/things/{id}": {"patch": patch}})
    arguments = {"id": "7", "body_id": "8", "body": "x"}
    inputs = tool_inputs(contract, "rename", arguments)
    assert_same(call(exported(contract), "mcp", "rename", inputs), contract, "rename", arguments)
    in_one = {"id": "7", "body_2": {"id": "8", "body": "x"}}
    assert_same(call(exported(contract), "rest", "rename", in_one), contract, "rename", arguments)


@pytest.mark.parametrize("name", ["body", "messages-2", "fields", "Accept"])
def test_an_undeclared_argument_of_a_tool_changes_nothing(name: str) -> None:
    given: dict[str, Any] = {"id": ID, "name": '"New"', name: '{"messages": []}'}
    sent = call(EXPORTED, "mcp", "update-session", given)
    assert sent.headers == {"Accept": "application/json"}
    assert json.loads(sent.body or "") == {"name": "New"}
