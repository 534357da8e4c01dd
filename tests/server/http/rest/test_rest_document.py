"""The OpenAPI document of the REST surface."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from small_contract import DONE, contract_of, json_body
from vapi_sessions_mcp.http.access_tokens import AccessTokens
from vapi_sessions_mcp.http.http_settings import HttpSettings
from vapi_sessions_mcp.http.rest.rest_document import rest_document
from vapi_sessions_mcp.http.rest.rest_surface import described
from vapi_sessions_tools.engine.json_values import children, is_object
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from server.http.conftest import Asking
    from vapi_sessions_tools.contract.loading import Contract

TOKENS = AccessTokens((b"x" * 32,))
WAYS: dict[str, tuple[HttpSettings, list[dict[str, list[str]]]]] = {
    "open": (HttpSettings(), []),
    "keys": (HttpSettings(credentials="header"), [{"key": []}]),
    "tokens": (HttpSettings(access_tokens=TOKENS), [{"token": []}]),
    "both": (HttpSettings(credentials="header", access_tokens=TOKENS), [{"token": [], "key": []}]),
}


@pytest.mark.parametrize("way", list(WAYS))
def test_document_is_valid_and_declares_the_credentials(contract: Contract, way: str) -> None:
    http, security = WAYS[way]
    document = rest_document(contract, http)
    validate(document, cls=OpenAPIV31SpecValidator)
    assert document["openapi"].startswith("3.1")
    assert document["security"] == security
    assert document["info"]["version"] == __version__


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        operation["operationId"]: operation
        for item in document["paths"].values()
        for operation in item.values()
    }


def test_each_tool_is_described_with_all_its_arguments(contract: Contract) -> None:
    told = operations(rest_document(contract, HttpSettings()))
    assert list(told) == [operation.tool for operation in contract.operations]
    for operation in contract.operations:
        described_ = told[operation.tool]
        body = described_.get("requestBody", {}).get("content", {}).get("application/json", {})
        named = [parameter["name"] for parameter in described_["parameters"]]
        named += body.get("schema", {}).get("properties", {})
        expected = [argument.name for argument in operation.arguments]
        assert sorted(named) == sorted([*expected, *(["query"] if operation.queryable else [])])


def test_changing_tools_are_marked_as_consequential(contract: Contract) -> None:
    told = operations(rest_document(contract, HttpSettings()))
    asked = {name for name, operation in told.items() if operation["x-openai-isConsequential"]}
    assert asked == {"create_session", "update_session", "delete_session"}


def test_descriptions_are_short_enough_for_gpt_actions(contract: Contract) -> None:
    for operation in operations(rest_document(contract, HttpSettings())).values():
        assert len(operation["description"]) <= 300
        assert all(len(parameter["description"]) <= 700 for parameter in operation["parameters"])


def objects_without_fields(schema: Any) -> list[Any]:
    here = (
        [schema]
        if is_object(schema) and schema.get("type") == "object" and "properties" not in schema
        else []
    )
    return here + [found for entry in children(schema) for found in objects_without_fields(entry)]


def test_every_object_schema_has_properties(contract: Contract) -> None:
    assert objects_without_fields(rest_document(contract, HttpSettings())) == []


def test_fields_of_results_are_described(contract: Contract) -> None:
    told = operations(rest_document(contract, HttpSettings()))
    results = {
        name: operation["responses"][status]["content"]["application/json"]["schema"]["properties"]
        for name, operation in told.items()
        for status in operation["responses"]
        if status != "default"
    }
    assert results["get_session"]["messages"]["type"] == "array"
    assert results["get_session"]["status"] == {"type": "string"}
    assert "lastMessage" in results["list_sessions"]["results"]["items"]["properties"]
    assert set(results["delete_session"]) == {"id", "deleted"}


def test_only_offered_tools_are_described(contract: Contract) -> None:
    document = rest_document(contract.offering(None, read_only=True), HttpSettings())
    assert set(operations(document)) == {"list_sessions", "get_session"}


def test_tools_of_another_document_are_described() -> None:
    whole = json_body({"type": "array", "items": {"type": "integer"}})
    place = {"in": "path", "name": "thing-id", "schema": {"type": "string"}}
    paths = {
        "/things/{thing-id}": {"put": {"parameters": [place], "requestBody": whole, "responses": DONE}},
        "/things": {"get": {"responses": DONE}},
    }
    document = rest_document(contract_of(paths), HttpSettings())
    validate(document, cls=OpenAPIV31SpecValidator)
    body = document["paths"]["/v1/things/{thing_id}"]["put"]["requestBody"]
    assert body["required"]
    assert body["content"]["application/json"]["schema"]["type"] == "array"


@pytest.mark.parametrize(("behind_tls", "scheme"), [(False, "http"), (True, "https")])
async def test_server_url_is_that_of_the_request(
    ask: Asking, contract: Contract, behind_tls: Any, scheme: str
) -> None:
    app = described(contract, HttpSettings(behind_tls=behind_tls))
    answer = await ask(app, ("host", "sessions.example.com"), path="/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.text)["servers"] == [{"url": f"{scheme}://sessions.example.com"}]


async def test_document_is_read_only(ask: Asking, contract: Contract) -> None:
    answer = await ask(described(contract, HttpSettings()), method="POST", path="/openapi.json")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert answer.headers["content-type"] == "application/problem+json"
