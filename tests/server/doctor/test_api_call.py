"""The one call that checks the key: it only reads, and its result is reported with the next step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fake_upstream import FakeUpstream, no_response, raw_server, serving
from vapi_sessions_mcp.doctor.api_call import ask_the_api
from vapi_sessions_mcp.doctor.limits import Limits
from vapi_sessions_mcp.doctor.usable_settings import usable_settings
from vapi_sessions_mcp.settings import Flags
from vapi_sessions_tools.base_url import HOSTS

if TYPE_CHECKING:
    from pathlib import Path

    from vapi_sessions_mcp.doctor.finding import Finding

KEY = "0197f3c2-1111-4222-8333-444455556abc"
NO_READING_TOOL = """\
openapi: 3.0.0
info: {title: t, version: '1'}
paths: {/x: {post: {operationId: make, responses: {'201': {description: made}}}}}
"""


async def ask(flags: Flags, key: str = KEY, seconds: float = 60.0) -> tuple[str, str, str]:
    """Check the API with settings; return status, text and next step of the first finding."""
    findings: list[Finding] = []
    limits = Limits(call=seconds, connecting=seconds)
    await ask_the_api(usable_settings(flags, {"VAPI_API_KEY": key}), limits, findings.append)
    assert KEY not in str([each.as_json() for each in findings])
    assert all(each.next_step for each in findings if each.status in ("problem", "warning"))
    assert [each.name for each in findings[1:]] == ["latency"] * (findings[0].status == "ok")
    return findings[0].status, findings[0].found, findings[0].next_step


async def test_a_valid_key_is_reported_after_one_call(upstream: FakeUpstream, upstream_url: str) -> None:
    status, *_ = await ask(Flags(base_url=upstream_url, tools="get_session", confirm="get_session"))
    assert status == "ok"
    (request,) = upstream.requests
    assert (request.method, request.path, request.query) == ("GET", "/session", "limit=1")
    assert request.headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("code", "words", "hint"),
    [
        (401, "the key is refused", "It is probably the public key: use the private one"),
        (401, "the key is refused", "VAPI_BASE_URL"),
        (403, "the key may not do this", "private key that may use sessions"),
        (404, "404", "base URL"),
        (503, "503", "Call again"),
        (302, "302", "VAPI_BASE_URL"),
        (429, "", ""),
        (200, "", "VAPI_BASE_URL"),
    ],
)
async def test_an_error_is_reported_after_one_request_with_the_next_step(
    upstream: FakeUpstream, upstream_url: str, code: int, words: str, hint: str
) -> None:
    body = b"<html>Welcome to the hotel</html>" if code == 200 else {"message": f"Not with {KEY}."}
    upstream.respond(body, code)
    status, found, next_step = await ask(Flags(base_url=upstream_url))
    assert (status, words in found, hint in next_step) == (
        "warning" if code == 429 else "problem",
        True,
        True,
    )
    assert len(upstream.requests) == 1


@pytest.mark.parametrize(("region", "other"), [("us", "--region eu"), ("eu", "--region us")])
async def test_a_refused_key_may_belong_to_the_other_region_and_is_not_sent_there(
    upstream: FakeUpstream, region: str, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upstream.respond({"message": "Invalid Key."}, 401)
    with serving(upstream) as url:
        monkeypatch.setitem(HOSTS, region, url)
        assert other in (await ask(Flags(region=region)))[2]
    assert len(upstream.requests) == 1


async def test_no_response_and_no_server_are_problems() -> None:
    async with raw_server(no_response) as server:
        flags = Flags(base_url=server.url)
        assert "did not answer within 0.3 s" in (await ask(flags, seconds=0.3))[1]
    assert "No connection" in (await ask(flags))[1]
    assert "does not answer; without a key" in (await ask(flags, ""))[1]


async def test_without_a_key_only_a_connection_is_tried(upstream: FakeUpstream, upstream_url: str) -> None:
    status, found, _ = await ask(Flags(base_url=upstream_url), "")
    assert (status, "answers; without a key" in found) == ("skipped", True)
    assert ["authorization" in request.headers for request in upstream.requests] == [False]


async def test_the_sandbox_is_called_and_its_file_is_not_created(tmp_path: Path) -> None:
    file = tmp_path / "sessions.db"
    assert (await ask(Flags(sandbox_db=str(file))))[1].startswith("the emulator takes the key")
    assert not file.exists()
    file.write_text("no database, and long enough to be read as one" * 9)
    for unusable in (file, tmp_path / "no" / "folder" / "sessions.db"):
        status, found, _ = await ask(Flags(sandbox_db=str(unusable)))
        assert (status, "cannot be used" in found) == ("problem", True)


async def test_no_call_is_made_with_unusable_settings() -> None:
    assert "did you mean get_session?" in (await ask(Flags(sandbox=True, tools="get_sesion")))[1]
    assert (await ask(Flags(region="mars")))[0] == "skipped"


async def test_of_another_document_a_tool_that_only_reads_is_called(
    upstream: FakeUpstream, upstream_url: str, tmp_path: Path
) -> None:
    (tmp_path / "writing.yaml").write_text(NO_READING_TOOL)
    status, *_ = await ask(Flags(base_url=upstream_url, openapi=str(tmp_path / "writing.yaml")))
    assert (status, upstream.requests) == ("skipped", [])
    assert (await ask(Flags(base_url=upstream_url, openapi="tests/documents/library.yaml")))[0] == "ok"
    assert [request.method for request in upstream.requests] == ["GET"]
