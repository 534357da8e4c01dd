"""Each path and method of a document becomes a tool, or is left out with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from small_contract import (
    DONE,
    Json,
    array,
    body_contract,
    contract_of,
    json_body,
    number,
    object_of,
    only_operation,
    query_contract,
    ref,
    small_document,
    text,
)
from vapi_sessions_tools.contract.loading import as_contract
from vapi_sessions_tools.engine.facts import extract
from vapi_sessions_tools.engine.operation import Hints

if TYPE_CHECKING:
    from vapi_sessions_tools.engine.operation import Operation

MANY: Json = array(text())


def derived(method: Any = "get", path: Any = "/thing", **raw: Any) -> Operation:
    return only_operation(contract_of({path: {method: {"responses": DONE, **raw}}}))


def left_out(method: str = "get", path: str = "/thing", **raw: Any) -> str:
    contract = contract_of({path: {method: {"responses": DONE, **raw}}})
    assert contract.operations == ()
    return contract.left_out[f"{method.upper()} {path}"]


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ({}, ("GET /thing", "get_thing", "GET /thing", "GET /thing")),
        (
            {"operationId": "listThings", "summary": "List", "description": "List\n  all  things."},
            ("listThings", "list_things", "List", "List all things."),
        ),
        ({"description": "word " * 500}, ("GET /thing", "get_thing", "GET /thing", "word " * 199 + "word…")),
        (
            {"x-tool-name": "Bad Name!", "x-title": "List things"},
            ("GET /thing", "bad_name", "List things", "GET /thing"),
        ),
    ],
)
def test_a_tool_has_the_names_of_the_overlay_or_of_the_document(raw: Json, names: tuple[str, ...]) -> None:
    operation = derived(**raw)
    assert (operation.id, operation.tool, operation.title, operation.description) == names


@pytest.mark.parametrize(
    ("method", "stated", "hints"),
    [
        ("get", {}, (True, False, True)),
        ("post", {}, (False, False, False)),
        ("put", {}, (False, True, True)),
        ("patch", {}, (False, True, True)),
        ("delete", {}, (False, True, True)),
        ("post", {"read_only": True}, (True, False, False)),
    ],
)
def test_hints_follow_from_the_method_unless_they_are_stated(
    method: str, stated: Json, hints: tuple[bool, bool, bool]
) -> None:
    found = derived(method, **{"x-hints": stated}).hints
    assert (found.read_only, found.destructive, found.idempotent) == hints
    assert found.open_world


def test_every_result_can_be_queried_but_that_of_a_delete() -> None:
    assert derived("get").queryable
    assert not derived("delete").queryable
    assert not derived("get", **{"x-queryable": False}).queryable


def test_a_body_gives_an_argument_for_each_field() -> None:
    fields = {"name": text(description="Its  name"), "tools:append": text()}
    name, tools = only_operation(body_contract(fields, required=("name",))).arguments
    assert (name.name, name.wire, name.place, name.required) == ("name", "name", "body", True)
    assert (tools.name, tools.wire, tools.place, tools.required) == (
        *("tools_append", "tools:append", "body", False),
    )
    assert (name.words, tools.words) == ("Its name", "")
    assert "schema_" not in repr(name)


def test_fields_of_an_optional_body_are_optional() -> None:
    body = json_body(object_of({"name": text()}, "name"), required=False)
    assert [one.required for one in derived("post", requestBody=body).arguments] == [False]


def test_an_optional_field_that_another_part_of_the_body_requires_is_required() -> None:
    body = json_body({"allOf": [ref("Part"), {"required": ["a"]}]})
    contract = contract_of(
        {"/thing": {"post": {"requestBody": body, "responses": DONE}}}, {"Part": object_of({"a": text()})}
    )
    assert [(one.name, one.required) for one in only_operation(contract).arguments] == [("a", True)]


@pytest.mark.parametrize("schema", [MANY, text(), {}, {"oneOf": [text()]}])
def test_a_body_that_is_not_an_object_is_one_argument(schema: Json) -> None:
    operation = derived("post", requestBody=json_body(schema))
    assert operation.whole_body
    assert [(one.name, one.required) for one in operation.arguments] == [("body", True)]


@pytest.mark.parametrize("raw", [{}, {"requestBody": {"required": True}}, {"requestBody": {"content": {}}}])
def test_an_operation_without_a_body_sends_none(raw: Json) -> None:
    operation = derived("post", **raw)
    assert (operation.has_body, operation.arguments) == (False, ())


@pytest.mark.parametrize("media", ["application/json; charset=utf-8", "application/merge-patch+json"])
def test_a_body_in_any_json_media_type_is_sent(media: str) -> None:
    body = {"content": {"text/csv": {}, media: {"schema": object_of({"a": text()})}}}
    assert [one.name for one in derived("post", requestBody=body).arguments] == ["a"]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (
            {"requestBody": {"content": {"multipart/form-data": {}, "text/csv": {}}}},
            "its request body is multipart/form-data, text/csv; only JSON can be sent",
        ),
        (
            {"responses": {"200": {"content": {"text/csv": {}}}}},
            "its answer is text/csv; only JSON can be read",
        ),
        ({"path": "/thing/{id}"}, "its path has {id}, but no path parameter of that name"),
        (
            {"parameters": [{"name": "X", "in": "header", "required": True}]},
            "it requires the header 'X', which is not sent",
        ),
        (
            {"parameters": [{"name": "X", "in": "cookie", "required": True}]},
            "it requires the cookie 'X', which is not sent",
        ),
    ],
)
def test_an_operation_that_cannot_be_called_is_left_out(raw: Json, reason: str) -> None:
    assert left_out(**raw) == reason


@pytest.mark.parametrize(
    "broken",
    [
        {"x-pages": 5},
        {"x-reconcile": {"operation": 1}},
        {"requestBody": {"content": {"application/json": 7}}},
    ],
)
def test_a_malformed_operation_is_left_out_and_the_others_stay(broken: Json) -> None:
    fine: Json = {"operationId": "fine", "parameters": [], "responses": {}}
    paths = {"/a": {"get": {**fine, **broken}}, "/b": {"get": fine, "post": fine}}
    found = as_contract({"paths": paths, "components": {"schemas": {}}})
    assert [operation.tool for operation in found.operations] == ["fine", "fine_2"]
    assert "malformed" in found.left_out["GET /a"]


def test_the_schema_of_success_is_that_of_the_first_2xx_response() -> None:
    failed = {"400": json_body(text())}
    assert derived(responses={**failed, "201": json_body(number())}).success == number()
    assert derived(responses=failed).success is None
    assert derived().success is None


def test_an_extension_beside_the_methods_is_not_an_operation() -> None:
    document = extract(small_document({"/thing": {"get": {"responses": DONE}}}))
    document["paths"]["/thing"]["x-note"] = {"ours": True}
    assert [operation.method for operation in as_contract(document).operations] == ["GET"]


def test_arguments_of_one_name_in_path_query_and_body_have_different_names() -> None:
    parameters = [
        {"name": "id", "in": "query", "schema": text()},
        {"name": "id", "in": "path", "required": True, "schema": text()},
    ]
    body = json_body(object_of({"id": text(), "query_id": text()}))
    operation = derived("post", "/thing/{id}", parameters=parameters, requestBody=body)
    assert [(one.name, one.wire, one.place) for one in operation.arguments] == [
        ("id", "id", "path"),
        ("query_id", "id", "query"),
        ("body_id", "id", "body"),
        ("body_query_id", "query_id", "body"),
    ]


def test_a_parameter_named_query_is_renamed_where_results_can_be_queried() -> None:
    parameters = [{"name": "query", "in": "query", "schema": text()}]
    assert [one.name for one in derived(parameters=parameters).arguments] == ["query_query"]
    assert [one.name for one in derived("delete", parameters=parameters).arguments] == ["query"]


def test_a_parameter_declared_twice_is_one_argument_under_the_looser_rule() -> None:
    contract = query_contract(
        {"name": "name", "required": True, "description": "first", "schema": text(maxLength=40)},
        {"name": "name", "schema": text(maxLength=80, minLength=3)},
        {"name": "other", "schema": {}},
        {"name": "other", "schema": number()},
    )
    name, other = only_operation(contract).arguments
    assert (name.schema_, name.required, name.words) == (text(maxLength=80), False, "first")
    assert other.schema_ == text()


def test_a_misspelt_policy_is_refused() -> None:
    with pytest.raises(ValidationError, match="readonly"):
        Hints.model_validate({"readonly": True, "read_only": True, "destructive": False, "idempotent": True})
