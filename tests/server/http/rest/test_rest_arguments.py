"""The arguments of a tool from the path, the query string and the body of a request."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from small_contract import DONE, contract_of, json_body, only_operation
from vapi_sessions_mcp.http.rest.rest_arguments import MOST_QUERY_FIELDS, Asked, rest_arguments
from vapi_sessions_tools.errors import InvalidArgumentsError

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract
    from vapi_sessions_tools.engine.operation import Operation


def tool(contract: Contract, name: str) -> Operation:
    return next(operation for operation in contract.operations if operation.tool == name)


def made(operation: Operation, query: str = "", body: Any = b"", **places: str) -> dict[str, Any]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return rest_arguments(operation, Asked(places, query, raw))


def refused(operation: Operation, query: str = "", body: Any = b"", **places: str) -> list[tuple[str, str]]:
    with pytest.raises(InvalidArgumentsError) as caught:
        made(operation, query, body, **places)
    assert "nothing was sent" in caught.value.message
    return [(problem.path, problem.rule) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("query", "arguments"),
    [
        ("number=%2B1415&name=a+b&limit=&x=%E2%82%AC", ["+1415", "a b", "", "€"]),
        ("number=+14155551234", ["+14155551234"]),
        ("customerNumberAny=+14155551234,+14155551235", ["+14155551234,+14155551235"]),
        ("customerNumberAny=+14155551234%2C+14155551235", ["+14155551234,+14155551235"]),
        ("createdAtGt=2026-01-01T00:00:00+02:00&page=1", ["2026-01-01T00:00:00+02:00", "1"]),
        ("createdAtGt=2026-01-01T00%3A00%3A00.000+0200", ["2026-01-01T00:00:00.000+0200"]),
        *(("name=Order+1042", ["Order 1042"]), ("name=1+2024", ["1 2024"]), ("name=+4+eggs", [" 4 eggs"])),
        *(("idAny=a&idAny=b&idAny=c", [["a", "b", "c"]]), ("phoneNumberIdAny=a", ["a"])),
        ("phoneNumberIdAny=a&phoneNumberIdAny=b", [["a", "b"]]),
    ],
)
def test_query_string_is_decoded_and_an_unescaped_plus_is_kept_where_no_space_can_be(
    contract: Contract, query: str, arguments: list[Any]
) -> None:
    assert list(made(tool(contract, "list_sessions"), query).values()) == arguments


def test_path_query_string_and_body_are_merged_with_unknown_arguments(contract: Contract) -> None:
    body = b'\xef\xbb\xbf{"name": "x", "status": null, "b": 2}'
    merged = {"id": "abc", "name": "x", "status": None, "b": 2, "query": "name", "a": "1"}
    assert made(tool(contract, "update_session"), "query=name&a=1", body, id="abc") == merged


def test_argument_that_is_repeated_or_at_the_wrong_place_is_refused(contract: Contract) -> None:
    once = "must be given once"
    repeated = refused(tool(contract, "list_sessions"), "limit=1&limit=1&page=2&limit=3&page=2")
    assert repeated == [("limit", once), ("page", once)]
    update = tool(contract, "update_session")
    assert refused(update, "name=x&id=y", {"id": "z", "query": "name"}, id="abc") == [
        ("name", "must stand in the JSON body"),
        ("id", "must stand in the path"),
        ("id", "must stand in the path"),
        ("query", "must stand in the query string"),
    ]


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b"{", "must be JSON, and is not in line 1, column 2"),
        (b'{"a": 1,\n}', "must be JSON, and is not in line 2, column 1"),
        (b'{"a": "\xff"}', "must be UTF-8"),
        (b"[" * 20_000, "must not be nested so deep"),
        (b"[1]", "must be a JSON object"),
        (b"null", "must be a JSON object"),
        (b'{"a": ' + b"9" * 5000 + b"}", "must have no number of thousands of digits"),
    ],
)
def test_invalid_body_is_refused(contract: Contract, body: bytes, rule: str) -> None:
    assert refused(tool(contract, "create_session"), body=body) == [("the body", rule)]


def test_call_without_a_body_accepts_only_an_empty_one(contract: Contract) -> None:
    delete = tool(contract, "delete_session")
    for body in (b"", b"  \n", b"{}"):
        assert made(delete, body=body, id="abc") == {"id": "abc"}
    assert refused(delete, body={"x": 1}, id="abc") == [("the body", "must be empty: this call takes none")]


@pytest.mark.parametrize("query", ["a=%FF", "a=%C3%28", "&".join(["a=1"] * (MOST_QUERY_FIELDS + 1))])
def test_query_string_that_is_not_utf8_or_too_long_is_refused(contract: Contract, query: str) -> None:
    ((path, rule),) = refused(tool(contract, "list_sessions"), query)
    assert path == "the query string"
    assert str(MOST_QUERY_FIELDS) in rule


def test_body_can_be_one_argument() -> None:
    body = json_body({"type": "array", "items": {"type": "integer"}})
    operation = only_operation(contract_of({"/x": {"post": {"requestBody": body, "responses": DONE}}}))
    assert made(operation, body=[1, 2]) == {"body": [1, 2]}


def test_first_problems_are_listed_and_the_others_counted(contract: Contract) -> None:
    names = [argument.name for argument in tool(contract, "list_sessions").arguments][:12]
    query = "&".join(f"{name}=1&{name}=2" for name in names if not name.endswith("Any"))
    with pytest.raises(InvalidArgumentsError) as caught:
        made(tool(contract, "list_sessions"), query)
    assert len(caught.value.problems) == 8
    assert caught.value.more == len(query.split("&")) // 2 - 8
