"""Who may call, and who it is that calls."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.http.access_tokens import AccessTokens
from vapi_sessions_mcp.http.authentication import SECRETS, Authentication, principal
from vapi_sessions_mcp.http.http_settings import HttpSettings
from vapi_sessions_tools.credential import Credential, MissingKey

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from server.http.conftest import Asking, Innermost
    from vapi_sessions_mcp.caller import Caller

OWN = Credential("the-servers-own-key")
TOKEN = "a-token-of-the-operators"
TOKENS = AccessTokens((hashlib.sha256(TOKEN.encode()).digest(),))


def caller_in(innermost: Innermost) -> Caller:
    """Return who made the one request that got through."""
    (scope,) = innermost.scopes
    caller: Caller = scope["state"]["caller"]
    return caller


async def test_on_this_machine_the_server_calls_for_anybody(ask: Asking, innermost: Innermost) -> None:
    await ask(Authentication(innermost, HttpSettings(), OWN), ("authorization", "Bearer whatever"))
    assert caller_in(innermost).credential == OWN
    assert caller_in(innermost).principal is None
    assert "user" not in innermost.scopes[0]


async def test_a_token_tells_callers_apart_and_is_no_key(ask: Asking, innermost: Innermost) -> None:
    app = Authentication(innermost, HttpSettings(access_tokens=TOKENS), OWN)
    await ask(app, ("authorization", f"Bearer {TOKEN}"))
    assert caller_in(innermost).credential == OWN
    assert caller_in(innermost).principal == principal(TOKEN)
    assert innermost.scopes[0]["user"].access_token.client_id == principal(TOKEN)
    assert TOKEN not in repr(innermost.scopes[0]["user"].access_token)


@pytest.mark.parametrize("header", [("x-vapi-key", "their-key"), ("authorization", "Bearer their-key")])
async def test_a_key_is_whose_it_is(ask: Asking, innermost: Innermost, header: tuple[str, str]) -> None:
    await ask(Authentication(innermost, HttpSettings(credentials="header"), OWN), header)
    assert caller_in(innermost).credential == Credential("their-key")
    assert caller_in(innermost).principal == principal("their-key")


async def test_the_servers_own_key_is_never_used_for_who_sends_none(
    ask: Asking, innermost: Innermost
) -> None:
    for own in (OWN, MissingKey()):
        answer = await ask(Authentication(innermost, HttpSettings(credentials="header"), own))
        assert answer.status_code == 401
    assert innermost.scopes == []


async def test_what_must_not_be_written_is_known_while_it_is_answered(ask: Asking) -> None:
    known: list[tuple[str, ...]] = []

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        known.append(SECRETS.get())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body"})

    http = HttpSettings(credentials="header", access_tokens=TOKENS)
    headers = (("authorization", f"Bearer {TOKEN}"), ("x-vapi-key", "their-key"))
    assert (await ask(Authentication(app, http, OWN), *headers)).status_code == 200
    assert known == [(TOKEN, "their-key")]
    assert SECRETS.get() == ()


def test_a_principal_tells_nothing_of_the_secret() -> None:
    assert principal(TOKEN) == principal(TOKEN)
    assert principal(TOKEN) != principal(TOKEN + "x")
    assert TOKEN not in principal(TOKEN)
    assert principal(TOKEN) != hashlib.sha256(TOKEN.encode()).hexdigest()
