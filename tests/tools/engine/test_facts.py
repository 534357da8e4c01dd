"""A published document is reduced to its operations, the schemas they reach, and facts without prose."""

from __future__ import annotations

import pytest

from small_contract import DONE, Json, json_body, ref, small_document
from vapi_sessions_tools.engine.facts import extract, references, resolve, strip
from vapi_sessions_tools.errors import DocumentError


def get(**parts: object) -> Json:
    return {"get": {"responses": DONE, **parts}}


def test_only_the_schemas_that_operations_reach_are_kept() -> None:
    schemas = {
        "Thing": {"type": "object", "properties": {"part": ref("Part")}},
        "Part": {"type": "string"},
        "Other": {"type": "string"},
    }
    answer = {"200": json_body(ref("Thing"))}
    facts = extract(small_document({"/thing": get(responses=answer)}, schemas))
    assert list(facts["components"]["schemas"]) == ["Part", "Thing"]


def test_a_cycle_of_schemas_is_kept_once() -> None:
    schemas = {
        "A": {"type": "object", "properties": {"b": ref("B")}},
        "B": {"type": "array", "items": ref("A")},
    }
    facts = extract(small_document({"/a": get(responses={"200": json_body(ref("A"))})}, schemas))
    assert sorted(facts["components"]["schemas"]) == ["A", "B"]


def test_prose_is_left_out_of_operations_parameters_and_schemas() -> None:
    operation = get(
        operationId="getThing",
        summary="words",
        description="words",
        tags=["things"],
        parameters=[
            {
                "name": "id",
                "in": "query",
                "description": "words",
                "example": 1,
                "schema": {"type": "string", "description": "words", "maxLength": 3},
            }
        ],
    )
    facts = extract(small_document({"/thing": operation}))
    assert facts["info"] == {"version": "1"}
    assert facts["paths"]["/thing"]["get"] == {
        "operationId": "getThing",
        "tags": ["things"],
        "parameters": [{"name": "id", "in": "query", "schema": {"type": "string", "maxLength": 3}}],
        "responses": {"204": {}},
    }


def test_words_and_extensions_are_kept_where_they_are_asked_for() -> None:
    operation = get(
        summary="Get",
        description="words",
        **{"x-hint": 1},
        parameters=[{"name": "id", "in": "query", "description": "words", "schema": {"title": "Id"}}],
    )
    kept = extract(small_document({"/thing": operation}), prose=True)
    assert kept["info"] == {"title": "Things", "version": "1"}
    assert kept["paths"]["/thing"]["get"] == {
        "summary": "Get",
        "description": "words",
        "x-hint": 1,
        "parameters": [{"name": "id", "in": "query", "description": "words", "schema": {"title": "Id"}}],
        "responses": {"204": {"description": "done"}},
    }


@pytest.mark.parametrize(
    "name",
    ["description", "title", "example", "properties", "required", "items", "enum", "format", "x-y", "oneOf"],
)
def test_a_property_named_like_a_keyword_is_kept(name: str) -> None:
    schema = {"type": "object", "properties": {name: {"type": "string", "description": "words"}}}
    assert strip(schema) == {"type": "object", "properties": {name: {"type": "string"}}}


def test_a_property_named_ref_is_no_reference() -> None:
    schema = {"type": "object", "properties": {"$ref": {"type": "string"}}}
    assert list(references(schema)) == []
    assert strip(schema) == schema


def test_words_go_from_every_part_of_a_schema() -> None:
    told = {"type": "string", "description": "words"}
    schema = {
        "oneOf": [told],
        "anyOf": [told],
        "allOf": [told],
        "items": told,
        "not": told,
        "additionalProperties": told,
        "example": None,
        "x-internal": 1,
        "x-former-enum": ["a"],
        "enum": ["description"],
        "default": {"description": "a value, not words"},
    }
    bare = {"type": "string"}
    assert strip(schema) == {
        "oneOf": [bare],
        "anyOf": [bare],
        "allOf": [bare],
        "items": bare,
        "not": bare,
        "additionalProperties": bare,
        "x-former-enum": ["a"],
        "enum": ["description"],
        "default": {"description": "a value, not words"},
    }


def test_whether_there_are_further_fields_is_a_fact() -> None:
    assert strip({"additionalProperties": False}) == {"additionalProperties": False}


def test_parameters_of_a_path_are_those_of_each_operation_unless_it_has_its_own() -> None:
    item = {
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "page", "in": "query", "schema": {"type": "string"}},
        ],
        **get(parameters=[{"name": "page", "in": "query", "schema": {"type": "number"}}]),
    }
    parameters = extract(small_document({"/thing/{id}": item}))["paths"]["/thing/{id}"]["get"]["parameters"]
    assert [(p["name"], p["schema"]["type"]) for p in parameters] == [("id", "string"), ("page", "number")]


