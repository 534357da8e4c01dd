"""The calls of every client and the results that it must receive."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extended.interop.matrix import HANDSHAKE, MODERN

if TYPE_CHECKING:
    from extended.interop.matrix import Client
    from extended.interop.running import Seen

TOOLS = ["create_session", "list_sessions", "get_session", "update_session", "delete_session"]
SESSION = "SESSION"
"""In arguments and results: the id of the session that the first step creates."""
PATHS: dict[str, set[str]] = {
    "stdio": set(),
    "http": {"POST /mcp"},
    "sse": {"GET /sse", "POST /messages"},
    "key": {"POST /mcp"},
}
"""The requests that the server must have received; another POST shows that another transport was used."""


@dataclass(frozen=True)
class Step:
    """A call, and what its result must contain; with an error kind, what the error must contain."""

    name: str
    tool: str
    arguments: dict[str, Any]
    expected: dict[str, Any]
    error: str = ""


_MESSAGES = [{"role": "user", "content": "Where is my order? Où est-il ? 📦"}]
_ORDER = {"name": "Order 1042", "messages": _MESSAGES}
_THIS = {"id": SESSION}
_DONE = {"status": "completed"}
_PROBLEM = {"path": "status", "allowed": ["active", "completed"]}
STEPS = (
    Step("create", "create_session", _ORDER, {**_ORDER, "status": "active"}),
    Step("list", "list_sessions", {"limit": 10}, {"results": [{**_THIS, "name": "Order 1042"}]}),
    Step("get", "get_session", _THIS, {**_THIS, **_ORDER, "status": "active"}),
    Step("update", "update_session", {**_THIS, **_DONE}, {**_THIS, **_ORDER, **_DONE}),
    Step(
        *("refused", "update_session", {**_THIS, "status": "done"}, {"problems": [_PROBLEM]}),
        error="invalid_arguments",
    ),
    Step("delete", "delete_session", _THIS, {**_THIS, "deleted": True}),
    Step("gone", "get_session", _THIS, {"status": 404}, error="not_found"),
)


def protocol_of(seen: Seen) -> str | None:
    """Return the protocol version that a client reports."""
    return (_json(seen.output) or {}).get("protocol")


def problems(client: Client, transport: str, seen: Seen) -> list[str]:
    """Return everything that is not as it should be, one line each."""
    if seen.status != 0:
        last = "".join(seen.errors.strip().splitlines()[-1:])
        return ["it did not end" if seen.status is None else f"it ended with status {seen.status}: {last}"]
    report = _json(seen.output)
    if report is None:
        return [f"it printed something else than a JSON object: {seen.output[:300]!r}"]
    found: list[str] = []
    if report.get("tools") != TOOLS:
        found.append(f"it listed the tools {report.get('tools')}")
    if client.strict and report.get("strict") != "":
        found.append(f"it finds the tools not portable: {report.get('strict')}")
    protocol = report.get("protocol")
    if client.protocol and protocol and client.protocol != (MODERN if protocol == MODERN else HANDSHAKE):
        found.append(f"it should speak {client.protocol} and speaks {protocol}")
    found += _step_problems(report.get("answers", []))
    posts = {request for request in seen.requests if request.startswith("POST ")}
    found += [f"the server received no {request}" for request in sorted(PATHS[transport] - seen.requests)]
    found += [f"the server received {request}" for request in sorted(posts - PATHS[transport])]
    found += [line[:300] for line in seen.log.splitlines() if '"level": "error"' in line]
    return found


def _step_problems(answers: list[dict[str, Any]]) -> list[str]:
    names = [answer.get("step") for answer in answers]
    if names != [step.name for step in STEPS]:
        return [f"it made the steps {names}"]
    session = (_json(answers[0]["text"]) or {}).get("id")
    if not isinstance(session, str):
        return [f"create: no id in {answers[0]['text']!r:.300}"]
    found: list[str] = []
    for step, answer in zip(STEPS, answers, strict=True):
        shown, result = f"{answer['text']!r:.300}", _json(answer["text"])
        if answer["error"] is not bool(step.error):
            found.append(f"{step.name}: shown as {'an error' if answer['error'] else 'a result'}: {shown}")
            continue
        actual = result.get("error") if step.error and result else result
        expected = {**step.expected, "kind": step.error} if step.error else step.expected
        if not contains(actual, expected, session):
            found.append(f"{step.name}: {shown}")
    return found


def contains(actual: Any, expected: Any, session: str) -> bool:
    """Whether a JSON value has everything of another; an object may have more."""
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(
            contains(actual.get(name), value, session) for name, value in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(actual, list)
            and len(actual) == len(expected)
            and all(contains(*pair, session) for pair in zip(actual, expected, strict=True))
        )
    return actual == (session if expected == SESSION else expected)


def _json(text: Any) -> dict[str, Any] | None:
    try:
        found = json.loads(str(text))
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
