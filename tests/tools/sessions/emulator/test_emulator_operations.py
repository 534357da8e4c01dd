"""The five operations of the emulator."""

from __future__ import annotations

import re
import uuid
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

    from vapi_sessions_tools.sessions.emulator import SessionStore

UNKNOWN = "3f0a2c57-0d3b-4f52-9b63-08a6b1c0e5aa"
ASSISTANT = "7d1f8f4e-52f5-4a0d-8f5c-4a4b36f1f001"


@pytest.mark.parametrize("given", [{"json": {}}, {}])
async def test_a_session_has_an_id_times_and_the_documented_defaults(
    api: httpx.AsyncClient, given: dict[str, Any]
) -> None:
    response = await api.post("/session", **given)
    session = response.json()
    assert response.status_code == 201
    assert (session["status"], session["expirationSeconds"], session["cost"]) == ("active", 86_400, 0)
    assert uuid.UUID(session["id"]).version == 4
    assert uuid.UUID(session["orgId"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", session["createdAt"])
    assert session["updatedAt"] == session["createdAt"]


async def test_a_created_session_is_read_unchanged_by_its_id_in_any_case(api: httpx.AsyncClient) -> None:
    body = {
        "name": "Émile ☎",
        "status": "completed",
        "expirationSeconds": 60,
        "assistantOverrides": {"variableValues": {"name": None, "deep": [{"x": [1, 2.5]}]}},
        "messages": [{"role": "user", "content": "hello", "metadata": {"a": None}}],
        "customer": {"number": "+14155550123", "name": "Ann"},
    }
    created = (await api.post("/session", json=body)).json()
    assert {name: created[name] for name in body} == body
    for identity in (created["id"], created["id"].upper()):
        read = await api.get(f"/session/{identity}")
        assert (read.status_code, read.json()) == (200, created)


async def test_ids_win_over_inline_objects_and_nulls_are_not_given(api: httpx.AsyncClient) -> None:
    inline: dict[str, Any] = {"assistant": {"name": "x"}, "squad": {"members": []}}
    ids = {"assistantId": ASSISTANT, "squadId": ASSISTANT}
    nulls = {"name": None, "assistantId": None, "status": None}
    for body, kept, dropped in (
        ({**inline, **ids}, ids, ["assistant", "squad"]),
        ({**inline, **nulls}, {**inline, "status": "active"}, ["name", "assistantId"]),
    ):
        session = (await api.post("/session", json=body)).json()
        assert {name: session[name] for name in kept} == kept
        assert session.keys().isdisjoint(dropped)


async def test_an_update_replaces_the_given_fields_only_and_all_messages(api: httpx.AsyncClient) -> None:
    messages = [{"role": "user", "content": "one"}, {"role": "assistant", "content": "two"}]
    before = (await api.post("/session", json={"name": "kept", "messages": messages})).json()
    changes = {"status": "completed", "messages": [{"role": "system", "content": "new"}]}
    response = await api.patch(f"/session/{before['id']}", json={**changes, "name": None})
    after = response.json()
    assert response.status_code == 200
    assert after["updatedAt"] > before["updatedAt"]
    assert after == {**before, **changes, "updatedAt": after["updatedAt"]}
    refused = await api.patch(f"/session/{before['id']}", json={"name": "x", "status": "done"})
    assert refused.status_code == 400
    assert (await api.get(f"/session/{before['id']}")).json() == after


async def test_a_deleted_session_is_shown_once_more_and_is_then_unknown(api: httpx.AsyncClient) -> None:
    session = (await api.post("/session", json={"name": "gone"})).json()
    first = await api.delete(f"/session/{session['id']}")
    assert (first.status_code, first.json()) == (200, session)
    assert (await api.delete(f"/session/{session['id']}")).status_code == 404


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("identity", "status", "message"),
    [
        (UNKNOWN, 404, f"Session with ID {UNKNOWN} not found"),
        ("not-a-uuid", 400, "Validation failed (uuid is expected)"),
    ],
)
async def test_an_unknown_id_is_404_and_another_text_400(
    api: httpx.AsyncClient, method: str, identity: str, status: int, message: str
) -> None:
    response = await api.request(method, f"/session/{identity}")
    assert (response.status_code, response.json()["message"]) == (status, message)


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_a_session_of_another_key_is_unknown(api: httpx.AsyncClient, method: str) -> None:
    session = (await api.post("/session", json={"name": "mine"})).json()
    other = {"authorization": "bearer  key-two "}
    response = await api.request(method, f"/session/{session['id']}", headers=other)
    assert response.status_code == 404
    assert (await api.get(f"/session/{session['id']}")).json() == session
    organisations = [(await api.post("/session", headers=headers)).json()["orgId"] for headers in ({}, other)]
    assert session["orgId"] == organisations[0] != organisations[1]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (None, "Missing Authorization Header."),
        *(
            (header, "Invalid Key. Hot tip, ")
            for header in ("", "Bearer", "Bearer  ", "Basic abc", "key-one")
        ),
    ],
)
async def test_a_request_without_a_bearer_key_is_401(
    api: httpx.AsyncClient, header: str | None, message: str
) -> None:
    del api.headers["authorization"]
    headers = {} if header is None else {"authorization": header}
    response = await api.post("/session", headers=headers)
    assert response.status_code == 401
    assert response.json()["message"].startswith(message)
    assert response.json()["error"] == "Unauthorized"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/"), ("GET", "/sessions"), ("PUT", "/session"), ("GET", "/session/a/b")]
)
async def test_an_unknown_route_is_404(api: httpx.AsyncClient, method: str, path: str) -> None:
    response = await api.request(method, path)
    assert response.status_code == 404
    assert response.json() == {"message": f"Cannot {method} {path}", "error": "Not Found", "statusCode": 404}


@pytest.mark.parametrize("path", ["/session", "/nowhere"])
async def test_every_response_has_one_date(api: httpx.AsyncClient, path: str) -> None:
    (date,) = (await api.get(path)).headers.get_list("date")
    assert parsedate_to_datetime(date).tzinfo is not None


async def test_a_database_that_fails_is_500(api: httpx.AsyncClient, store: SessionStore) -> None:
    store.close()
    response = await api.get("/session")
    assert (response.status_code, response.json()["message"]) == (500, "Internal server error")