def test_what_is_factored_out_is_put_in_its_place() -> None:
    document = small_document(
        {
            "/thing": {
                "post": {
                    "parameters": [{"$ref": "#/components/parameters/Page"}],
                    "requestBody": {"$ref": "#/components/requestBodies/Body"},
                    "responses": {"200": {"$ref": "#/components/responses/Ok"}},
                }
            },
            "/alias": {"$ref": "#/paths/~1thing"},
        }
    )
    document["components"] |= {
        "parameters": {"Page": {"name": "page", "in": "query"}},
        "requestBodies": {"Body": {"required": True, "content": {"application/json": {}}}},
        "responses": {"Ok": {"description": "fine", "content": {"text/plain": {"schema": {}}}}},
    }
    paths = extract(document)["paths"]
    assert paths["/thing"]["post"] == {
        "parameters": [{"name": "page", "in": "query"}],
        "requestBody": {"required": True, "content": {"application/json": {}}},
        "responses": {"200": {"content": {"text/plain": {"schema": {}}}}},
    }
    assert paths["/alias"] == paths["/thing"]


def test_a_parameter_with_an_empty_schema_and_branches_beside_it_keeps_both() -> None:
    parameter: Json = {
        "name": "a",
        "in": "query",
        "schema": {},
        "allOf": [{"type": "object", "title": "words"}],
    }
    facts = extract(small_document({"/thing": get(parameters=[parameter])}))
    assert facts["paths"]["/thing"]["get"]["parameters"] == [
        {"name": "a", "in": "query", "schema": {}, "allOf": [{"type": "object"}]}
    ]


def test_a_parameter_declared_twice_stays_declared_twice() -> None:
    twice = [{"name": "name", "in": "query"}, {"name": "name", "in": "query", "schema": {"maxLength": 40}}]
    facts = extract(small_document({"/thing": get(parameters=twice)}))
    assert facts["paths"]["/thing"]["get"]["parameters"] == twice


def test_only_the_paths_asked_for_are_kept() -> None:
    paths = {"/session": get(), "/session/{id}": get(), "/sessions": get(), "/call": get()}
    facts = extract(small_document(paths), only=["/session"])
    assert list(facts["paths"]) == ["/session", "/session/{id}"]


def test_a_document_without_the_paths_asked_for_is_refused() -> None:
    with pytest.raises(DocumentError, match="no operation under /chat, /call"):
        extract(small_document({"/thing": get()}), only=["/chat", "/call"])


def test_a_document_without_operations_is_refused() -> None:
    with pytest.raises(DocumentError, match=r"has no operation$"):
        extract(small_document({"/thing": {"summary": "nothing to call"}}))


def test_servers_and_security_schemes_are_kept() -> None:
    document = small_document({"/thing": get()})
    document["servers"] = [{"url": "https://api.example.com", "description": "words"}, {"variables": {}}]
    document["components"]["securitySchemes"] = {"bearer": {"type": "http", "description": "words"}}
    facts = extract(document)
    assert facts["servers"] == [{"url": "https://api.example.com"}]
    assert facts["components"]["securitySchemes"] == {"bearer": {"type": "http"}}


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("#/components/schemas/Missing", "leads nowhere"),
        ("#/info/title/x", "leads nowhere"),
        ("#/info/title", "leads to no object"),
        ("other.yml#/Thing", "leads out of the document"),
        ("#/components/parameters/Loop", "leads in a circle"),
    ],
)
def test_a_reference_that_cannot_be_followed_is_refused(reference: str, reason: str) -> None:
    document = small_document({"/thing": get()})
    document["components"]["parameters"] = {"Loop": {"$ref": "#/components/parameters/Loop"}}
    with pytest.raises(DocumentError, match=reason):
        resolve(document, {"$ref": reference})


def test_a_schema_that_leads_nowhere_is_refused() -> None:
    document = small_document({"/thing": get(responses={"200": json_body(ref("Missing"))})})
    with pytest.raises(DocumentError, match="Missing' leads nowhere"):
        extract(document)


@pytest.mark.parametrize(
    "paths",
    [
        {"/x": None},
        {"/x": {"get": None}},
        {"/x": {"get": {"parameters": [{"in": "query"}], "responses": {}}}},
        {"/x": {"get": {"parameters": 7, "responses": {}}}},
    ],
)
def test_a_malformed_document_is_told_and_does_not_crash(paths: Json) -> None:
    with pytest.raises(DocumentError, match="malformed"):
        extract({"openapi": "3.0.0", "info": {}, "paths": paths})
