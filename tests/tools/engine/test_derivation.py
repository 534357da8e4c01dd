"""Each path and method of a document becomes a tool, or is left out with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from small_contract import (
    DONE,
    Json,
    body_contract,
    contract_of,
    json_body,
    only_operation,
    query_contract,
    ref,
    small_document,
)
from vapi_sessions_tools.contract.loading import as_contract
from vapi_sessions_tools.engine.facts import extract

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract
    from vapi_sessions_tools.engine.operation import Argument, Operation

TEXT: Json = {"type": "string"}


def derived(method: str = "get", path: str = "/thing", **raw: Any) -> Operation:
    return only_operation(contract_of({path: {method: {"responses": DONE, **raw}}}))


def left_out(method: str = "get", path: str = "/thing", **raw: Any) -> str:
    contract = contract_of({path: {method: {"responses": DONE, **raw}}})
    assert contract.operations == ()
    return contract.left_out[f"{method.upper()} {path}"]


def arguments(operation: Operation) -> dict[str, Argument]:
    return {argument.name: argument for argument in operation.arguments}


def test_an_operation_is_named_by_its_id_and_told_in_the_documents_words() -> None:
    operation = derived(operationId="listThings", summary="List", description="List\n  all  things.")
    assert (operation.id, operation.tool, operation.title) == ("listThings", "list_things", "List")
    assert operation.description == "List all things."


def test_an_operation_without_an_id_is_named_by_its_place() -> None:
    operation = derived()
    assert (operation.id, operation.tool, operation.description) == ("GET /thing", "get_thing", "GET /thing")


def test_our_own_name_and_title_win() -> None:
    ours: Json = {"x-tool-name": "list_things", "x-title": "List things"}
    operation = derived(**ours)
    assert (operation.tool, operation.title) == ("list_things", "List things")


def test_long_words_are_cut() -> None:
    assert len(derived(description="word " * 500).description) == 1_000


def test_operations_of_one_id_become_two_tools() -> None:
    paths = {"/a": {"get": {"operationId": "get", "responses": DONE}}}
    both = contract_of({**paths, "/b": paths["/a"]})
    assert [operation.tool for operation in both.operations] == ["get", "get_2"]


@pytest.mark.parametrize(
    ("method", "read_only", "destructive", "idempotent"),
    [
        ("get", True, False, True),
        ("post", False, False, False),
        ("put", False, True, True),
        ("patch", False, True, True),
        ("delete", False, True, True),
    ],
)
def test_the_method_says_what_a_tool_does(
    method: str, *, read_only: bool, destructive: bool, idempotent: bool
) -> None:
    hints = derived(method).hints
    assert (hints.read_only, hints.destructive, hints.idempotent) == (read_only, destructive, idempotent)


def test_a_stated_hint_wins_over_the_method() -> None:
    stated: Json = {"x-hints": {"read_only": True}}
    hints = derived("post", **stated).hints
    assert (hints.read_only, hints.destructive) == (True, False)


def test_whatever_is_deleted_cannot_be_queried_but_all_else_can() -> None:
    assert derived("get").queryable
    assert not derived("delete").queryable
    stated: Json = {"x-queryable": False}
    assert not derived("get", **stated).queryable


def test_a_body_gives_an_argument_for_each_field() -> None:
    fields = {"name": {**TEXT, "description": "Its  name"}, "tools:append": TEXT}
    found = arguments(only_operation(body_contract(fields, required=("name",))))
    assert {name: (one.wire, one.place, one.required) for name, one in found.items()} == {
        "name": ("name", "body", True),
        "tools_append": ("tools:append", "body", False),
    }
    assert found["name"].words == "Its name"


def test_fields_of_a_body_that_may_be_left_out_are_never_required() -> None:
    schema = {"type": "object", "properties": {"name": TEXT}, "required": ["name"]}
    operation = derived("post", requestBody=json_body(schema, required=False))
    assert not arguments(operation)["name"].required


@pytest.mark.parametrize("schema", [{"type": "array", "items": TEXT}, TEXT, {}, {"oneOf": [TEXT]}])
def test_a_body_that_is_no_object_is_one_argument(schema: Json) -> None:
    operation = derived("post", requestBody=json_body(schema))
    assert operation.whole_body
    assert [(one.name, one.required) for one in operation.arguments] == [("body", True)]


@pytest.mark.parametrize("body", [None, {"required": True}, {"content": {}}])
def test_an_operation_without_a_body_sends_none(body: Json | None) -> None:
    raw: Json = {"requestBody": body} if body is not None else {}
    operation = derived("post", **raw)
    assert (operation.has_body, operation.arguments) == (False, ())


@pytest.mark.parametrize(
    "media", ["application/json", "application/json; charset=utf-8", "application/merge-patch+json"]
)
def test_a_body_in_any_kind_of_json_is_sent(media: str) -> None:
    schema = {"type": "object", "properties": {"a": TEXT}}
    operation = derived("post", requestBody={"content": {"text/csv": {}, media: {"schema": schema}}})
    assert [one.name for one in operation.arguments] == ["a"]


def test_a_body_in_nothing_but_other_media_is_left_out() -> None:
    body: Json = {"content": {"multipart/form-data": {}, "text/csv": {}}}
    reason = left_out("post", requestBody=body)
    assert reason == "its request body is multipart/form-data, text/csv; only JSON can be sent"


def test_an_answer_in_nothing_but_other_media_is_left_out() -> None:
    responses: Json = {"200": {"content": {"text/csv": {}}}}
    assert left_out(responses=responses) == "its answer is text/csv; only JSON can be read"


def test_the_schema_of_success_is_known() -> None:
    responses = {"400": json_body(TEXT), "201": json_body({"type": "number"})}
    assert derived(responses=responses).success == {"type": "number"}
    assert derived(responses={"400": json_body(TEXT)}).success is None
    assert derived().success is None


def test_what_an_overlay_adds_beside_the_methods_is_no_operation() -> None:
    document = extract(small_document({"/thing": {"get": {"responses": DONE}}}))
    document["paths"]["/thing"]["x-note"] = {"ours": True}
    assert [operation.method for operation in as_contract(document).operations] == ["GET"]


def test_a_path_with_a_place_that_nothing_fills_is_left_out() -> None:
    assert left_out(path="/thing/{id}") == "its path has {id}, but no path parameter of that name"


@pytest.mark.parametrize("place", ["header", "cookie"])
def test_what_requires_a_header_or_a_cookie_is_left_out(place: str) -> None:
    parameter = {"name": "X", "in": place, "required": True}
    assert left_out(parameters=[parameter]) == f"it requires the {place} 'X', which is not sent"
    assert derived(parameters=[{**parameter, "required": False}]).arguments == ()


def test_what_is_left_out_takes_nothing_else_with_it() -> None:
    contract = contract_of({"/a/{id}": {"get": {"responses": DONE}}, "/b": {"get": {"responses": DONE}}})
    assert [operation.tool for operation in contract.operations] == ["get_b"]
    assert list(contract.left_out) == ["GET /a/{id}"]


def test_arguments_of_one_name_in_path_query_and_body_are_told_apart() -> None:
    parameters = [
        {"name": "id", "in": "query", "schema": TEXT},
        {"name": "id", "in": "path", "required": True, "schema": TEXT},
    ]
    body = json_body({"type": "object", "properties": {"id": TEXT, "query_id": TEXT}})
    operation = derived("post", "/thing/{id}", parameters=parameters, requestBody=body)
    assert [(one.name, one.wire, one.place) for one in operation.arguments] == [
        ("id", "id", "path"),
        ("query_id", "id", "query"),
        ("body_id", "id", "body"),
        ("body_query_id", "query_id", "body"),
    ]


def test_a_parameter_named_query_gives_way_to_the_selection_of_results() -> None:
    parameters = [{"name": "query", "in": "query", "schema": TEXT}]
    assert [one.name for one in derived(parameters=parameters).arguments] == ["query_query"]
    assert [one.name for one in derived("delete", parameters=parameters).arguments] == ["query"]


def test_a_parameter_declared_twice_is_one_argument_under_the_looser_rule() -> None:
    contract = query_contract(
        {"name": "name", "required": True, "description": "first", "schema": {**TEXT, "maxLength": 40}},
        {"name": "name", "schema": {**TEXT, "maxLength": 80, "minLength": 3}},
        {"name": "other", "schema": {}},
        {"name": "other", "schema": {"type": "number"}},
    )
    name, other = only_operation(contract).arguments
    assert (name.schema_, name.required, name.words) == ({**TEXT, "maxLength": 80}, False, "first")
    assert other.schema_ == TEXT


def test_a_parameter_without_a_schema_is_text() -> None:
    empty: Json = {"name": "empty", "schema": {}, "allOf": [{"type": "object"}]}
    contract = query_contract({"name": "bare"}, empty)
    assert [one.schema_ for one in only_operation(contract).arguments] == [TEXT, TEXT]


def form(**parts: object) -> str:
    return only_operation(query_contract({"name": "a", **parts})).arguments[0].form


def test_several_values_are_written_as_the_document_or_we_say() -> None:
    many = {"type": "array", "items": TEXT}
    assert form(schema=TEXT) == "one"
    assert form(schema=many) == "repeat"
    assert form(schema=many, explode=False) == "comma"
    assert form(schema=TEXT, **{"x-query-form": "comma"}) == "comma"


def test_policies_of_a_parameter_are_read() -> None:
    contract = query_contract({"name": "at", "schema": TEXT, "x-date-edge": "end", "x-default": 20})
    (at,) = only_operation(contract).arguments
    assert (at.date_edge, at.default) == ("end", 20)


def test_policies_of_an_operation_are_read() -> None:
    pages = {"results": "items", "metadata": "meta", "total": "all", "page": "page", "limit": "size"}
    look_up: Json = {"operation": "list", "arguments": {}, "created_at": "at", "match": ["a"]}
    raw: Json = {
        "x-pages": pages,
        "x-reconcile": look_up,
        "x-gone": True,
        "x-not-an-argument": {"a": "use b"},
    }
    operation = derived(**raw)
    assert operation.pages is not None
    assert operation.pages.total == "all"
    assert operation.look_up is not None
    assert operation.look_up.match == ("a",)
    assert operation.gone
    assert operation.not_arguments == {"a": "use b"}


def test_an_operation_never_changes() -> None:
    with pytest.raises(ValidationError):
        derived().tool = "other"  # pyright: ignore[reportAttributeAccessIssue]


def test_an_optional_body_of_several_parts_is_still_fields() -> None:
    part = {"type": "object", "properties": {"a": TEXT}}
    body = json_body({"allOf": [ref("Part"), {"required": ["a"]}]})
    post = {"requestBody": body, "responses": DONE}
    operation = only_operation(contract_of({"/thing": {"post": post}}, {"Part": part}))
    assert [(one.name, one.required) for one in operation.arguments] == [("a", True)]


def test_the_shipped_contract_gives_five_tools_and_leaves_nothing_out(contract: Contract) -> None:
    assert [operation.tool for operation in contract.operations] == [
        "create_session",
        "list_sessions",
        "get_session",
        "update_session",
        "delete_session",
    ]
    assert contract.left_out == {}


MALFORMED: list[Json] = [
    {"x-pages": 5},
    {"x-reconcile": {"operation": 1}},
    {"requestBody": {"content": {"application/json": 7}}},
]


@pytest.mark.parametrize("broken", MALFORMED)
def test_an_operation_that_is_malformed_is_left_out_and_takes_no_other_with_it(broken: Json) -> None:
    fine: Json = {"operationId": "fine", "parameters": [], "responses": {}}
    paths = {"/a": {"get": {**fine, **broken}}, "/b": {"get": fine}}
    found = as_contract({"paths": paths, "components": {"schemas": {}}})
    assert [operation.tool for operation in found.operations] == ["fine"]
    assert "malformed" in found.left_out["GET /a"]


def test_a_tool_name_of_a_documents_own_is_made_legal() -> None:
    assert derived(**{"x-tool-name": "Bad Name!"}).tool == "bad_name"
