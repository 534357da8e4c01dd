"""Two users of one server, each with a credential, on connections that they share as behind a proxy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse

from fake_upstream import page, session
from posted import Post
from server_process import LONGEST

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


@dataclass(frozen=True)
class User:
    """A caller; the name is in all that is theirs at the API, the session's id among it."""

    name: str
    key: str
    session_id: str

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}"}


ADA = User("ada-lovelace", "ada-private-key-8d1f0c52", "aaaaaaaa-1111-4222-8333-444455556666")
BOB = User("bob-babbage", "bob-private-key-37be90a4", "bbbbbbbb-1111-4222-8333-444455556666")


async def respond_to_owner(scope: Scope, receive: Receive, send: Send) -> None:
    """Respond with the session of the key's owner and with what a client could remember.

    An error for an unknown key repeats the key.
    """
    request = Request(scope, receive)
    authorization = request.headers.get("authorization", "")
    users = [user for user in (ADA, BOB) if authorization == f"Bearer {user.key}"]
    if users:
        (user,) = users
        words = [{"role": "user", "content": user.name}]
        own = session(id=user.session_id, name=user.name, messages=words)
        response = JSONResponse(page(own) if request.url.path == "/session" else own)
    else:
        response = JSONResponse({"message": f"Invalid key: {authorization}.", "statusCode": 401}, 401)
    response.set_cookie("who", authorization[-8:])
    response.headers.update({"etag": '"1"', "cache-control": "public, max-age=600"})
    await response(scope, receive, send)


def shared_connections(count: int = 2) -> httpx.AsyncClient:
    """Return a client whose connections the requests of both users go over."""
    return httpx.AsyncClient(timeout=LONGEST, limits=httpx.Limits(max_connections=count))


async def opened(
    user: User, http: httpx.AsyncClient, url: str, era: str, capabilities: dict[str, Any] | None = None
) -> Post:
    """Return what posts a user's messages, in a protocol session where the era has one."""
    post = Post(http, f"{url}/mcp", era, user.headers)
    await post.open(capabilities)
    return post


def outcome(response: httpx.Response) -> Any:
    """Return the result or the error of a response."""
    message = response.json()
    return message["result"] if "result" in message else message["error"]
