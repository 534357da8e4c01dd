"""The OpenAPI document of the REST surface."""

from __future__ import annotations

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


@pytest.mark.parametrize(
    ("http", "security"),
    [
        (HttpSettings(), []),
        (HttpSettings(credentials="header"), [{"key": []}]),
        (HttpSettings(access_tokens=TOKENS), [{"token": []}]),
        (HttpSettings(credentials="header", access_tokens=TOKENS), [{"token": [], "key": []}]),
    ],
)
def test_document_is_valid_and_declares_the_credentials(
    contract: Contract, http: HttpSettings, security: list[dict[str, list[str]]]
) -> None:
    document = rest_document(contract, http)
    validate(document, cls=OpenAPIV31SpecValidator)
    assert document["openapi"].startswith("3.1")
    assert document["security"] == security
    assert document["info"]["version"] == __version__


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    items = document["paths"].values()
    return {operation["operationId"]: operation for item in items for operation in item.values()}


def objects_without_properties(schema: Any) -> list[Any]:
    is_bare = is_object(schema) and schema.get("type") == "object" and "properties" not in schema
    found = [entry for child in children(schema) for entry in objects_without_properties(child)]
    return [schema, *found] if is_bare else found


def test_each_tool_is_described_as_readers_demand(contract: Contract) -> None:
    document = rest_document(contract, HttpSettings())
    offered = rest_document(contract.offering(None, read_only=True), HttpSettings())
    assert set(operations(offered)) == {"list_sessions", "get_session"}
    described_tools = operations(document)
    assert list(described_tools) == [operation.tool for operation in contract.operations]
    for operation in contract.operations:
        described_tool = described_tools[operation.tool]
        body = described_tool.get("requestBody", {}).get("content", {}).get("application/json", {})
        names = [parameter["name"] for parameter in described_tool["parameters"]]
        names += body.get("schema", {}).get("properties", {})
        expected = [argument.name for argument in operation.arguments]
        assert sorted(names) == sorted([*expected, *(["query"] if operation.queryable else [])])
        assert described_tool["x-openai-isConsequential"] is (operation.method != "GET")
        assert len(described_tool["description"]) <= 300
        assert all(len(parameter["description"]) <= 700 for parameter in described_tool["parameters"])
    assert objects_without_properties(document) == []


def test_fields_of_results_are_described(contract: Contract) -> None:
    results = {
        name: operation["responses"][status]["content"]["application/json"]["schema"]["properties"]
        for name, operation in operations(rest_document(contract, HttpSettings())).items()
        for status in operation["responses"]
        if status != "default"
    }
    assert results["get_session"]["messages"]["type"] == "array"
    assert results["get_session"]["status"] == {"type": "string"}
    assert "lastMessage" in results["list_sessions"]["results"]["items"]["properties"]
    assert set(results["delete_session"]) == {"id", "deleted"}


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


async def test_document_names_the_server_of_the_request_and_is_read_only(
    ask: Asking, contract: Contract
) -> None:
    for behind_tls, scheme in ((False, "http"), (True, "https")):
        app = described(contract, HttpSettings(behind_tls=behind_tls))
        answer = await ask(app, ("host", "sessions.example.com"), path="/openapi.json")
        assert answer.headers["content-type"] == "application/json"
        assert answer.json()["servers"] == [{"url": f"{scheme}://sessions.example.com"}]
        refused = await ask(app, method="POST", path="/openapi.json")
        assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")
        assert refused.headers["content-type"] == "application/problem+json"
