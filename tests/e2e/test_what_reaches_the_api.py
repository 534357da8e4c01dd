"""What is refused before it is sent, and what goes out unchanged: proved on what arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fake_upstream import SESSION_ID

if TYPE_CHECKING:
    from fake_upstream import FakeUpstream
    from real_client import Connected


def transcript(role: object) -> dict[str, Any]:
    """Return messages of one line of a transcript."""
    line = {"role": role, "message": "hi", "time": 1, "endTime": 2, "secondsFromStart": 0}
    return {"messages": [line]}


class TestRefusedBeforeItIsSent:
    @pytest.mark.parametrize(
        ("arguments", "path"),
        [
            (transcript("wizard"), "messages[0].role"),
            (transcript(7), "messages[0].role"),
            ({"name": "x" * 41}, "name"),
            ({"status": "paused"}, "status"),
            ({"expirationSeconds": 1}, "expirationSeconds"),
            ({"nmae": "x"}, "nmae"),
        ],
    )
    async def test_a_body_that_the_api_surely_refuses(
        self, api: Connected, upstream: FakeUpstream, arguments: dict[str, Any], path: str
    ) -> None:
        error = (await api.call("create_session", arguments)).error
        assert error["kind"] == "invalid_arguments"
        assert [problem["path"] for problem in error["problems"]] == [path]
        assert path in error["message"]
        assert upstream.requests == []

    @pytest.mark.parametrize("tool", ["get_session", "update_session", "delete_session"])
    @pytest.mark.parametrize("wrong", ["../assistant?x#", "..", "", "%2e%2e", f"{SESSION_ID}/x", 7, None])
    async def test_an_id_that_is_none(
        self, api: Connected, upstream: FakeUpstream, tool: str, wrong: object
    ) -> None:
        error = (await api.call(tool, {"id": wrong})).error
        assert error["kind"] == "invalid_arguments"
        assert error["problems"][0]["path"] == "id"
        assert upstream.requests == []

    async def test_a_misspelt_argument_is_named_with_the_right_one(
        self, api: Connected, upstream: FakeUpstream
    ) -> None:
        assert "name" in str((await api.call("create_session", {"nmae": "x"})).error["problems"])
        told = str((await api.call("list_sessions", {"status": "active"})).error)
        assert "results[?status=='active']" in told
        assert upstream.requests == []


class TestPassedOnUnchanged:
    @pytest.mark.parametrize(
        "body",
        [
            {"messages": [{"role": "user", "content": "hi"}]},
            {"assistant": {"model": {"provider": "openai", "model": "gpt-of-next-month"}}},
            {"assistant": {"model": {"provider": "nonsense", "model": "gpt-4o"}}},
            {"assistant": {"voice": {"provider": "11labs", "voiceId": "v", "warmth": {"of": [1, None]}}}},
            {"name": "n", "assistantId": SESSION_ID, **transcript("user")},
            {"customer": {"number": "+14155551234", "name": "Zoë 🎉"}},
        ],
    )
    async def test_a_body_that_the_api_may_accept(
        self, api: Connected, upstream: FakeUpstream, body: dict[str, Any]
    ) -> None:
        told = await api.call("create_session", body)
        assert not told.is_error, told.text
        (seen,) = upstream.requests
        assert (seen.method, seen.path) == ("POST", "/session")
        assert seen.json == body

    async def test_the_id_is_in_the_path_and_the_rest_in_the_body(
        self, api: Connected, upstream: FakeUpstream
    ) -> None:
        assert not (await api.call("update_session", {"id": SESSION_ID, "status": "completed"})).is_error
        (seen,) = upstream.requests
        assert (seen.method, seen.path) == ("PATCH", f"/session/{SESSION_ID}")
        assert seen.json == {"status": "completed"}

    async def test_nothing_is_sent_but_what_was_asked(self, api: Connected, upstream: FakeUpstream) -> None:
        assert (await api.call("delete_session", {"id": SESSION_ID})).result == {
            "id": SESSION_ID,
            "deleted": True,
        }
        (seen,) = upstream.requests
        assert (seen.method, seen.path, seen.body) == ("DELETE", f"/session/{SESSION_ID}", b"")
        assert "cookie" not in seen.headers
