"""What the API says of the key: one call that only reads, judged for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fake_upstream import FakeUpstream, no_response, raw_response, raw_server, serving
from vapi_sessions_mcp.doctor.api_call import ask_the_api
from vapi_sessions_mcp.doctor.limits import Limits
from vapi_sessions_mcp.doctor.usable_settings import usable_settings
from vapi_sessions_mcp.settings import Flags
from vapi_sessions_tools.base_url import HOSTS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from vapi_sessions_mcp.doctor.finding import Finding

    Ask = Callable[..., Awaitable[dict[str, Finding]]]

KEY = "0197f3c2-1111-4222-8333-444455556abc"


@pytest.fixture
def ask(told: list[Finding], short: Limits) -> Ask:
    """Ask the API with settings; what is found is returned by name."""

    async def found(flags: Flags, **environment: str) -> dict[str, Finding]:
        await ask_the_api(usable_settings(flags, environment), short, told.append)
        assert KEY not in str([each.as_json() for each in told])
        assert all(each.next_step for each in told if each.status in ("problem", "warning"))
        return {each.name: each for each in told}

    return found


async def test_a_key_that_is_taken_is_told_with_how_long_the_call_took(
    ask: Ask, upstream: FakeUpstream, upstream_url: str
) -> None:
    found = await ask(
        Flags(base_url=upstream_url, tools="get_session", confirm="get_session"), VAPI_API_KEY=KEY
    )
    assert {name: each.status for name, each in found.items()} == {"call": "ok", "latency": "ok"}
    (request,) = upstream.requests
    assert (request.method, request.path, request.query) == ("GET", "/session", "limit=1")
    assert request.headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("status", "words", "way_out"),
    [
        (401, "the key is refused", "It is probably the public key: use the private one"),
        (403, "the key may not do this", "private key that may use sessions"),
        (404, "404", "base URL"),
        (500, "500", "Call again"),
        (503, "503", "Call again"),
        (302, "302", "VAPI_BASE_URL"),
    ],
)
async def test_a_refusal_is_told_once_with_the_way_out(
    ask: Ask, upstream: FakeUpstream, *, upstream_url: str, status: int, words: str, way_out: str
) -> None:
    upstream.respond({"message": f"Not with {KEY}.", "statusCode": status}, status)
    found = await ask(Flags(base_url=upstream_url), VAPI_API_KEY=KEY)
    assert found["call"].status == "problem"
    assert words in found["call"].found
    assert way_out in found["call"].next_step
    assert len(upstream.requests) == 1


async def test_a_rate_limit_says_nothing_against_the_key(
    ask: Ask, upstream: FakeUpstream, upstream_url: str
) -> None:
    upstream.respond({"message": "Rate limit exceeded"}, 429, {"retry-after": "1"})
    found = await ask(Flags(base_url=upstream_url), VAPI_API_KEY=KEY)
    assert found["call"].status == "warning"
    assert len(upstream.requests) == 1


@pytest.mark.parametrize(("region", "other"), [("us", "--region eu"), ("eu", "--region us")])
async def test_a_refused_key_may_be_of_the_other_region(
    ask: Ask,
    upstream: FakeUpstream,
    region: str,
    other: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upstream.respond({"message": "Invalid Key."}, 401)
    with serving(upstream) as url:
        monkeypatch.setitem(HOSTS, region, url)
        found = await ask(Flags(region=region), VAPI_API_KEY=KEY)
    assert other in found["call"].next_step
    assert len(upstream.requests) == 1  # and the key is not tried there unasked


async def test_another_address_is_asked_to_be_checked(
    ask: Ask, upstream: FakeUpstream, upstream_url: str
) -> None:
    upstream.respond({"message": "Invalid Key."}, 401)
    found = await ask(Flags(base_url=upstream_url), VAPI_API_KEY=KEY)
    assert "VAPI_BASE_URL" in found["call"].next_step


async def test_what_is_not_the_api_is_told(ask: Ask, upstream: FakeUpstream, upstream_url: str) -> None:
    upstream.respond(b"<html>Welcome to the hotel</html>", 200, {"content-type": "text/html"})
    found = await ask(Flags(base_url=upstream_url), VAPI_API_KEY=KEY)
    assert found["call"].status == "problem"
    assert "VAPI_BASE_URL" in found["call"].next_step


async def test_no_answer_ends_with_the_limit(told: list[Finding]) -> None:
    async with raw_server(no_response) as script:
        usable = usable_settings(Flags(base_url=script.url), {"VAPI_API_KEY": KEY})
        await ask_the_api(usable, Limits(call=0.3), told.append)
    assert "did not answer within 0.3 s" in told[0].found


async def test_nobody_listening_is_a_problem(ask: Ask) -> None:
    async with raw_server(raw_response("200 OK")) as script:
        pass
    found = await ask(Flags(base_url=script.url), VAPI_API_KEY=KEY)
    assert "No connection" in found["call"].found


class TestWithoutAKey:
    async def test_it_is_only_asked_whether_anything_answers(
        self, ask: Ask, upstream: FakeUpstream, upstream_url: str
    ) -> None:
        found = await ask(Flags(base_url=upstream_url))
        assert found["call"].status == "skipped"
        assert "answers; without a key" in found["call"].found
        (request,) = upstream.requests
        assert "authorization" not in request.headers

    async def test_nobody_listening_is_told(self, ask: Ask) -> None:
        async with raw_server(raw_response("200 OK")) as script:
            pass
        found = await ask(Flags(base_url=script.url))
        assert "does not answer" in found["call"].found


class TestTheSandbox:
    async def test_the_emulator_answers(self, ask: Ask) -> None:
        found = await ask(Flags(sandbox=True))
        assert found["call"].found.startswith("the emulator takes the key")

    async def test_its_file_is_not_made(self, ask: Ask, tmp_path: Path) -> None:
        found = await ask(Flags(sandbox_db=str(tmp_path / "sessions.db")))
        assert found["call"].status == "ok"
        assert not (tmp_path / "sessions.db").exists()

    @pytest.mark.parametrize("file", ["no/folder/sessions.db", "text"])
    async def test_a_file_that_cannot_be_used_is_a_problem(self, ask: Ask, tmp_path: Path, file: str) -> None:
        (tmp_path / "text").write_text("no database, and long enough to be read as one" * 9)
        found = await ask(Flags(sandbox_db=str(tmp_path / file)))
        assert found["tools"].status == "problem"
        assert "cannot be used" in found["tools"].found


class TestSettings:
    async def test_tools_that_there_are_not_are_a_problem(self, ask: Ask) -> None:
        found = await ask(Flags(sandbox=True, tools="get_sesion"))
        assert "did you mean get_session?" in found["tools"].found

    async def test_an_address_in_doubt_gets_no_key(self, ask: Ask) -> None:
        found = await ask(Flags(region="mars"), VAPI_API_KEY=KEY)
        assert found["call"].status == "skipped"


class TestAnotherDocument:
    async def test_a_tool_that_needs_nothing_and_only_reads_is_called(
        self, ask: Ask, upstream: FakeUpstream, upstream_url: str
    ) -> None:
        found = await ask(
            Flags(base_url=upstream_url, openapi="tests/documents/library.yaml"), VAPI_API_KEY=KEY
        )
        assert found["call"].status == "ok"
        assert [request.method for request in upstream.requests] == ["GET"]

    async def test_without_such_a_tool_no_call_is_made(
        self, ask: Ask, upstream: FakeUpstream, upstream_url: str, tmp_path: Path
    ) -> None:
        document = tmp_path / "writing.yaml"
        document.write_text(
            "openapi: 3.0.0\ninfo: {title: t, version: '1'}\n"
            "paths: {/x: {post: {operationId: make, responses: {'201': {description: made}}}}}\n"
        )
        found = await ask(Flags(base_url=upstream_url, openapi=str(document)), VAPI_API_KEY=KEY)
        assert found["call"].status == "skipped"
        assert upstream.requests == []
