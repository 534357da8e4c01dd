"""Whatever the API answers, a model is told what happened and what to do, in both protocol eras."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from fake_upstream import SESSION_ID
from real_client import ERAS, KEY, connected

if TYPE_CHECKING:
    from fake_upstream import FakeUpstream
    from real_client import Connected

READ: tuple[str, dict[str, Any]] = ("get_session", {"id": SESSION_ID})


def nest(status: int, message: str | list[str], error: str) -> tuple[dict[str, Any], int]:
    """Return a refusal as the API words it."""
    return {"message": message, "error": error, "statusCode": status}, status


async def test_401_tells_the_private_key_from_the_public_one(api: Connected, upstream: FakeUpstream) -> None:
    upstream.respond(*nest(401, "Invalid Key. Hot tip, you may be using the public key.", "Unauthorized"))
    error = (await api.call(*READ)).error
    assert (error["kind"], error["status"]) == ("unauthorized", 401)
    assert "401" in error["message"]
    assert "Hot tip" in error["message"]
    assert "private key" in error["next"]
    assert "dashboard.vapi.ai" in error["next"]
    assert len(upstream.requests) == 1


async def test_404_says_how_to_find_the_right_id(api: Connected, upstream: FakeUpstream) -> None:
    upstream.respond(*nest(404, "Session not there.", "Not Found"))
    error = (await api.call(*READ)).error
    assert (error["kind"], error["status"]) == ("not_found", 404)
    assert "Session not there." in error["message"]
    assert "list_sessions" in error["next"]


async def test_400_with_a_list_is_split_into_problems(api: Connected, upstream: FakeUpstream) -> None:
    texts = ["assistant.voice.voiceId must be a string", "messages.0.role should not be empty"]
    upstream.respond(*nest(400, texts, "Bad Request"))
    error = (await api.call("create_session", {"name": "n"})).error
    assert (error["kind"], error["status"]) == ("refused_by_api", 400)
    assert [problem["path"] for problem in error["problems"]] == [
        "assistant.voice.voiceId",
        "messages[0].role",
    ]
    assert all(text in error["message"] for text in texts)
    assert len(upstream.requests) == 1


async def test_400_with_one_text_carries_it(api: Connected, upstream: FakeUpstream) -> None:
    upstream.respond(*nest(400, "Couldn't find that assistant.", "Bad Request"))
    error = (await api.call("create_session", {"name": "n"})).error
    assert error["status"] == 400
    assert "400" in error["message"]
    assert "Couldn't find that assistant." in error["message"]


async def test_429_with_a_short_wait_is_waited_for(api: Connected, upstream: FakeUpstream) -> None:
    upstream.respond(*nest(429, "Too many.", "Too Many Requests"), {"retry-after": "1"})
    begun = time.monotonic()
    told = await api.call("create_session", {"name": "n"})
    assert not told.is_error
    assert time.monotonic() - begun >= 1
    assert [seen.method for seen in upstream.requests] == ["POST", "POST"]


@pytest.mark.parametrize("era", ERAS)
async def test_429_with_a_long_wait_is_told_not_waited_for(
    era: str, upstream: FakeUpstream, upstream_url: str
) -> None:
    upstream.respond(*nest(429, "Too many.", "Too Many Requests"), {"retry-after": "120"})
    begun = time.monotonic()
    # A server of its own: the key's other calls would have to pause as well.
    async with connected("--base-url", upstream_url, mode=era, VAPI_API_KEY=KEY) as api:
        error = (await api.call(*READ)).error
    assert time.monotonic() - begun < 10
    assert (error["kind"], error["status"], error["retry_after"]) == ("rate_limited", 429, 120.0)
    assert "Too many." in error["message"]
    assert "120 s" in error["next"]
    assert len(upstream.requests) == 1


async def test_500_is_told_and_not_repeated(api: Connected, upstream: FakeUpstream) -> None:
    upstream.respond(*nest(500, "Internal server error", "Error"))
    error = (await api.call(*READ)).error
    assert (error["kind"], error["status"]) == ("upstream", 500)
    assert "Internal server error" in error["message"]
    assert len(upstream.requests) == 1


async def test_500_to_a_change_says_to_look_before_repeating(api: Connected, upstream: FakeUpstream) -> None:
    upstream.respond(*nest(500, "Internal server error", "Error"))
    error = (await api.call("update_session", {"id": SESSION_ID, "name": "n"})).error
    assert "may have been made" in error["next"]


async def test_html_in_a_200_is_no_success(api: Connected, upstream: FakeUpstream) -> None:
    upstream.respond(b"<html><title>Sign in</title></html>", 200, {"content-type": "text/html"})
    error = (await api.call(*READ)).error
    assert (error["kind"], error["status"]) == ("upstream", 200)
    assert "no JSON" in error["message"]
    assert "VAPI_BASE_URL" in error["next"]


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"results": 7}', b"{}", b'{"id":NaN}'])
async def test_a_200_that_is_no_session_is_no_success(
    api: Connected, upstream: FakeUpstream, body: bytes
) -> None:
    upstream.respond(body)
    assert (await api.call(*READ)).error["kind"] == "upstream"


async def test_a_redirect_is_not_followed_with_the_key(
    api: Connected, upstream: FakeUpstream, upstream_url: str
) -> None:
    upstream.respond(b"", 302, {"location": f"{upstream_url}/elsewhere"})
    error = (await api.call(*READ)).error
    assert "redirect" in error["message"]
    assert len(upstream.requests) == 1


async def test_a_wrong_query_is_refused_before_anything_is_sent(
    api: Connected, upstream: FakeUpstream
) -> None:
    error = (await api.call("list_sessions", {"query": "results[?"})).error
    assert error["problems"][0]["path"] == "query"
    assert "query" in error["message"]
    assert upstream.requests == []


async def test_after_all_that_the_server_serves(api: Connected, upstream: FakeUpstream) -> None:
    told = await api.call(*READ)
    assert told.result["id"] == SESSION_ID
    assert len(upstream.requests) == 1
