"""Resources, prompts and completions are the same over every transport."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from mcp.shared.exceptions import MCPError
from mcp_types import PromptReference, ResourceTemplateReference

from fake_upstream import SESSION_ID, page, session
from transports.connect import HANDSHAKE

if TYPE_CHECKING:
    from fake_upstream import FakeUpstream
    from real_client import Connected
    from transports.connect import Transport

CUSTOMER = "+14155551234"
SPOKEN = session(
    name="Order 1042",
    customer={"number": CUSTOMER},
    messages=[{"role": "user", "content": "Where is it?"}, {"role": "assistant", "content": "On its way."}],
)


def without_fences(result: dict[str, Any]) -> str:
    """Return a result without the random codes that enclose the words of others."""
    text = json.dumps(result)
    for line in text.replace("\\n", "\n").splitlines():
        words = line.split()
        if words[1:3] == ["untrusted", "material"] and words[0].endswith("==="):
            text = text.replace(words[3], "CODE")
    return text


async def test_schemas_a_session_and_its_transcript_are_read(
    api: Connected, reference: Connected, upstream: FakeUpstream
) -> None:
    (schemas,) = (await api.client.read_resource("vapi://schema")).contents
    name = json.loads(schemas.model_dump()["text"])["types"][0]
    spoken = (f"vapi://sessions/{SESSION_ID}", f"vapi://sessions/{SESSION_ID}/transcript")
    for uri in ("vapi://schema", f"vapi://schema/{name}", *spoken):
        upstream.reset()
        upstream.respond(SPOKEN)
        upstream.respond(SPOKEN)
        here, there = [(await one.client.read_resource(uri)).model_dump() for one in (api, reference)]
        assert ("On its way." in here["contents"][0]["text"]) == (uri in spoken)
        assert without_fences(here) == without_fences(there)


async def test_an_unknown_resource_has_the_error_code_of_the_era(
    api: Connected, transport: Transport, upstream: FakeUpstream
) -> None:
    for uri in ("vapi://nope", "vapi://sessions/nope", "vapi://schema/Nope", "file:///etc"):
        with pytest.raises(MCPError, match=r"^Resource not found$") as refused:
            await api.client.read_resource(uri)
        assert refused.value.error.code == (-32002 if transport.era == HANDSHAKE else -32602)
        assert refused.value.error.data == {"uri": uri}
    assert upstream.requests == []


async def test_a_failure_of_the_api_is_a_protocol_error(
    api: Connected, reference: Connected, upstream: FakeUpstream
) -> None:
    errors: list[Any] = []
    for client in (api, reference):
        upstream.respond({"message": "Internal server error", "statusCode": 500}, 500)
        with pytest.raises(MCPError) as failed:
            await client.client.read_resource(f"vapi://sessions/{SESSION_ID}")
        errors.append(failed.value.error)
    here, there = errors
    assert here.code == -32603
    assert here == there


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("pick_up_conversation", {"session_id": SESSION_ID, "language": "fr"}),
        ("summarise_for_handover", {"session_id": SESSION_ID, "audience": "a colleague"}),
        ("review_customer", {"customer": CUSTOMER}),
    ],
)
async def test_a_prompt_is_a_task_its_material_and_a_reminder(
    api: Connected, reference: Connected, upstream: FakeUpstream, name: str, arguments: dict[str, str]
) -> None:
    made: list[dict[str, Any]] = []
    for client in (api, reference):
        upstream.respond(page(SPOKEN) if name == "review_customer" else SPOKEN)
        made.append((await client.client.get_prompt(name, arguments)).model_dump())
    here, there = made
    assert [(one["role"], one["content"]["type"]) for one in here["messages"]] == [("user", "text")] * 3
    assert "On its way." in here["messages"][1]["content"]["text"]
    assert without_fences(here) == without_fences(there)


async def test_a_wrong_request_for_a_prompt_is_a_protocol_error(
    api: Connected, upstream: FakeUpstream
) -> None:
    for name, arguments, words in (
        ("nope", {}, "Unknown prompt: nope. The prompts are pick_up_conversation"),
        ("review_customer", {}, "customer is required"),
        ("pick_up_conversation", {"session_id": "x"}, "session_id must be a UUID"),
    ):
        with pytest.raises(MCPError, match=words) as refused:
            await api.client.get_prompt(name, arguments)
        assert refused.value.error.code == -32602
    assert upstream.requests == []


async def test_arguments_of_prompts_and_of_templates_are_completed(
    api: Connected, reference: Connected, upstream: FakeUpstream
) -> None:
    of_prompt, of_template = (
        PromptReference(name="pick_up_conversation"),
        ResourceTemplateReference(uri="vapi://schema/{type}"),
    )
    found: list[tuple[Any, ...]] = []
    for client in (api, reference):
        upstream.reset()
        upstream.respond(page(SPOKEN))
        ids = await client.client.complete(of_prompt, {"name": "session_id", "value": "order"})
        types = await client.client.complete(of_template, {"name": "type", "value": "Message"})
        found.append((ids.completion, types.completion))
        assert len(upstream.requests) == 1, "types are completed without the API"
    (ids, types), there = found
    assert (ids.values, ids.total, ids.has_more) == ([SESSION_ID], 1, False)
    assert types.values[0].startswith("Message")
    assert types.total == len(types.values)
    assert (ids, types) == there
    none = (await api.client.complete(PromptReference(name="nope"), {"name": "x", "value": ""})).completion
    assert (none.values, none.has_more) == ([], False)
