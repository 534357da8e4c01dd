"""Bodies that are refused before any rule about sessions applies."""

import httpx
import pytest

from vapi_sessions_tools.sessions.emulator.request_body import MAX_BYTES, MAX_DEPTH

JSON = {"content-type": "application/json; charset=utf-8"}


async def post(api: httpx.AsyncClient, raw: bytes) -> httpx.Response:
    return await api.post("/session", content=raw, headers=JSON)


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"{'name': 1}",
        b'{"name": "\xff"}',
        b'{"expirationSeconds": NaN}',
        b'{"expirationSeconds": 1e999}',
        b'{"expirationSeconds": ' + b"9" * 5000 + b"}",
    ],
)
async def test_a_body_that_is_no_json_is_400_with_one_text(api: httpx.AsyncClient, raw: bytes) -> None:
    response = await post(api, raw)
    assert response.status_code == 400
    assert response.json()["error"] == "Bad Request"
    assert response.json()["message"].startswith("Invalid JSON in the request body: ")


@pytest.mark.parametrize("raw", [b"[]", b"null", b"1", b'"text"'])
async def test_a_body_that_is_no_object_is_400(api: httpx.AsyncClient, raw: bytes) -> None:
    response = await post(api, raw)
    assert response.status_code == 400
    assert response.json()["message"] == "The request body must be a JSON object"


def nested(depth: int) -> bytes:
    return b'{"assistantOverrides": {"variableValues": {"x": ' + b"[" * depth + b"]" * depth + b"}}}"


@pytest.mark.parametrize("depth", [MAX_DEPTH, 1000, 100_000])
async def test_a_body_nested_too_deep_is_400(api: httpx.AsyncClient, depth: int) -> None:
    response = await post(api, nested(depth))
    assert response.status_code == 400
    assert response.json()["message"] == f"The request body is nested deeper than {MAX_DEPTH} levels"


async def test_a_body_nested_as_deep_as_allowed_is_kept_and_found(api: httpx.AsyncClient) -> None:
    created = await post(api, nested(MAX_DEPTH - 4))
    listed = (await api.get("/session", params={"sortBy": "cost"})).json()
    assert created.status_code == 201
    assert listed["results"] == [created.json()]


async def test_a_body_over_ten_mebibytes_is_413(api: httpx.AsyncClient) -> None:
    response = await post(api, b'{"name": "' + b"x" * MAX_BYTES + b'"}')
    assert response.status_code == 413
    assert response.json() == {
        "message": "request entity too large",
        "error": "Payload Too Large",
        "statusCode": 413,
    }


@pytest.mark.parametrize(("headers", "named"), [({"content-type": "text/plain"}, "text/plain"), ({}, "none")])
async def test_a_body_that_does_not_call_itself_json_is_415(
    api: httpx.AsyncClient, headers: dict[str, str], named: str
) -> None:
    response = await api.post("/session", content=b'{"name": "n"}', headers=headers)
    assert response.status_code == 415
    assert response.json()["message"] == f"Unsupported Media Type: {named}"


async def test_half_a_surrogate_pair_is_kept_as_it_came(api: httpx.AsyncClient) -> None:
    created = await post(api, b'{"name": "\\ud83d", "messages": []}')
    assert created.status_code == 201
    assert b"\\ud83d" in created.content
    assert (await api.get("/session")).json()["results"] == [created.json()]
