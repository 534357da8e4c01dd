"""What a library says of a broken connection may repeat what went over it: what is told does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fake_upstream import (
    SESSION_ID,
    close_without_response,
    incomplete_response,
    raw_response,
    raw_server,
    reset_connection,
)
from security.planting.desk import desk_of
from security.planting.secret_texts import secret, traces

if TYPE_CHECKING:
    from fake_upstream import Connection
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
BEHAVIOURS: dict[str, Connection] = {
    "a status that is none": raw_response(f"{BOTH}"),
    "a reason": raw_response(f"500 {BOTH}", b"{}"),
    "a header that is none": raw_response("200 OK", b"{}", f"{BOTH}"),
    "a length that is none": raw_response("200 OK", b"{}", f"content-length: {BOTH}"),
    "an encoding that is none": raw_response("200 OK", BOTH.encode(), "content-encoding: gzip"),
    "a redirect": raw_response("301 Moved", b"", f"location: https://x.example/{KEY.text}?t={HIDDEN.text}"),
    "half an answer": incomplete_response,
    "a no_response-up": close_without_response,
    "a reset_connection": reset_connection,
}


@pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=BEHAVIOURS)
@pytest.mark.parametrize(("tool", "arguments"), CALLS, ids=[tool for tool, _ in CALLS])
async def test_no_failure_of_a_connection_tells_a_secret(
    contract: Contract, behaviour: Connection, tool: str, arguments: dict[str, object]
) -> None:
    async with raw_server(behaviour) as script, desk_of(contract, KEY, url=script.url) as desk:
        told = await desk.call(tool, arguments)
        assert script.connections > 0
    assert '"error"' in told
    sent = [KEY, HIDDEN] if HIDDEN.text in str(arguments) else [KEY]
    assert traces(sent, told) == []
