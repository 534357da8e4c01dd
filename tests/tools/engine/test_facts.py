"""A published document is reduced to its operations, the schemas they reach, and facts without prose."""

from __future__ import annotations

import pytest

from small_contract import DONE, TEXT, Json, array, json_body, object_of, ref, small_document, text
from vapi_sessions_tools.engine.facts import extract, references, resolve, strip
from vapi_sessions_tools.errors import DocumentError

WORDY: Json = text(description="words")


def get(**parts: object) -> Json:
    return {"get": {"responses": DONE, **parts}}


def extracted(operation: Json, schemas: Json | None = None, *, prose: bool = False) -> Json:
    """Return the facts of the only GET of a document."""
    facts = extract(small_document({"/thing": operation}, schemas), prose=prose)
    found: Json = facts["paths"]["/thing"]["get"]
    return found


def test_only_schemas_that_operations_reach_are_kept_each_once() -> None:
    schemas = {"Thing": object_of({"part": ref("Part")}), "Part": array(ref("Thing")), "Other": TEXT}
    facts = extract(small_document({"/thing": get(responses={"200": json_body(ref("Thing"))})}, schemas))
    assert list(facts["components"]["schemas"]) == ["Part", "Thing"]


def test_prose_and_extensions_are_removed_from_an_operation_unless_they_are_asked_for() -> None:
    schema = {**WORDY, "maxLength": 3}
    parameter: Json = {"name": "id", "in": "query", "description": "words", "example": 1, "schema": schema}
    raw: Json = {"operationId": "getThing", "tags": ["things"]}
    words: Json = {"summary": "words", "description": "words", "x-hint": 1}
    operation = get(**raw, **words, parameters=[parameter])
    assert extracted(operation) == {
        **raw,
        "parameters": [{"name": "id", "in": "query", "schema": text(maxLength=3)}],
        "responses": {"204": {}},
    }
    assert extracted(operation, prose=True) == {**raw, **words, "parameters": [parameter], "responses": DONE}
    document = small_document({"/thing": get()})
    assert extract(document)["info"] == {"version": "1"}
    assert extract(document, prose=True)["info"] == {"title": "Things", "version": "1"}


@pytest.mark.parametrize(
    "name", ["description", "title", "example", "properties", "items", "enum", "x-y", "oneOf", "$ref"]
)
def test_a_property_named_like_a_keyword_is_kept(name: str) -> None:
    assert strip(object_of({name: WORDY})) == object_of({name: TEXT})
    assert list(references(object_of({name: TEXT}))) == []


def test_prose_is_removed_from_every_part_of_a_schema() -> None:
    lists, singles = ("oneOf", "anyOf", "allOf"), ("items", "not", "additionalProperties")
    facts: Json = {
        "x-former-enum": ["a"],
        "enum": ["description"],
        "default": {"description": "a value, not words"},
    }
    removed: Json = {"example": None, "x-internal": 1}
    assert strip(
        {**{key: [WORDY] for key in lists}, **dict.fromkeys(singles, WORDY), **facts, **removed}
    ) == {**{key: [TEXT] for key in lists}, **dict.fromkeys(singles, TEXT), **facts}
    assert strip({"additionalProperties": False}) == {"additionalProperties": False}


def test_an_operation_has_the_parameters_of_its_path_unless_it_declares_its_own() -> None:
    item = {
        "parameters": [
            {"name": "id", "in": "path", "schema": TEXT},
            {"name": "page", "in": "query", "schema": TEXT},
        ],
        **get(parameters=[{"name": "page", "in": "query", "schema": {"type": "number"}}]),
    }
    parameters = extracted(item)["parameters"]
    assert [(p["name"], p["schema"]["type"]) for p in parameters] == [("id", "string"), ("page", "number")]


def test_references_are_replaced_by_what_they_refer_to() -> None:
    post = {
        "parameters": [{"$ref": "#/components/parameters/Page"}],
        "requestBody": {"$ref": "#/components/requestBodies/Body"},
        "responses": {"200": {"$ref": "#/components/responses/Ok"}},
    }
    document = small_document({"/thing": {"post": post}, "/alias": {"$ref": "#/paths/~1thing"}})
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


def test_parameters_keep_branches_beside_an_empty_schema_and_repeated_declarations() -> None:
    odd: Json = {"name": "a", "in": "query", "schema": {}, "allOf": [{"type": "object", "title": "words"}]}
    twice: list[Json] = [
        {"name": "b", "in": "query"},
        {"name": "b", "in": "query", "schema": {"maxLength": 40}},
    ]
    assert extracted(get(parameters=[odd, *twice]))["parameters"] == [
        {**odd, "allOf": [{"type": "object"}]},
        *twice,
    ]


def test_only_the_requested_paths_are_kept() -> None:
    paths = {"/session": get(), "/session/{id}": get(), "/sessions": get(), "/call": get()}
    facts = extract(small_document(paths), only=["/session"])
    assert list(facts["paths"]) == ["/session", "/session/{id}"]


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


@pytest.mark.parametrize(
    ("paths", "only", "reason"),
    [
        ({"/x": get()}, ["/chat", "/call"], "no operation under /chat, /call"),
        ({"/x": {"summary": "nothing to call"}}, [], r"has no operation$"),
        ({"/x": get(responses={"200": json_body(ref("Missing"))})}, [], "Missing' leads nowhere"),
        ({"/x": None}, [], "malformed"),
        ({"/x": {"get": None}}, [], "malformed"),
        ({"/x": get(parameters=[{"in": "query"}])}, [], "malformed"),
        ({"/x": get(parameters=7)}, [], "malformed"),
    ],
)
def test_a_document_without_usable_operations_is_refused(paths: Json, only: list[str], reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        extract(small_document(paths), only=only)
