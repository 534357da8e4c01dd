"""The program with --rest: the five tools for who speaks no MCP, each user with their own key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from served import Served, serving_http, serving_sandbox
from server_process import LONGEST

if TYPE_CHECKING:
    from collections.abc import Generator

ADA, BOB = ({"authorization": f"Bearer {name}-private-key-71c2"} for name in ("ada", "bob"))


@pytest.fixture(scope="module", params=[[], ["--stateless"], ["--workers", "2"]], ids=" ".join)
def server(request: pytest.FixtureRequest) -> Generator[Served]:
    """A server to which each user brings a key, in front of the emulator."""
    with (
        serving_sandbox() as emulator,
        serving_http(
            "--rest", "--credentials", "header", "--base-url", emulator.url, *request.param
        ) as served,
    ):
        yield served


@pytest.fixture
def ada(server: Served) -> Generator[httpx.Client]:
    """Somebody's connection."""
    with httpx.Client(base_url=server.url, headers=ADA, timeout=LONGEST) as client:
        yield client


@pytest.fixture
def bob(server: Served) -> Generator[httpx.Client]:
    """Somebody else's."""
    with httpx.Client(base_url=server.url, headers=BOB, timeout=LONGEST) as client:
        yield client


def test_a_session_lives_from_its_creation_to_its_end(ada: httpx.Client) -> None:
    message = {"role": "user", "content": "Where is my order?"}
    created = ada.post("/v1/sessions", json={"name": "Order 1042", "messages": [message]})
    assert created.status_code == 201, created.text
    one = f"/v1/sessions/{created.json()['id']}"
    listed = ada.get("/v1/sessions", params={"name": "Order 1042"}).json()
    assert created.json()["id"] in [entry["id"] for entry in listed["results"]]
    assert ada.get(one).json()["messages"] == [message]
    assert ada.get(one, params={"query": "messages[0].content"}).json()["result"] == message["content"]
    assert ada.patch(one, json={"status": "completed"}).json()["status"] == "completed"
    refused = ada.patch(one, json={"status": "done"})
    assert (refused.status_code, refused.json()["problems"][0]["allowed"]) == (400, ["active", "completed"])
    assert ada.delete(one).json()["deleted"] is True
    gone = ada.get(one)
    assert (gone.status_code, gone.json()["kind"]) == (404, "not_found")
    assert gone.headers["content-type"] == "application/problem+json"


def test_users_do_not_meet(ada: httpx.Client, bob: httpx.Client) -> None:
    created = ada.post("/v1/sessions", json={"name": "of ada"}).json()
    one = f"/v1/sessions/{created['id']}"
    answers: list[Any] = [bob.get(one), bob.patch(one, json={"name": "mine"}), bob.delete(one)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert created["id"] not in bob.get("/v1/sessions").text
    assert ada.get(one).json()["name"] == "of ada"


def test_all_pages_are_reached_by_their_links(ada: httpx.Client) -> None:
    name = "of many"
    made = {ada.post("/v1/sessions", json={"name": name}).json()["id"] for _ in range(5)}
    seen, place = list[str](), f"/v1/sessions?limit=2&name={name}"
    for _ in range(4):
        answer = ada.get(place)
        seen += [entry["id"] for entry in answer.json()["results"]]
        if "next" not in answer.links:
            break
        place = str(httpx.URL(str(answer.url)).join(answer.links["next"]["url"]))
    assert sorted(seen) == sorted(made)


def test_it_describes_itself_to_who_may_call(server: Served, ada: httpx.Client) -> None:
    document = ada.get("/openapi.json").json()
    validate(document, cls=OpenAPIV31SpecValidator)
    assert document["servers"] == [{"url": server.url}]
    assert document["security"] == [{"key": []}]
    assert httpx.get(f"{server.url}/openapi.json").status_code == 401
    assert httpx.get(f"{server.url}/v1/sessions").json()["kind"] == "no_key"


def test_a_page_of_a_strangers_is_not_let_in(ada: httpx.Client) -> None:
    answer = ada.delete("/v1/sessions/x", headers={"origin": "https://evil.example"})
    assert (answer.status_code, answer.json()["kind"]) == (403, "wrong_origin")


def test_mcp_is_there_beside_it(ada: httpx.Client) -> None:
    sent = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    media = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-06-18"}
    answer = ada.post("/mcp", json=sent, headers=media)
    assert answer.status_code in (200, 400)
    assert answer.json()["jsonrpc"] == "2.0"


def test_without_the_flag_there_is_none() -> None:
    with serving_http("--sandbox") as served:
        answer = httpx.get(f"{served.url}/v1/sessions")
        assert answer.status_code == 404
        assert "--rest" in answer.json()["next"]
        assert httpx.get(f"{served.url}/openapi.json").status_code == 404


def test_where_it_is_is_told(server: Served) -> None:
    assert f"plain JSON at {server.url}/v1, described at {server.url}/openapi.json" in server.log()


def test_nothing_of_what_is_asked_is_in_the_log(server: Served, ada: httpx.Client) -> None:
    ada.get("/v1/sessions/a-secret-4711", params={"number": "+4711"})
    ada.get("/v1/a-secret-4711")
    log = server.wait_for_log("other")
    assert "/v1/sessions/{id}" in log
    assert "4711" not in log
    assert "private-key-71c2" not in log
