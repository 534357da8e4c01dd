"""Resources, prompts and completions are the same over every transport."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from mcp.shared.exceptions import MCPError
from mcp_types import PromptReference, ResourceTemplateReference

from fake_upstream import SESSION_ID, session
from transports.connect import HANDSHAKE

if TYPE_CHECKING:
    import mcp_types as types

    from fake_upstream import FakeUpstream
    from real_client import Connected
    from transports.connect import Transport

CUSTOMER = "+14155551234"
SAID = session(
    name="Order 1042",
    customer={"number": CUSTOMER},
    messages=[{"role": "user", "content": "Where is it?"}, {"role": "assistant", "content": "On its way."}],
)
PAGE = {"results": [SAID], "metadata": {"itemsPerPage": 20, "totalItems": 1, "currentPage": 1}}


async def read(client: Connected, uri: str) -> str:
    """Return a resource as it is written."""
    return (await client.client.read_resource(uri)).model_dump_json(by_alias=True)


class TestResources:
    async def test_a_schema_is_read_as_json(self, api: Connected, reference: Connected) -> None:
        (content,) = (await api.client.read_resource("vapi://schema")).contents
        names: list[str] = json.loads(content.model_dump()["text"])["types"]
        for uri in ("vapi://schema", f"vapi://schema/{names[0]}"):
            assert await read(api, uri) == await read(reference, uri)

    @pytest.mark.parametrize(
        "uri", [f"vapi://sessions/{SESSION_ID}", f"vapi://sessions/{SESSION_ID}/transcript"]
    )
    async def test_a_session_and_its_transcript(
        self, api: Connected, reference: Connected, upstream: FakeUpstream, uri: str
    ) -> None:
        upstream.respond(SAID)
        upstream.respond(SAID)
        (content,) = (await api.client.read_resource(uri)).contents
        assert "On its way." in content.model_dump()["text"]
        (there,) = (await reference.client.read_resource(uri)).contents
        assert without_fences(content.model_dump()) == without_fences(there.model_dump())

    @pytest.mark.parametrize(
        "uri", ["vapi://nope", "vapi://sessions/nope", "vapi://schema/Nope", "file:///etc"]
    )
    async def test_what_is_not_there_has_the_code_of_its_era(
        self, api: Connected, transport: Transport, upstream: FakeUpstream, uri: str
    ) -> None:
        with pytest.raises(MCPError, match=r"^Resource not found$") as refused:
            await api.client.read_resource(uri)
        assert refused.value.error.code == (-32002 if transport.era == HANDSHAKE else -32602)
        assert refused.value.error.data == {"uri": uri}
        assert upstream.requests == []

    async def test_a_failure_of_the_api_is_a_protocol_error(
        self, api: Connected, reference: Connected, upstream: FakeUpstream
    ) -> None:
        told: list[types.ErrorData] = []
        for client in (api, reference):
            upstream.respond({"message": "Internal server error", "statusCode": 500}, 500)
            with pytest.raises(MCPError) as failed:
                await client.client.read_resource(f"vapi://sessions/{SESSION_ID}")
            told.append(failed.value.error)
        here, there = told
        assert here.code == -32603
        assert here == there


class TestPrompts:
    @pytest.mark.parametrize(
        ("name", "arguments"),
        [
            ("pick_up_conversation", {"session_id": SESSION_ID, "language": "fr"}),
            ("summarise_for_handover", {"session_id": SESSION_ID, "audience": "a colleague"}),
            ("review_customer", {"customer": CUSTOMER}),
        ],
    )
    async def test_each_is_a_task_its_material_and_a_reminder(
        self,
        api: Connected,
        reference: Connected,
        upstream: FakeUpstream,
        name: str,
        arguments: dict[str, str],
    ) -> None:
        made: list[dict[str, Any]] = []
        for client in (api, reference):
            upstream.respond(PAGE if name == "review_customer" else SAID)
            made.append((await client.client.get_prompt(name, arguments)).model_dump())
        here, there = made
        assert len(here["messages"]) == 3
        assert "On its way." in here["messages"][1]["content"]["text"]
        assert without_fences(here) == without_fences(there)

    @pytest.mark.parametrize(
        ("name", "arguments", "words"),
        [
            ("nope", {}, "Unknown prompt: nope"),
            ("review_customer", {}, "customer is required"),
            ("pick_up_conversation", {"session_id": "x"}, "session_id must be a UUID"),
        ],
    )
    async def test_a_wrong_request_is_a_protocol_error(
        self, api: Connected, upstream: FakeUpstream, name: str, arguments: dict[str, str], words: str
    ) -> None:
        with pytest.raises(MCPError, match=words) as refused:
            await api.client.get_prompt(name, arguments)
        assert refused.value.error.code == -32602
        assert upstream.requests == []


class TestCompletions:
    async def test_ids_are_completed_from_what_the_api_lists(
        self, api: Connected, reference: Connected, upstream: FakeUpstream
    ) -> None:
        found: list[types.Completion] = []
        for client in (api, reference):
            upstream.responses.clear()
            upstream.respond(PAGE)
            of_prompt = PromptReference(name="pick_up_conversation")
            completed = await client.client.complete(of_prompt, {"name": "session_id", "value": "order"})
            found.append(completed.completion)
        assert found[0].values == [SESSION_ID]
        assert found[0] == found[1]

    async def test_types_are_completed_without_the_api(
        self, api: Connected, reference: Connected, upstream: FakeUpstream
    ) -> None:
        of_template = ResourceTemplateReference(uri="vapi://schema/{type}")
        found = [
            (await client.client.complete(of_template, {"name": "type", "value": "Message"})).completion
            for client in (api, reference)
        ]
        assert found[0].values
        assert found[0] == found[1]
        assert upstream.requests == []


def without_fences(told: dict[str, Any]) -> str:
    """Return what is told with the codes left out that fence what others said, new ones each time."""
    text = json.dumps(told)
    for line in json.dumps(told).replace("\\n", "\n").splitlines():
        words = line.split()
        if words[1:3] == ["untrusted", "material"] and words[0].endswith("==="):
            text = text.replace(words[3], "CODE")
    return text
