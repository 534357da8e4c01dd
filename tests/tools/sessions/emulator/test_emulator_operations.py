"""The five operations, as a client of the API meets them."""

import re
import uuid
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from vapi_sessions_tools.sessions.emulator import SessionStore

UNKNOWN = "3f0a2c57-0d3b-4f52-9b63-08a6b1c0e5aa"
ASSISTANT = "7d1f8f4e-52f5-4a0d-8f5c-4a4b36f1f001"


async def test_a_session_is_created_with_201_and_the_documented_defaults(api: httpx.AsyncClient) -> None:
    response = await api.post("/session", json={})
    session = response.json()
    assert response.status_code == 201
    assert (session["status"], session["expirationSeconds"], session["cost"]) == ("active", 86_400, 0)
    assert uuid.UUID(session["id"]).version == 4
    assert uuid.UUID(session["orgId"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", session["createdAt"])
    assert session["updatedAt"] == session["createdAt"]


async def test_a_post_without_a_body_creates_an_empty_session(api: httpx.AsyncClient) -> None:
    assert (await api.post("/session")).status_code == 201


async def test_what_was_created_is_what_is_read(api: httpx.AsyncClient) -> None:
    body = {
        "name": "Émile ☎",
        "status": "completed",
        "expirationSeconds": 60,
        "assistantOverrides": {"variableValues": {"name": None, "deep": [{"x": [1, 2.5]}]}},
        "messages": [{"role": "user", "content": "hello", "metadata": {"a": None}}],
        "customer": {"number": "+14155550123", "name": "Ann"},
    }
    created = (await api.post("/session", json=body)).json()
    read = await api.get(f"/session/{created['id']}")
    assert read.status_code == 200
    assert read.json() == created
    assert {name: created[name] for name in body} == body


async def test_an_id_is_found_in_upper_case_too(api: httpx.AsyncClient) -> None:
    created = (await api.post("/session", json={})).json()
    assert (await api.get(f"/session/{created['id'].upper()}")).json() == created


async def test_an_inline_assistant_or_squad_is_ignored_beside_its_id(api: httpx.AsyncClient) -> None:
    body: dict[str, Any] = {
        "assistantId": ASSISTANT,
        "assistant": {"name": "dropped"},
        "squadId": ASSISTANT,
        "squad": {"members": []},
    }
    session = (await api.post("/session", json=body)).json()
    assert (session["assistantId"], session["squadId"]) == (ASSISTANT, ASSISTANT)
    assert session.keys().isdisjoint({"assistant", "squad"})


async def test_an_inline_assistant_and_a_squad_may_stand_together(api: httpx.AsyncClient) -> None:
    body = {"assistant": {"name": "kept"}, "squad": {"members": [{"assistantId": ASSISTANT}]}}
    session = (await api.post("/session", json=body)).json()
    assert {name: session[name] for name in body} == body


async def test_a_null_counts_as_not_given(api: httpx.AsyncClient) -> None:
    body = {"name": None, "assistantId": None, "assistant": {"name": "kept"}, "status": None}
    session = (await api.post("/session", json=body)).json()
    assert "name" not in session
    assert session["assistant"] == {"name": "kept"}
    assert session["status"] == "active"


async def test_an_update_replaces_given_fields_only_and_messages_as_a_whole(api: httpx.AsyncClient) -> None:
    messages = [{"role": "user", "content": "one"}, {"role": "assistant", "content": "two"}]
    before = (await api.post("/session", json={"name": "kept", "messages": messages})).json()
    changes = {"status": "completed", "messages": [{"role": "system", "content": "new"}], "name": None}
    response = await api.patch(f"/session/{before['id']}", json=changes)
    after = response.json()
    assert response.status_code == 200
    assert after["updatedAt"] > before["updatedAt"]
    assert after == {
        **before,
        "status": "completed",
        "messages": changes["messages"],
        "updatedAt": after["updatedAt"],
    }
    assert (await api.get(f"/session/{before['id']}")).json() == after


async def test_a_deleted_session_is_answered_once_more_and_is_then_unknown(api: httpx.AsyncClient) -> None:
    session = (await api.post("/session", json={"name": "gone"})).json()
    first = await api.delete(f"/session/{session['id']}")
    second = await api.delete(f"/session/{session['id']}")
    assert (first.status_code, first.json()) == (200, session)
    assert second.status_code == 404
    assert second.json() == {
        "message": f"Session with ID {session['id']} not found",
        "error": "Not Found",
        "statusCode": 404,
    }


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_an_unknown_id_is_404(api: httpx.AsyncClient, method: str) -> None:
    response = await api.request(method, f"/session/{UNKNOWN}")
    assert response.status_code == 404
    assert response.json()["message"] == f"Session with ID {UNKNOWN} not found"


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_an_id_that_is_no_uuid_is_400(api: httpx.AsyncClient, method: str) -> None:
    response = await api.request(method, "/session/not-a-uuid")
    assert response.status_code == 400
    assert response.json()["message"] == "Validation failed (uuid is expected)"


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_a_session_of_another_key_is_unknown(api: httpx.AsyncClient, method: str) -> None:
    session = (await api.post("/session", json={"name": "mine"})).json()
    other = {"authorization": "Bearer key-two"}
    response = await api.request(method, f"/session/{session['id']}", headers=other)
    assert response.status_code == 404
    assert (await api.get(f"/session/{session['id']}")).json() == session


async def test_each_key_is_an_organisation_of_its_own(api: httpx.AsyncClient) -> None:
    mine = [(await api.post("/session")).json()["orgId"] for _ in range(2)]
    other = (await api.post("/session", headers={"authorization": "bearer  key-two "})).json()["orgId"]
    assert mine[0] == mine[1] != other


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_request_without_a_key_is_401(api: httpx.AsyncClient, method: str) -> None:
    del api.headers["authorization"]
    response = await api.request(method, "/session")
    assert response.json() == {
        "message": "Missing Authorization Header.",
        "error": "Unauthorized",
        "statusCode": 401,
    }
    assert response.status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer  ", "Basic abc", "key-one"])
async def test_a_header_without_a_bearer_key_is_401(api: httpx.AsyncClient, header: str) -> None:
    response = await api.get(f"/session/{UNKNOWN}", headers={"authorization": header})
    assert response.status_code == 401
    assert response.json()["message"].startswith("Invalid Key. Hot tip, ")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/"), ("GET", "/sessions"), ("PUT", "/session"), ("GET", "/session/a/b")]
)
async def test_an_unknown_route_is_404_in_the_words_of_nestjs(
    api: httpx.AsyncClient, method: str, path: str
) -> None:
    response = await api.request(method, path)
    assert response.status_code == 404
    assert response.json() == {
        "message": f"Cannot {method} {path}",
        "error": "Not Found",
        "statusCode": 404,
    }


@pytest.mark.parametrize("path", ["/session", f"/session/{UNKNOWN}", "/nowhere"])
async def test_every_answer_tells_the_date_once(api: httpx.AsyncClient, path: str) -> None:
    response = await api.get(path)
    assert len(response.headers.get_list("date")) == 1
    assert parsedate_to_datetime(response.headers["date"]).tzinfo is not None


async def test_a_database_that_fails_is_500(api: httpx.AsyncClient, store: SessionStore) -> None:
    store.close()
    response = await api.get("/session")
    assert response.status_code == 500
    assert response.json() == {
        "message": "Internal server error",
        "error": "Internal Server Error",
        "statusCode": 500,
    }
