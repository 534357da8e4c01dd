"""The five tools as plain JSON over HTTP: the same calls, results and refusals, told in HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

from fake_upstream import SESSION_ID, session

if TYPE_CHECKING:
    from collections.abc import Callable

    from fake_upstream import FakeUpstream
    from vapi_sessions_tools.toolset import Toolset

ONE = f"/v1/sessions/{SESSION_ID}"
KEY = "a-key-of-the-servers"
Problem = Any
SECRET = "sk-0123456789abcdef"


async def test_each_tool_is_a_method_on_a_path(rest: Any, upstream: FakeUpstream) -> None:
    created = await rest.http.post("/v1/sessions", json={"name": "Order 1042"})
    assert (created.status_code, created.json()["id"]) == (201, SESSION_ID)
    listed = await rest.http.get("/v1/sessions", params={"limit": "3", "number": "+14155551234"})
    assert (listed.status_code, listed.json()["results"][0]["id"]) == (200, SESSION_ID)
    assert (await rest.http.get(ONE)).json()["id"] == SESSION_ID
    assert (await rest.http.patch(ONE, json={"status": "completed"})).status_code == 200
    assert (await rest.http.delete(ONE)).json() == {"id": SESSION_ID, "deleted": True}
    assert [(sent.method, sent.path, sent.query) for sent in upstream.requests] == [
        ("POST", "/session", ""),
        ("GET", "/session", "number=%2B14155551234&limit=3"),
        ("GET", f"/session/{SESSION_ID}", ""),
        ("PATCH", f"/session/{SESSION_ID}", ""),
        ("DELETE", f"/session/{SESSION_ID}", ""),
    ]
    assert upstream.requests[0].json == {"name": "Order 1042"}
    assert {sent.headers["authorization"] for sent in upstream.requests} == {f"Bearer {KEY}"}


async def test_a_result_is_the_one_that_the_tool_gives(
    rest: Any, upstream: FakeUpstream, toolset: Toolset
) -> None:
    from vapi_sessions_tools.credential import Credential

    whole = session(messages=[{"role": "user", "content": "Hi"}], assistant={"model": {"apiKey": SECRET}})
    upstream.respond(whole)
    upstream.respond(whole)
    over_http = await rest.http.get(ONE, params={"query": "assistant"})
    called = await toolset.call("get_session", {"id": SESSION_ID, "query": "assistant"}, Credential(KEY))
    assert over_http.json() == called
    assert SECRET not in over_http.text
    assert over_http.headers["content-type"] == "application/json"
    assert over_http.headers["cache-control"] == "no-store"


async def test_the_next_page_is_named_in_a_link(rest: Any, upstream: FakeUpstream) -> None:
    page = {
        "results": [session()],
        "metadata": {"itemsPerPage": 1, "totalItems": 2, "currentPage": 1},
    }
    upstream.respond(page)
    answer = await rest.http.get("/v1/sessions?limit=1&phoneNumberIdAny=a&phoneNumberIdAny=b")
    following = answer.json()["next"]
    link = httpx.URL(f"http://x/v1/sessions{answer.headers['link'].split('>')[0].removeprefix('<')}")
    assert answer.headers["link"].endswith('; rel="next"')
    assert link.params.get_list("phoneNumberIdAny") == following["phoneNumberIdAny"] == ["a", "b"]
    assert link.params["page"] == str(following["page"]) == "2"
    upstream.respond(page)
    assert (await rest.http.get(str(link.raw_path, "ascii"))).status_code == 200
    assert b"page=2" in upstream.requests[-1].query.encode()


async def test_a_wrong_argument_is_refused_as_over_mcp(
    rest: Any, upstream: FakeUpstream, problem: Problem
) -> None:
    told = problem(await rest.http.patch(ONE, json={"status": "done", "expirationSeconds": 5}))
    assert (told["status"], told["kind"]) == (400, "invalid_arguments")
    assert told["problems"] == [
        {"path": "status", "rule": "must be one of the listed values", "allowed": ["active", "completed"]},
        {"path": "expirationSeconds", "rule": "must be at least 60", "allowed": "60 to 2592000"},
    ]
    assert "api_status" not in told
    assert upstream.requests == []


async def test_an_argument_that_is_none_is_named_with_what_is_meant(rest: Any, problem: Problem) -> None:
    (wrong,) = problem(await rest.http.get("/v1/sessions?status=active"))["problems"]
    assert wrong["path"] == "status"
    assert "results[?status=='active']" in wrong["allowed"]


@pytest.mark.parametrize(
    ("answered", "told"),
    [
        (400, (400, "refused_by_api")),
        (402, (402, "refused_by_api")),
        (403, (502, "unauthorized")),
        (401, (502, "unauthorized")),
        (404, (404, "not_found")),
        (429, (429, "rate_limited")),
        (500, (502, "upstream")),
    ],
)
async def test_what_the_api_answers_is_told_with_a_status_that_says_whose_fault_it_is(
    rest: Any, upstream: FakeUpstream, problem: Problem, answered: int, told: tuple[int, str]
) -> None:
    upstream.respond({"message": f"No, {KEY}.", "statusCode": answered}, answered, {"retry-after": "60"})
    answer = await rest.http.get(ONE)
    details = problem(answer)
    assert (answer.status_code, details["kind"]) == told
    assert details["api_status"] == answered
    assert KEY not in answer.text
    if answered == 429:
        assert answer.headers["retry-after"] == "60"


@pytest.mark.parametrize("status", range(402, 500))
async def test_every_refusal_of_the_api_is_told_with_its_own_status(
    rest: Any, upstream: FakeUpstream, problem: Problem, status: int
) -> None:
    if status in (403, 404, 408, 425, 429):
        return
    upstream.respond({"message": "No."}, status)
    told = problem(await rest.http.get(ONE))
    assert (told["status"], told["api_status"], told["kind"]) == (status, status, "refused_by_api")


async def test_a_call_during_a_pause_that_the_api_asked_for_is_told_as_the_limit_itself(
    rest: Any, upstream: FakeUpstream, problem: Problem
) -> None:
    upstream.respond({"message": "Slow down."}, 429, {"retry-after": "3600"})
    assert problem(await rest.http.get(ONE))["status"] == 429
    answer = await rest.http.get(ONE)
    assert (answer.status_code, problem(answer)["kind"]) == (429, "rate_limited")
    assert 0 < int(answer.headers["retry-after"]) <= 3600
    assert len(upstream.requests) == 1


@pytest.mark.parametrize(("asked", "told"), [("10.4", "11"), ("60", "60")])
async def test_nobody_is_told_to_come_again_too_soon(
    rest: Any, upstream: FakeUpstream, asked: str, told: str
) -> None:
    upstream.respond({"message": "Slow down."}, 429, {"retry-after": asked})
    assert (await rest.http.get(ONE)).headers["retry-after"] == told


async def test_a_callers_own_key_that_is_refused_is_the_callers_fault(
    make_rest: Callable[..., Any], upstream: FakeUpstream, problem: Problem
) -> None:
    rest = make_rest(own_key=False)
    upstream.respond({"message": "Invalid Key.", "statusCode": 401}, 401)
    answer = await rest.http.get(ONE, headers={"x-vapi-key": "a-key-of-theirs"})
    assert (answer.status_code, problem(answer)["kind"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert upstream.requests[0].headers["authorization"] == "Bearer a-key-of-theirs"
    assert problem(await rest.http.get(ONE))["kind"] == "no_key"


async def test_words_of_third_parties_in_a_problem_are_marked(
    rest: Any, upstream: FakeUpstream, problem: Problem
) -> None:
    upstream.respond({"message": "name must be shorter", "statusCode": 400}, 400)
    told = problem(await rest.http.patch(ONE, json={"name": "x"}))
    assert all(place.split("[")[0].split(".")[0] in told for place in told.get("untrusted", []))


async def test_a_creation_without_an_answer_may_have_been_done(
    rest: Any, upstream: FakeUpstream, problem: Problem
) -> None:
    upstream.respond(b"no json", 503)
    told = problem(await rest.http.post("/v1/sessions", json={"name": "x"}))
    assert (told["status"], told["kind"]) == (424, "unknown_outcome"), "nobody repeats a 4xx unasked"
    assert "candidates" in told
    assert len([sent for sent in upstream.requests if sent.method == "POST"]) == 1


async def test_what_the_user_must_agree_to_is_not_done(
    make_rest: Callable[..., Any], upstream: FakeUpstream, problem: Problem
) -> None:
    rest = make_rest(confirm=("delete_session",))
    told = problem(await rest.http.delete(ONE))
    assert (told["status"], told["kind"]) == (403, "declined")
    assert told["next"].startswith("Ask the user to do this themselves")
    assert upstream.requests == []
    assert (await rest.http.get(ONE)).status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "way_out"),
    [
        (("GET", "/v1"), 404, "/v1/sessions"),
        (("GET", "/v1/session"), 404, "/openapi.json"),
        (("GET", f"{ONE}/messages"), 404, "/v1/sessions/{id}"),
        (("PUT", ONE), 405, "Use GET or PATCH or DELETE."),
        (("DELETE", "/v1/sessions"), 405, "Use POST or GET."),
    ],
)
async def test_what_is_not_there_is_told_with_what_is(
    rest: Any, problem: Problem, asked: tuple[str, str], status: int, way_out: str
) -> None:
    answer = await rest.http.request(*asked)
    assert answer.status_code == status
    assert way_out in problem(answer)["next"]
    assert ("allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize(
    "media", ["text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data"]
)
async def test_a_body_that_a_web_page_could_send_unasked_is_not_read(
    rest: Any, upstream: FakeUpstream, problem: Problem, media: str
) -> None:
    answer = await rest.http.post("/v1/sessions", content=b'{"name": "x"}', headers={"content-type": media})
    assert problem(answer)["status"] == 415
    assert upstream.requests == []


@pytest.mark.parametrize(
    "media", ["application/json; charset=utf-8", "Application/JSON", "application/x+json"]
)
async def test_json_by_any_of_its_names_is(rest: Any, media: str) -> None:
    answer = await rest.http.post("/v1/sessions", content=b'{"name": "x"}', headers={"content-type": media})
    assert answer.status_code == 201


async def test_a_body_that_is_packed_is_not_taken_for_one_that_is_not(
    rest: Any, upstream: FakeUpstream, problem: Problem
) -> None:
    packed = {"content-type": "application/json", "content-encoding": "gzip"}
    answer = await rest.http.post("/v1/sessions", content=b'{"name": "x"}', headers=packed)
    assert (answer.status_code, problem(answer)["kind"]) == (415, "encoded")
    assert upstream.requests == []


async def test_what_can_be_read_can_be_asked_for_its_headers_alone(rest: Any) -> None:
    answer = await rest.http.head(ONE)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")


async def test_every_call_is_counted_by_how_it_ended(rest: Any, upstream: FakeUpstream) -> None:
    await rest.http.get(ONE)
    await rest.http.get("/v1/sessions/no-id")
    upstream.respond({"message": "gone", "statusCode": 404}, 404)
    await rest.http.get(ONE)
    assert await rest.outcomes() == {
        ("get_session", "ok"): 1,
        ("get_session", "invalid_arguments"): 1,
        ("get_session", "not_found"): 1,
    }


async def test_where_there_is_no_room_it_is_told_when_to_come_again(
    make_rest: Callable[..., Any], problem: Problem
) -> None:
    rest = make_rest(room=0)
    answer = await rest.http.get(ONE)
    assert (problem(answer)["kind"], answer.headers["retry-after"]) == ("busy", "1")
    assert await rest.outcomes() == {("get_session", "refused"): 1}


class Holding:
    """An API that holds its answer back."""

    def __init__(self) -> None:
        self.asked = anyio.Event()

    async def __call__(self, _scope: Any, _receive: Any, _send: Any) -> None:
        self.asked.set()
        await anyio.sleep_forever()


@pytest.mark.parametrize(("method", "kind"), [("GET", "network"), ("PATCH", "unknown_outcome")])
async def test_a_call_that_a_stopping_server_breaks_off_says_whether_it_may_have_been_done(
    make_rest: Callable[..., Any], toolset: Toolset, problem: Problem, method: str, kind: str
) -> None:
    rest, api = make_rest(), Holding()
    toolset._connect = lambda: _client(api)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:

            async def stop() -> None:
                await api.asked.wait()
                await rest.in_flight.finish(0)

            tasks.start_soon(stop)
            body = {"json": {"name": "x"}} if method == "PATCH" else {}
            answer = await rest.http.request(method, ONE, **body)
            assert problem(answer)["kind"] == kind


def _client(api: Holding) -> Any:
    from vapi_sessions_tools.client import Client

    return Client("http://127.0.0.1:1", transport=httpx.ASGITransport(api))


async def test_a_fault_of_the_servers_own_is_told_without_what_it_was(
    rest: Any, toolset: Toolset, problem: Problem, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> Any:
        raise RuntimeError(f"with {SECRET}")

    toolset._connect = fails  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    answer = await rest.http.get(ONE)
    assert (problem(answer)["kind"], answer.status_code) == ("fault", 500)
    assert "get_session failed with RuntimeError" in caplog.text
    assert SECRET not in answer.text + caplog.text
    assert await rest.outcomes() == {("get_session", "fault"): 1}


async def test_a_results_text_is_compact_json_without_invisible_characters(
    rest: Any, upstream: FakeUpstream
) -> None:
    upstream.respond(session(name="a\u200bb"))
    text = (await rest.http.get(ONE)).text
    assert "a\\u200bb" in text
    assert json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False) != text
