"""Arguments are placed in the request: each where it belongs, and nothing else is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from small_contract import DONE, Json, body_contract, contract_of, json_body, query_contract, text
from vapi_sessions_tools.engine.request import Request, build_request

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

MANY: Json = {"type": "array", "items": text()}


def built(contract: Contract, arguments: Json) -> Request:
    return build_request(contract.operations[0], arguments)


def path_contract(schema: Json) -> Contract:
    parameters = [
        {"name": "id", "in": "path", "required": True, "schema": schema},
        {"name": "part-no", "in": "path", "required": True, "schema": text()},
    ]
    return contract_of({"/thing/{id}/{part-no}": {"get": {"parameters": parameters, "responses": DONE}}})


def test_a_path_argument_stays_in_its_segment() -> None:
    request = built(path_contract(text()), {"id": "a/b ?c#{part-no}", "part_no": "ä%2F"})
    assert request == Request(method="GET", path="/thing/a%2Fb%20%3Fc%23%7Bpart-no%7D/%C3%A4%252F")


@pytest.mark.parametrize(("value", "text"), [(5, "5"), (2.0, "2"), (True, "true"), (["a", "b"], "a%2Cb")])
def test_a_path_argument_is_written_without_json_syntax(value: object, text: str) -> None:
    assert built(path_contract({}), {"id": value, "part_no": "x"}).path == f"/thing/{text}/x"


@pytest.mark.parametrize(
    ("value", "query"),
    [
        ("a b", "it=a%20b"),
        ("+1&x=y", "it=%2B1%26x%3Dy"),
        (2.0, "it=2"),
        (2.5, "it=2.5"),
        (0, "it=0"),
        (False, "it=false"),
        ("", "it="),
        (["a", 1], "it=a%2C1"),
        ({"a": "ä"}, "it=%7B%22a%22%3A%22%C3%A4%22%7D"),
    ],
)
def test_a_query_argument_is_percent_encoded(value: object, query: str) -> None:
    assert built(query_contract({"name": "it"}), {"it": value}).path == f"/thing?{query}"


def test_a_list_is_repeated_or_joined_as_the_api_wants() -> None:
    repeat = query_contract({"name": "a[]", "schema": MANY})
    assert built(repeat, {"a__": ["1", "2"]}).path == "/thing?a%5B%5D=1&a%5B%5D=2"
    comma = query_contract({"name": "a", "schema": MANY, "explode": False})
    assert built(comma, {"a": ["1", "2"]}).path == "/thing?a=1%2C2"


def test_a_default_is_sent_only_where_nothing_is_given() -> None:
    contract = query_contract({"name": "limit", "x-default": 20}, {"name": "page"})
    assert built(contract, {}).path == "/thing?limit=20"
    assert built(contract, {"limit": 0, "page": 2}).path == "/thing?limit=0&page=2"
    assert built(query_contract(), {}) == Request(method="GET", path="/thing")


def test_a_body_is_compact_json_with_the_names_of_the_api_and_no_unknown_field() -> None:
    contract = body_contract({"tools:append": {}, "name": text()})
    request = built(contract, {"tools_append": [{"a": None}], "name": "Grüße", "other": 1})
    assert request.body == '{"tools:append":[{"a":null}],"name":"Grüße"}'.encode()
    assert built(contract, {}).body == b"{}"


def test_a_body_that_is_one_argument_is_sent_as_it_is_or_not_at_all() -> None:
    contract = contract_of({"/thing": {"post": {"requestBody": json_body(MANY), "responses": DONE}}})
    assert built(contract, {"body": ["a"]}).body == b'["a"]'
    assert built(contract, {}).body is None


@given(st.text(), st.text())
def test_any_text_in_the_path_can_be_decoded_again(one: str, other: str) -> None:
    path = built(path_contract(text()), {"id": one, "part_no": other}).path
    assert path.isascii()
    assert [unquote(part) for part in path.split("/")[2:]] == [one, other]
