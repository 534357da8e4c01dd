"""Two users of one server, each with a key of their own, on connections that they share as behind a proxy."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx

from posted import Post
from server_process import LONGEST

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@dataclass(frozen=True)
class User:
    """Somebody with a key.

    Args:
        name: What all that is theirs is called by; nobody else is to see it.
        key: Their Vapi key.
        session_id: The id of a session of theirs, where the API takes any.
    """

    name: str
    key: str
    session_id: str

    @property
    def headers(self) -> dict[str, str]:
        """What goes with each of their requests."""
        return {"authorization": f"Bearer {self.key}"}


ADA = User("ada-lovelace", "ada-private-key-8d1f0c52", "aaaaaaaa-1111-4222-8333-444455556666")
BOB = User("bob-babbage", "bob-private-key-37be90a4", "bbbbbbbb-1111-4222-8333-444455556666")


def newcomers() -> tuple[User, User]:
    """Return two users who have never been here, so that they have nothing yet."""
    fresh = uuid4().hex
    ada, bob = (replace(user, key=f"{user.key}-{fresh}") for user in (ADA, BOB))
    return ada, bob


@asynccontextmanager
async def sharing(connections: int = 2) -> AsyncGenerator[httpx.AsyncClient]:
    """Open connections that both users' requests go over.

    Args:
        connections: How many at most.
    """
    async with httpx.AsyncClient(timeout=LONGEST, limits=httpx.Limits(max_connections=connections)) as http:
        yield http


async def opened(
    user: User, http: httpx.AsyncClient, url: str, era: str, capabilities: dict[str, Any] | None = None
) -> Post:
    """Return what posts a user's messages, their protocol session open where the era has any."""
    post = Post(http, f"{url}/mcp", era, user.headers)
    await post.open(capabilities)
    return post


def told(answer: httpx.Response) -> Any:
    """Return the result or the error that answers a request."""
    message = answer.json()
    return message["result"] if "result" in message else message["error"]
