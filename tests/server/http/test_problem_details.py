"""Problem details: an error in the form of RFC 9457."""

from __future__ import annotations

from typing import Any

import pytest

from vapi_sessions_mcp.http.problem_details import is_rest, problem_details, problem_response


def test_error_becomes_problem_details_with_all_its_fields() -> None:
    error = {"kind": "rate_limited", "message": "Wait.", "status": 429, "retry_after": 30, "next": "Again."}
    before = dict(error)
    assert problem_details(503, error) == {
        "type": "urn:problem-type:vapi-sessions-mcp:rate_limited",
        "title": "The API limits the rate",
        "status": 503,
        "detail": "Wait.",
        "kind": "rate_limited",
        "api_status": 429,
        "retry_after": 30,
        "next": "Again.",
    }
    assert error == before


def test_kind_without_a_title_is_its_own() -> None:
    assert problem_details(421, {"kind": "wrong_host", "message": "", "next": ""})["title"] == "Wrong host"


def test_response_is_not_cached_and_escapes_invisible_characters() -> None:
    answer = problem_response({"status": 400, "detail": "a\u200bb"}, {"retry-after": "1"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.headers["cache-control"], answer.headers["retry-after"]) == ("no-store", "1")
    assert bytes(answer.body) == b'{"status":400,"detail":"a\\u200bb"}'


@pytest.mark.parametrize(
    ("path", "rest"),
    [
        *(("/v1", True), ("/v1/", True), ("/v1/sessions/x", True), ("/openapi.json", True)),
        *(("/openapi.json/", True), ("/v10", False), ("/mcp", False), ("", False), ("/mcp/v1/", False)),
    ],
)
def test_paths_of_the_rest_surface(path: str, rest: Any) -> None:
    assert is_rest({"type": "http", "path": path}) is rest
