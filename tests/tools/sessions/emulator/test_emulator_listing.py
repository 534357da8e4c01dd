"""The list of sessions: filters, order, pages, and refused parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

A, B, C = (f"7d1f8f4e-52f5-4a0d-8f5c-4a4b36f1f00{number}" for number in (1, 2, 3))
ALL = ["three", "two", "one"]
ANN = {"number": "+14155550101", "email": "e@one", "externalId": "x1", "name": "Ann"}
TWO = {"extension": "22", "sipUri": "sip:2"}
NUMBER = "must be a number conforming to the specified constraints"

Session = dict[str, Any]
Params = list[tuple[str, str | int | float | bool | None]]


@pytest.fixture
async def three(api: httpx.AsyncClient) -> list[Session]:
    bodies: list[Session] = [
        {"name": "one", "assistantId": A, "phoneNumberId": A, "customer": ANN},
        {"name": "two", "assistantId": B, "phoneNumberId": B, "customer": TWO},
        {"name": "three", "squadId": C, "phoneNumberId": C, "customer": {"number": "+14155550103"}},
    ]
    return [(await api.post("/session", json=body)).json() for body in bodies]


async def names(api: httpx.AsyncClient, params: Params) -> list[str]:
    response = await api.get("/session", params=params)
    assert response.status_code == 200, response.text
    return [session["name"] for session in response.json()["results"]]


async def test_the_newest_sessions_of_the_key_come_first(
    api: httpx.AsyncClient, three: list[Session]
) -> None:
    await api.post("/session", json={"name": "foreign"}, headers={"authorization": "Bearer other"})
    body = (await api.get("/session")).json()
    assert body["results"] == three[::-1]
    assert body["metadata"] == {
        "itemsPerPage": 100,
        "totalItems": 3,
        "currentPage": 1,
        "totalPages": 1,
        "hasNextPage": False,
        "sortOrder": "DESC",
    }


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ([("name", "two")], ["two"]),
        ([("name", "Ann")], []),
        ([("assistantId", A)], ["one"]),
        ([("assistantIdAny", f"{A},{B}")], ["two", "one"]),
        ([("squadId", C)], ["three"]),
        ([("workflowId", A)], []),
        ([("phoneNumberId", B)], ["two"]),
        ([("phoneNumberIdAny", A), ("phoneNumberIdAny", C)], ["three", "one"]),
        ([("number", "+14155550101")], ["one"]),
        ([("customerNumberAny", "+14155550101,+14155550103")], ["three", "one"]),
        ([("email", "e@one"), ("externalId", "x1")], ["one"]),
        ([("extension", "22"), ("sipUri", "sip:2")], ["two"]),
        ([("assistantIdAny", f"{A},{B}"), ("name", "one")], ["one"]),
        ([("assistantOverrides", "{}"), ("squadOverrides", "x")], ALL),
        ([("numberE164CheckEnabled", "false"), ("name", "one")], ["one"]),
        *(
            ([("createdAtGe", date)], ALL)
            for date in (
                "2020-01-01",
                "2020-01-01T10:00:00",
                "2020-01-01t10:00:00.5z",
                "0001-01-01T00:00:00+23:00",
            )
        ),
        ([("createdAtGe", "9999-12-31T23:59:59.999999Z")], []),
        *(
            ([("sortBy", key), ("sortOrder", order)], found)
            for key in ("createdAt", "duration", "cost")
            for order, found in (("ASC", ALL[::-1]), ("DESC", ALL))
        ),
    ],
)
@pytest.mark.usefixtures("three")
async def test_filters_and_order(api: httpx.AsyncClient, params: Params, found: list[str]) -> None:
    assert await names(api, params) == found


async def test_ids_are_filtered_one_by_one_or_joined_by_commas(
    api: httpx.AsyncClient, three: list[Session]
) -> None:
    assert await names(api, [("id", three[0]["id"])]) == ["one"]
    assert await names(api, [("idAny", f"{three[0]['id']},{three[2]['id']}")]) == ["three", "one"]


@pytest.mark.parametrize("moment", ["createdAt", "updatedAt"])
@pytest.mark.parametrize(
    ("bound", "found"), [("Gt", ["three"]), ("Ge", ["three", "two"]), ("Lt", ["one"]), ("Le", ["two", "one"])]
)
async def test_dates_bound_a_list_exactly(
    api: httpx.AsyncClient, three: list[Session], moment: str, bound: str, found: list[str]
) -> None:
    assert await names(api, [(f"{moment}{bound}", three[1][moment])]) == found


async def test_an_update_changes_the_update_time_only(api: httpx.AsyncClient, three: list[Session]) -> None:
    await api.patch(f"/session/{three[0]['id']}", json={"status": "completed"})
    assert await names(api, [("updatedAtGt", three[2]["updatedAt"])]) == ["one"]
    assert await names(api, []) == ALL


@pytest.mark.parametrize(
    ("params", "found", "metadata"),
    [
        ({"page": "1", "limit": "2"}, ["three", "two"], (2, 3, 1, 2, True)),
        ({"page": "2", "limit": "2"}, ["one"], (2, 3, 2, 2, False)),
        ({"page": "2.0", "limit": "3"}, [], (3, 3, 2, 1, False)),
        ({"page": "9" * 15, "limit": "1000"}, [], (1000, 3, 10**15 - 1, 1, False)),
        ({"limit": "0"}, [], (0, 3, 1, 0, False)),
    ],
)
@pytest.mark.usefixtures("three")
async def test_a_page_has_its_place_among_the_pages(
    api: httpx.AsyncClient, params: dict[str, str], found: list[str], metadata: tuple[object, ...]
) -> None:
    body = (await api.get("/session", params=params)).json()
    assert [session["name"] for session in body["results"]] == found
    keys = ("itemsPerPage", "totalItems", "currentPage", "totalPages", "hasNextPage")
    assert tuple(body["metadata"][key] for key in keys) == metadata


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ([("cursor", "c")], "property cursor should not exist"),
        ([("page", "0")], "page must not be less than 1"),
        ([("page", "1.5")], f"page {NUMBER}"),
        ([("page", "1"), ("page", "2")], f"page {NUMBER}"),
        ([("limit", "-1")], "limit must not be less than 0"),
        ([("limit", "1001")], "limit must not be greater than 1000"),
        ([("sortOrder", "asc")], "sortOrder must be one of the following values: ASC, DESC"),
        ([("sortBy", "name")], "sortBy must be one of the following values: createdAt, duration, cost"),
        ([("createdAtGe", "yesterday")], "createdAtGe must be a valid ISO 8601 date string"),
        ([("createdAtGt", "2026-01-01")] * 2, "createdAtGt must be a valid ISO 8601 date string"),
        ([("number", "+1")], "number must be longer than or equal to 3 characters"),
        ([("extension", "1" * 11)], "extension must be shorter than or equal to 10 characters"),
        ([("name", "a"), ("name", "b")], "name must be a string"),
        ([("numberE164CheckEnabled", "no")], "numberE164CheckEnabled must be a boolean value"),
    ],
)
async def test_a_wrong_parameter_is_named(api: httpx.AsyncClient, params: Params, text: str) -> None:
    response = await api.get("/session", params=params)
    assert response.status_code == 400
    assert response.json() == {"message": [text], "error": "Bad Request", "statusCode": 400}
