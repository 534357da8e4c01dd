"""Whether a client told the whole story as it should: judged by what came back, not by the client's word."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extended.interop.matrix import HANDSHAKE, MODERN
from extended.interop.steps import STEPS, TOOLS
from vapi_sessions_tools.engine.json_values import is_object

if TYPE_CHECKING:
    from extended.interop.matrix import Client
    from extended.interop.steps import Step

KEY = "a-key-that-only-this-user-has"
PATHS = {
    "stdio": set[str](),
    "http": {"POST /mcp"},
    "sse": {"GET /sse", "POST /messages"},
    "key": {"POST /mcp"},
}
"""The requests that the server must have had, by way; others that send it something it must not."""
_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Seen:
    """What a run of a client left behind.

    Args:
        status: The client's exit status; None when it had to be ended.
        said: Its standard output.
        told: Its standard error.
        requests: The methods and paths of the requests that the server had, such as `POST /mcp`.
        log: The server's.
        left: How many servers that the client had started went on without it.
    """

    status: int | None
    said: str
    told: str = ""
    requests: frozenset[str] = frozenset()
    log: str = ""
    left: int = 0


def protocol_of(seen: Seen) -> str | None:
    """Return the version of the protocol that a client says was agreed upon, where it says so."""
    report = _report(seen)
    return None if report is None else report.get("protocol")


def problems(client: Client, way: str, seen: Seen) -> list[str]:
    """Return everything that is not as it should be, a line each.

    Args:
        client: The one that was run.
        way: How it reached the server.
        seen: What was seen of it.
    """
    if seen.status is None:
        return ["it did not end"]
    if seen.status:
        last = seen.told.strip().splitlines()[-1:]
        return [f"it ended with status {seen.status}: {''.join(last)[:_SHOWN]}"]
    report = _report(seen)
    if report is None:
        return [f"it printed no JSON document: {seen.said[:_SHOWN]!r}"]
    return [
        *_tools(report),
        *_strictness(client, report),
        *_protocol(client, report),
        *_steps(report.get("answers") or []),
        *_surroundings(way, seen),
    ]


def _report(seen: Seen) -> dict[str, Any] | None:
    try:
        report = json.loads(seen.said)
    except ValueError:
        return None
    return report if is_object(report) else None


def _tools(report: dict[str, Any]) -> list[str]:
    tools = report.get("tools")
    return [] if tools == list(TOOLS) else [f"the tools listed are {tools}, not {list(TOOLS)}"]


def _strictness(client: Client, report: dict[str, Any]) -> list[str]:
    return [f"--strict: {report.get('strict')}"] if client.strict and report.get("strict") != "" else []


def _protocol(client: Client, report: dict[str, Any]) -> list[str]:
    protocol = report.get("protocol")
    if not client.era or protocol is None:
        return []
    spoken = MODERN if protocol == MODERN else HANDSHAKE
    return [] if spoken == client.era else [f"it was to speak {client.era}, and agreed upon {protocol}"]


def _steps(answers: list[dict[str, Any]]) -> list[str]:
    told = [answer.get("step") for answer in answers]
    if told != [step.name for step in STEPS]:
        return [f"the steps told are {told}, not {[step.name for step in STEPS]}"]
    session = (_document(answers[0]) or {}).get("id")
    if not isinstance(session, str):
        return [f"create: no id of a session in {answers[0].get('text')!r}"]
    found = (_problem(step, answer, session) for step, answer in zip(STEPS, answers, strict=True))
    return [problem for problem in found if problem]


def _problem(step: Step, answer: dict[str, Any], session: str) -> str | None:
    """Return what is wrong with the answer to a call."""
    shown = f"{answer.get('text')!r:.{_SHOWN}}"
    if answer.get("error") is not bool(step.error):
        return f"{step.name}: shown as {'an error' if answer.get('error') else 'no error'}: {shown}"
    document = _document(answer)
    if document is None:
        return f"{step.name}: not the server's JSON: {shown}"
    judged = document.get("error") if step.error else document
    if not is_object(judged) or (step.error and judged.get("kind") != step.error):
        return f"{step.name}: not {step.error}: {shown}"
    try:
        right = step.right(judged, session)
    except (KeyError, TypeError, ValueError):
        right = False
    return None if right else f"{step.name}: not what was to come: {shown}"


def _document(answer: dict[str, Any]) -> dict[str, Any] | None:
    try:
        document = json.loads(str(answer.get("text")))
    except ValueError:
        return None
    return document if is_object(document) else None


def _surroundings(way: str, seen: Seen) -> list[str]:
    """Return what is wrong with all that is not an answer."""
    missing = PATHS[way] - seen.requests
    stray = {request for request in seen.requests if request.startswith("POST ")} - PATHS[way]
    faulty = [line for line in seen.log.splitlines() if '"level": "error"' in line]
    return [
        *(f"the server had no {request}" for request in sorted(missing)),
        *(f"the server had {request}" for request in sorted(stray)),
        *(f"the server's log: {line[:_SHOWN]}" for line in faulty),
        *(["the key is in the server's log"] if KEY in seen.log else []),
        *(["the key is in the report"] if KEY in seen.said else []),
        *([f"{seen.left} of its servers went on without it"] if seen.left else []),
    ]
