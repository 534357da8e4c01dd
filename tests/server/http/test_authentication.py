"""The identity of callers, the secrets that are known of them, and the file of access tokens.

Who is let in is tested over HTTP, in `security/test_who_may_call.py`.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from server.http.conftest import respond
from vapi_sessions_mcp.http.access_tokens import AccessTokens, read_access_tokens
from vapi_sessions_mcp.http.authentication import SECRETS, Authentication, principal
from vapi_sessions_mcp.http.http_settings import HttpSettings
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import Receive, Scope, Send

    from server.http.conftest import Asking, Innermost

OWN = Credential("the-servers-own-key")
TOKEN, OTHER = "a-token-of-the-operators", "fedcba9876543210-._~+/="
DIGEST = hashlib.sha256(TOKEN.encode()).hexdigest()
TOKENS = AccessTokens((bytes.fromhex(DIGEST),))


@pytest.mark.parametrize(
    ("http", "header", "credential", "owner"),
    [
        (HttpSettings(), ("authorization", "Bearer whatever"), OWN, None),
        (HttpSettings(access_tokens=TOKENS), ("authorization", f"Bearer {TOKEN}"), OWN, TOKEN),
        (HttpSettings(credentials="header"), ("x-vapi-key", "theirs"), Credential("theirs"), "theirs"),
    ],
)
async def test_callers_are_identified_by_their_secret(
    ask: Asking,
    innermost: Innermost,
    http: HttpSettings,
    header: tuple[str, str],
    credential: Credential,
    owner: str | None,
) -> None:
    await ask(Authentication(innermost, http, OWN), header)
    (scope,) = innermost.scopes
    caller = scope["state"]["caller"]
    assert caller.credential == credential
    assert caller.principal == (principal(owner) if owner else None)
    assert ("user" in scope) is (owner is not None)
    if owner:
        assert scope["user"].access_token.client_id == principal(owner)
        assert owner not in repr(scope["user"].access_token)


async def test_secrets_are_known_while_the_request_is_answered(ask: Asking) -> None:
    known: list[tuple[str, ...]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        known.append(SECRETS.get())
        await respond(200)(scope, receive, send)

    http = HttpSettings(credentials="header", access_tokens=TOKENS)
    headers = (("authorization", f"Bearer {TOKEN}"), ("x-vapi-key", "their-key"))
    assert (await ask(Authentication(app, http, OWN), *headers)).status_code == 200
    assert known == [(TOKEN, "their-key")]
    assert SECRETS.get() == ()


def test_principal_does_not_reveal_the_secret() -> None:
    assert principal(TOKEN) == principal(TOKEN) != principal(f"{TOKEN}x")
    assert TOKEN not in principal(TOKEN)
    assert principal(TOKEN) != DIGEST


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"# ours\r\n\r\n  {TOKEN}  \r\n",
        f"{TOKEN}\n{TOKEN}\n{OTHER}\n",
        f"SHA256:{DIGEST.upper()}\n",
        f"{OTHER}\nsha256:{DIGEST}\n",
    ],
)
def test_each_line_of_the_file_is_a_token_or_its_digest(tmp_path: Path, text: str) -> None:
    file = tmp_path / "tokens"
    file.write_bytes(text.encode())
    tokens = read_access_tokens(file)
    assert tokens.admit(TOKEN)
    assert tokens.admit(OTHER) is (OTHER in text)
    wrong = ("", TOKEN[:-1], f"{TOKEN}0", TOKEN.upper(), DIGEST, f"sha256:{DIGEST}", "t\xf6ken", "\udcff")
    assert not any(map(tokens.admit, wrong))
    assert TOKEN not in repr(tokens), "only digests are kept"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "holds no token; write one a line"),
        (b"# only a comment\n\r\n  \n", "holds no token"),
        (f"# ours\r\n\r\n{TOKEN}\r\nshort\r\n".encode(), "line 4 of the access token file"),
        (f"{TOKEN} {TOKEN}\n".encode(), "line 1"),
        (f"{TOKEN}\n{TOKEN}\u00e9\n".encode(), "line 2"),
        (b"sha256:123\n", "line 1 of the access token file (--access-token-file"),
        (f"SHA256:{'g' * 64}\n".encode(), "no SHA-256 digest"),
        (b"\xff\xfe" + TOKEN.encode(), "it is no text"),
    ],
)
def test_error_in_the_file_names_its_line_and_quotes_no_token(
    tmp_path: Path, text: bytes, words: str
) -> None:
    file = tmp_path / "tokens"
    file.write_bytes(text)
    with pytest.raises(SettingsError) as caught:
        read_access_tokens(file)
    assert words in str(caught.value)
    assert TOKEN not in str(caught.value)
