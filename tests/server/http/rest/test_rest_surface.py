"""The five tools as plain JSON over HTTP: the same calls, results and errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

from fake_upstream import SESSION_ID, FakeUpstream, page, session
from server.http.rest.conftest import KEY, problem_of
from vapi_sessions_tools.client import Client
from vapi_sessions_tools.credential import Credential

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.http.rest.conftest import Rest
    from vapi_sessions_tools.toolset import Toolset

    Make = Callable[..., Rest]

ONE = f"/v1/sessions/{SESSION_ID}"
SECRET = "sk-0123456789abcdef"


async def test_each_tool_is_a_method_on_a_path(rest: Rest, upstream: FakeUpstream) -> None:
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
    assert [line.startswith('{outcome="ok",') for line in await rest.outcomes()] == [True] * 5
    assert {sent.headers["authorization"] for sent in upstream.requests} == {f"Bearer {KEY}"}


async def test_result_is_that_of_the_tool(rest: Rest, upstream: FakeUpstream, toolset: Toolset) -> None:
    stored = session(name="a\u200bb", assistant={"model": {"apiKey": SECRET}})
    upstream.respond(stored)
    upstream.respond(stored)
    over_http = await rest.http.get(ONE)
    called = await toolset.call("get_session", {"id": SESSION_ID}, Credential(KEY))
    assert over_http.json() == called
    assert SECRET not in over_http.text
    assert "a\\u200bb" in over_http.text, "invisible characters are escaped"
    assert '": ' not in over_http.text, "the text is compact"
    assert over_http.headers["content-type"] == "application/json"
    assert over_http.headers["cache-control"] == "no-store"


async def test_next_page_is_named_in_a_link(rest: Rest, upstream: FakeUpstream) -> None:
    for _ in range(2):
        upstream.respond(page(session(), limit=1, total=2))
    answer = await rest.http.get("/v1/sessions?limit=1&phoneNumberIdAny=a&phoneNumberIdAny=b")
    following = answer.json()["next"]
    link = httpx.URL(f"http://x/v1/sessions{answer.headers['link'].split('>')[0].removeprefix('<')}")
    assert answer.headers["link"].endswith('; rel="next"')
    assert link.params.get_list("phoneNumberIdAny") == following["phoneNumberIdAny"] == ["a", "b"]
    assert link.params["page"] == str(following["page"]) == "2"
    assert (await rest.http.get(str(link.raw_path, "ascii"))).status_code == 200
    assert "page=2" in upstream.requests[-1].query


async def test_wrong_arguments_are_refused_as_over_mcp(rest: Rest, upstream: FakeUpstream) -> None:
    problem = problem_of(await rest.http.patch(ONE, json={"status": "done", "expirationSeconds": 5}))
    assert (problem["status"], problem["kind"]) == (400, "invalid_arguments")
    assert problem["problems"] == [
        {"path": "status", "rule": "must be one of the listed values", "allowed": ["active", "completed"]},
        {"path": "expirationSeconds", "rule": "must be at least 60", "allowed": "60 to 2592000"},
    ]
    assert "api_status" not in problem
    (wrong,) = problem_of(await rest.http.get("/v1/sessions?status=active"))["problems"]
    assert wrong["path"] == "status"
    assert "results[?status=='active']" in wrong["allowed"]
    assert upstream.requests == []


@pytest.mark.parametrize(
    ("status", "told", "kind"),
    [
        *((400, 400, "refused_by_api"), (402, 402, "refused_by_api"), (499, 499, "refused_by_api")),
        *((403, 502, "unauthorized"), (401, 502, "unauthorized"), (404, 404, "not_found")),
        *((429, 429, "rate_limited"), (500, 502, "upstream")),
    ],
)
async def test_error_of_the_api_has_a_status_that_says_whose_fault_it_is(
    rest: Rest, upstream: FakeUpstream, status: int, told: int, kind: str
) -> None:
    upstream.respond({"message": f"No, {KEY}.", "statusCode": status}, status, {"retry-after": "10.4"})
    answer = await rest.http.get(ONE)
    problem = problem_of(answer)
    assert (problem["status"], problem["kind"], problem["api_status"]) == (told, kind, status)
    assert KEY not in answer.text
    assert await rest.outcomes() == [f'{{outcome="{kind}",tool="get_session"}} 1.0']
    assert status != 429 or answer.headers["retry-after"] == "11", "not too soon"


async def test_rejected_key_of_the_caller_is_the_callers_fault(
    make_rest: Make, upstream: FakeUpstream
) -> None:
    rest = make_rest(own_key=False)
    upstream.respond({"message": "Invalid Key.", "statusCode": 401}, 401)
    answer = await rest.http.get(ONE, headers={"x-vapi-key": "a-key-of-theirs"})
    assert (answer.status_code, problem_of(answer)["kind"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert upstream.requests[0].headers["authorization"] == "Bearer a-key-of-theirs"
    assert problem_of(await rest.http.get(ONE))["kind"] == "no_key"


async def test_untrusted_words_in_a_problem_are_marked(rest: Rest, upstream: FakeUpstream) -> None:
    upstream.respond({"message": "name must be shorter", "statusCode": 400}, 400)
    problem = problem_of(await rest.http.patch(ONE, json={"name": "x"}))
    assert problem["untrusted"]
    assert all(place.split("[")[0].split(".")[0] in problem for place in problem["untrusted"])


async def test_creation_of_unknown_outcome_is_not_repeated(rest: Rest, upstream: FakeUpstream) -> None:
    upstream.respond(b"no json", 503)
    problem = problem_of(await rest.http.post("/v1/sessions", json={"name": "x"}))
    assert (problem["status"], problem["kind"]) == (424, "unknown_outcome"), "clients repeat 5xx, not 4xx"
    assert "candidates" in problem
    assert len(upstream.changes) == 1


async def test_call_that_the_user_must_confirm_is_declined(make_rest: Make, upstream: FakeUpstream) -> None:
    rest = make_rest(confirm=("delete_session",))
    problem = problem_of(await rest.http.delete(ONE))
    assert (problem["status"], problem["kind"]) == (403, "declined")
    assert problem["next"].startswith("Ask the user to do this themselves")
    assert upstream.requests == []
    assert (await rest.http.get(ONE)).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "hint"),
    [
        ("GET", "/v1", 404, "/v1/sessions"),
        ("GET", "/v1/session", 404, "/openapi.json"),
        ("GET", f"{ONE}/messages", 404, "/v1/sessions/{id}"),
        ("PUT", ONE, 405, "Use GET or PATCH or DELETE."),
        ("DELETE", "/v1/sessions", 405, "Use POST or GET."),
    ],
)
async def test_unknown_path_or_method_is_refused_with_the_known_ones(
    rest: Rest, method: str, path: str, status: int, hint: str
) -> None:
    answer = await rest.http.request(method, path)
    assert answer.status_code == status
    assert hint in problem_of(answer)["next"]
    assert ("allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize(
    ("media", "status"),
    [
        *(("text/plain", 415), ("application/x-www-form-urlencoded", 415), ("", 415)),
        *(("application/json; charset=utf-8", 201), ("Application/JSON", 201), ("application/x+json", 201)),
    ],
)
async def test_body_that_a_web_page_could_send_is_refused(
    rest: Rest, upstream: FakeUpstream, media: str, status: int
) -> None:
    answer = await rest.http.post("/v1/sessions", content=b'{"name": "x"}', headers={"content-type": media})
    assert answer.status_code == status
    assert len(upstream.requests) == (status == 201)
    if status == 415:
        assert problem_of(answer)["kind"] == "not_json"


async def test_compressed_body_is_refused(rest: Rest, upstream: FakeUpstream) -> None:
    packed = {"content-type": "application/json", "content-encoding": "gzip"}
    answer = await rest.http.post("/v1/sessions", content=b'{"name": "x"}', headers=packed)
    assert (answer.status_code, problem_of(answer)["kind"]) == (415, "encoded")
    assert upstream.requests == []


async def test_call_above_the_capacity_is_refused(make_rest: Make) -> None:
    rest = make_rest(capacity=0)
    answer = await rest.http.get(ONE)
    assert (problem_of(answer)["kind"], answer.headers["retry-after"]) == ("busy", "1")
    assert await rest.outcomes() == ['{outcome="refused",tool="get_session"} 1.0']


@pytest.mark.parametrize(("method", "kind"), [("GET", "network"), ("PATCH", "unknown_outcome")])
async def test_call_interrupted_by_a_stopping_server_says_whether_it_may_have_been_done(
    rest: Rest, toolset: Toolset, monkeypatch: pytest.MonkeyPatch, method: str, kind: str
) -> None:
    called = anyio.Event()

    async def hang(_scope: Any, _receive: Any, _send: Any) -> None:
        called.set()
        await anyio.sleep_forever()

    api = httpx.ASGITransport(FakeUpstream(hang))
    monkeypatch.setattr(toolset, "_connect", lambda: Client("http://127.0.0.1:1", transport=api))

    async def stop() -> None:
        await called.wait()
        await rest.in_flight.finish(0)

    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(stop)
            body = {"name": "x"} if method == "PATCH" else None
            assert problem_of(await rest.http.request(method, ONE, json=body))["kind"] == kind


async def test_fault_of_the_server_is_reported_without_its_details(
    rest: Rest, toolset: Toolset, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> Any:
        raise RuntimeError(f"with {SECRET}")

    monkeypatch.setattr(toolset, "_connect", fail)
    answer = await rest.http.get(ONE)
    assert (problem_of(answer)["kind"], answer.status_code) == ("fault", 500)
    assert "get_session failed with RuntimeError" in caplog.text
    assert SECRET not in answer.text + caplog.text
    assert await rest.outcomes() == ['{outcome="fault",tool="get_session"} 1.0']
