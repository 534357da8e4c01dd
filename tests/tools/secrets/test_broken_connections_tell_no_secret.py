"""What a library says of a broken connection may repeat what went over it: what is told does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planting.desk import desk_of
from planting.secret_texts import secret, traces
from recording_upstream import SESSION_ID
from scripted_server import answering, half_an_answer, hang_up, reset, scripted

if TYPE_CHECKING:
    from scripted_server import Behaviour
    from vapi_sessions_tools.contract.loading import Contract

KEY = secret("the key", "vk-{a}+'{b}")
HIDDEN = secret("the token", "{a}.{b}='")
BOTH = f"{KEY.text} {HIDDEN.text}"
CALLS = (
    (
        "create_session",
        {
            "phoneNumber": {
                "twilioPhoneNumber": "+14155551234",
                "twilioAccountSid": "A",
                "twilioAuthToken": HIDDEN.text,
            }
        },
    ),
    (
        "update_session",
        {"id": SESSION_ID, "messages": [{"role": "user", "content": "", "metadata": {"token": HIDDEN.text}}]},
    ),
    ("get_session", {"id": SESSION_ID}),
)
BEHAVIOURS: dict[str, Behaviour] = {
    "a status that is none": answering(f"{BOTH}"),
    "a reason": answering(f"500 {BOTH}", b"{}"),
    "a header that is none": answering("200 OK", b"{}", f"{BOTH}"),
    "a length that is none": answering("200 OK", b"{}", f"content-length: {BOTH}"),
    "an encoding that is none": answering("200 OK", BOTH.encode(), "content-encoding: gzip"),
    "a redirect": answering("301 Moved", b"", f"location: https://x.example/{KEY.text}?t={HIDDEN.text}"),
    "half an answer": half_an_answer,
    "a hang-up": hang_up,
    "a reset": reset,
}


@pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=BEHAVIOURS)
@pytest.mark.parametrize(("tool", "arguments"), CALLS, ids=[tool for tool, _ in CALLS])
async def test_no_failure_of_a_connection_tells_a_secret(
    contract: Contract, behaviour: Behaviour, tool: str, arguments: dict[str, object]
) -> None:
    async with scripted(behaviour) as script, desk_of(contract, KEY, url=script.url) as desk:
        told = await desk.call(tool, arguments)
        assert script.connections > 0
    assert '"error"' in told
    sent = [KEY, HIDDEN] if HIDDEN.text in str(arguments) else [KEY]
    assert traces(sent, told) == []
