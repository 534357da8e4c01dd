"""Sessions as resources: as get_session shows them, and as transcripts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from fake_upstream import SESSION_ID, FakeUpstream, session
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.errors import ApiAnswerError
from vapi_sessions_tools.offered import UnknownResourceError
from vapi_sessions_tools.resources import Resources
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

KEY = Credential("vapi-private-key")
URI = f"vapi://sessions/{SESSION_ID}"


async def test_a_session_reads_as_get_session_shows_it(toolset: Toolset, upstream: FakeUpstream) -> None:
    for _ in range(2):
        upstream.respond(session(messages=[{"role": "user", "content": "hi\u200b"}]))
    content = await Resources(toolset).read(URI, KEY)
    assert content.media_type == "application/json"
    assert json.loads(content.text) == await toolset.call("get_session", {"id": SESSION_ID}, KEY)
    assert "\\u200b" in content.text


async def test_a_transcript_has_every_message_without_the_key(
    toolset: Toolset, upstream: FakeUpstream
) -> None:
    said = {"role": "user", "content": "my key is vapi-\u200bprivate-key"}
    upstream.respond(session(messages=[said, {"role": "assistant", "content": "y" * 2_000}]))
    content = await Resources(toolset).read(f"{URI}/transcript", KEY)
    assert content.media_type == "text/markdown"
    assert "vapi-private-key" not in content.text
    assert "y" * 2_000 in content.text


@pytest.mark.parametrize(
    "uri",
    [
        *("vapi://sessions/nope", f"{URI}/nope", f"{URI}/", f"{URI}/transcript/", f"{URI}?x=1"),
        *("vapi://sessions/", "vapi://sessions", "vapi://nope", "https://api.vapi.ai/session", ""),
    ],
)
async def test_another_uri_is_unknown_without_a_request(contract: Contract, uri: str) -> None:
    with pytest.raises(UnknownResourceError):
        await Resources(Toolset(contract, pytest.fail)).read(uri, KEY)


@pytest.mark.parametrize(("status", "error"), [(404, UnknownResourceError), (401, ApiAnswerError)])
async def test_a_session_that_the_api_does_not_know_is_unknown(
    toolset: Toolset, upstream: FakeUpstream, status: int, error: type[Exception]
) -> None:
    upstream.respond({"message": "No", "statusCode": status}, status)
    with pytest.raises(error):
        await Resources(toolset).read(f"{URI}/transcript", KEY)


async def test_without_the_tool_no_session_can_be_read(contract: Contract) -> None:
    resources = Resources(Toolset(contract.offering(["list_sessions"], read_only=False), pytest.fail))
    assert [template.name for template in resources.templates] == ["schema_type"]
    with pytest.raises(UnknownResourceError):
        await resources.read(URI, KEY)
