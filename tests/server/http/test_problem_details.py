"""Problem details: an error in the words of HTTP, with nothing lost on the way."""

from __future__ import annotations

from typing import Any

import pytest

from vapi_sessions_mcp.http.problem_details import is_rest, problem_details, problem_response


def test_they_say_what_kind_of_problem_it_is_in_the_form_of_rfc_9457() -> None:
    error = {
        "kind": "rate_limited",
        "message": "Wait.",
        "status": 429,
        "retry_after": 30,
        "next": "Wait 30 s.",
    }
    assert problem_details(429, error) == {
        "type": "urn:problem-type:vapi-sessions-mcp:rate_limited",
        "title": "The API limits the rate",
        "status": 429,
        "detail": "Wait.",
        "kind": "rate_limited",
        "api_status": 429,
        "retry_after": 30,
        "next": "Wait 30 s.",
    }


def test_a_kind_without_a_title_is_its_own() -> None:
    assert problem_details(421, {"kind": "wrong_host", "message": "", "next": ""})["title"] == "Wrong host"


def test_the_error_is_left_as_it_was() -> None:
    error = {"kind": "network", "message": "Gone.", "next": "Again.", "status": 1}
    before = dict(error)
    problem_details(503, error)
    assert error == before


def test_their_media_type_is_their_own_and_no_cache_keeps_them() -> None:
    answer = problem_response({"status": 400, "detail": "a\u200bb"}, {"retry-after": "1"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.headers["cache-control"], answer.headers["retry-after"]) == ("no-store", "1")
    assert bytes(answer.body) == b'{"status":400,"detail":"a\\u200bb"}', "what is not seen is escaped"


@pytest.mark.parametrize(
    ("path", "rest"),
    [
        *(("/v1", True), ("/v1/", True), ("/v1/sessions", True), ("/v1/sessions/x", True)),
        *(("/openapi.json", True), ("/openapi.json/", True)),
        *(("/v10", False), ("/mcp", False), ("/", False), ("", False), ("/mcp/v1/", False)),
    ],
)
def test_they_are_for_the_rest_surface_alone(path: str, rest: Any) -> None:
    assert is_rest({"type": "http", "path": path}) is rest
