"""An API that knows its users, tries to be remembered, and writes down what reaches it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse

from fake_upstream import RecordedRequest, session
from security.isolation.users import ADA, BOB

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

_OWNERS = {f"Bearer {user.key}": user for user in (ADA, BOB)}


@dataclass
class KnowingUpstream:
    """Answers each user with a session that bears their name; a cookie and an ETag go with every answer.

    Args:
        slowed: Users' names whose next request is told to come again.
        spills: Whether it answers with an error that repeats the key.
        requests: What reached it.
    """

    slowed: set[str] = field(default_factory=set[str])
    spills: bool = False
    requests: list[RecordedRequest] = field(default_factory=list[RecordedRequest])

    def clear(self) -> None:
        """Be as at the start."""
        self.slowed.clear()
        self.spills = False
        self.requests.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Write a request down and answer it."""
        request = Request(scope, receive)
        path, query = request.url.path, request.url.query
        self.requests.append(
            RecordedRequest(request.method, path, query, dict(request.headers), await request.body())
        )
        answer = self._answer(request.headers.get("authorization", ""), listing=path == "/session")
        answer.set_cookie("who", request.headers.get("authorization", "nobody")[-8:])
        answer.headers["etag"] = '"1"'
        answer.headers["cache-control"] = "public, max-age=600"
        await answer(scope, receive, send)

    def _answer(self, authorization: str, *, listing: bool) -> JSONResponse:
        user = _OWNERS.get(authorization)
        if user is None or self.spills:
            return JSONResponse({"message": f"Invalid key: {authorization}.", "statusCode": 401}, 401)
        if user.name in self.slowed:
            self.slowed.remove(user.name)
            return JSONResponse({"message": "slow down"}, 429, {"retry-after": "0.3"})
        one = session(id=user.session_id, name=user.name, messages=[{"role": "user", "content": user.name}])
        page = {
            "results": [one],
            "metadata": {"itemsPerPage": 20, "totalItems": 1, "currentPage": 1},
        }
        return JSONResponse(page if listing else one)
