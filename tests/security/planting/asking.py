"""Every way to come by a session: results, resources, prompts, completions, candidates of a lost creation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import mcp_types as types
from hypothesis import strategies as st

from fake_upstream import SESSION_ID
from security.planting.plants import Planted, planted_sessions
from security.planting.queries import queries
from security.planting.secret_texts import traces

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from security.planting.desk import Desk

    Way = Callable[[Desk, Planted], Awaitable[str]]

CUSTOMER = "+14155551234"
_SESSION_URI = f"vapi://sessions/{SESSION_ID}"
_TEMPLATE = types.ResourceTemplateReference(uri="vapi://sessions/{id}")


async def _got(desk: Desk, planted: Planted) -> str:
    desk.upstream.respond(planted.body)
    return await desk.call("get_session", {"id": SESSION_ID})


async def _created(desk: Desk, planted: Planted) -> str:
    desk.upstream.respond(planted.body, 201)
    return await desk.call("create_session", {"name": "plain"})


async def _updated(desk: Desk, planted: Planted) -> str:
    desk.upstream.respond(planted.body)
    return await desk.call("update_session", {"id": SESSION_ID, "name": "plain"})


async def _deleted(desk: Desk, planted: Planted) -> str:
    desk.upstream.respond(planted.body)
    return await desk.call("delete_session", {"id": SESSION_ID})


async def _listed(desk: Desk, planted: Planted) -> str:
    desk.upstream.respond(page(planted.body))
    return await desk.call("list_sessions", {})


async def _lost(desk: Desk, planted: Planted) -> str:
    desk.upstream.respond({"message": "Bad Gateway"}, 502)
    desk.upstream.respond(page(planted.body))
    told = await desk.call("create_session", {"name": "plain"})
    assert '"candidates"' in told
    return told


def _read(uri: str) -> Way:
    async def read(desk: Desk, planted: Planted) -> str:
        desk.upstream.respond(planted.body)
        return await desk.told(desk.client.read_resource(uri))

    return read


def _prompted(name: str, arguments: dict[str, str]) -> Way:
    async def prompted(desk: Desk, planted: Planted) -> str:
        desk.upstream.respond(page(planted.body) if "customer" in arguments else planted.body)
        return await desk.told(desk.client.get_prompt(name, arguments))

    return prompted


def _completed(reference: types.ResourceTemplateReference | types.PromptReference, argument: str) -> Way:
    async def completed(desk: Desk, planted: Planted) -> str:
        desk.upstream.respond(page(planted.body))
        return await desk.told(desk.client.complete(reference, {"name": argument, "value": ""}))

    return completed


def page(body: dict[str, Any]) -> dict[str, Any]:
    """Return a page with one session; what the session has beside its own fields, the page has as well."""
    metadata = {"itemsPerPage": 20, "totalItems": 1, "currentPage": 1, **body.get("metadata", {})}
    beside = ("orgSettings", "variables", "recordingUrl")
    further: dict[str, Any] = {name: body[name] for name in beside if name in body}
    return {"results": [body], "metadata": metadata, **further}


WAYS: dict[str, Way] = {
    "get": _got,
    "create": _created,
    "update": _updated,
    "delete": _deleted,
    "list": _listed,
    "lost creation": _lost,
    "resource": _read(_SESSION_URI),
    "transcript": _read(f"{_SESSION_URI}/transcript"),
    "pick up": _prompted("pick_up_conversation", {"session_id": SESSION_ID, "language": "German"}),
    "hand over": _prompted("summarise_for_handover", {"session_id": SESSION_ID, "audience": "Ada"}),
    "review": _prompted("review_customer", {"customer": CUSTOMER}),
    "complete a resource": _completed(_TEMPLATE, "id"),
    "complete a prompt": _completed(types.PromptReference(name="pick_up_conversation"), "session_id"),
}
"""The ways that leave no choice."""

TOOLS = ("get_session", "create_session", "update_session", "list_sessions")
"""The tools that take a query."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query of a session with secrets in it.

    Args:
        planted: The session.
        tool: Through which it is asked for.
        expression: What is asked of it.
    """

    planted: Planted
    tool: str
    expression: str


def drawn_queries() -> st.SearchStrategy[Query]:
    """Draw queries."""
    asked = st.tuples(planted_sessions(), st.sampled_from(TOOLS))
    return asked.flatmap(
        lambda drawn: st.builds(Query, st.just(drawn[0]), st.just(drawn[1]), _expressions(*drawn))
    )


def _expressions(planted: Planted, tool: str) -> st.SearchStrategy[str]:
    return queries(planted.places, "results[]." if tool == "list_sessions" else "")


async def queried(desk: Desk, query: Query) -> str:
    """Call a tool with a query, and return all that is told."""
    tool, body = query.tool, query.planted.body
    listing, creating = tool == "list_sessions", tool == "create_session"
    desk.upstream.respond(page(body) if listing else body, 201 if creating else 200)
    given = {"get_session": {"id": SESSION_ID}, "update_session": {"id": SESSION_ID, "name": "plain"}}
    return await desk.call(tool, {**given.get(tool, {"name": "plain"}), "query": query.expression})


def betrayed(desk: Desk, planted: Planted, told: str) -> list[str]:
    """Return the traces of the planted secrets and of the key in what was told."""
    return traces([*planted.secrets, desk.key], told)
