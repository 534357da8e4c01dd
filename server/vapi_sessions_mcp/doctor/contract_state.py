"""How old the contract is, and what the API's own description has that it lacks."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from datetime import UTC, date, datetime
from importlib import resources
from typing import TYPE_CHECKING, Any

import anyio

from vapi_sessions_mcp.doctor.finding import Finding
from vapi_sessions_mcp.doctor.live_document import LIVE_DOCUMENT, OutOfReachError, read_live_document
from vapi_sessions_mcp.doctor.masking import without_user
from vapi_sessions_mcp.doctor.unjoined_threads import in_thread
from vapi_sessions_tools.engine.difference import differences
from vapi_sessions_tools.engine.document import load_document, parse_document
from vapi_sessions_tools.engine.facts import extract
from vapi_sessions_tools.engine.json_values import is_list
from vapi_sessions_tools.engine.union import unite
from vapi_sessions_tools.errors import DocumentError
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from vapi_sessions_mcp.doctor.finding import Tell
    from vapi_sessions_mcp.doctor.limits import Limits
    from vapi_sessions_mcp.settings import Settings
    from vapi_sessions_tools.engine.document import Document

STATES = "x-states"
"""Under `info` in the contract: when the states it was made of were published, as `2026-08` or a date."""

_MOST_LINES = 200
_STATE = re.compile(r"\A(\d{4})-(\d{2})(?:-(\d{2}))?\Z")
_OF_NO_WEIGHT = re.compile(r"in another order\Z|: x-")
"""Changes that mean nothing to a call."""

_KINDS = re.compile(r"\A[+~-] (operation|parameter|field|schema|request body|response|media type)\b")
_DRIFT_NEXT = (
    "Nothing has to be done: unknown models and voices pass. For what is new, take a newer version of this "
    "package."
)
_GONE_NEXT = "Take a newer version of this package: the API no longer has what a tool calls."


async def contract_findings(settings: Settings, source: str | None, limits: Limits, tell: Tell) -> None:
    """Tell the contract's age, and how far it is from the API's own description.

    Args:
        settings: Which contract is used.
        source: The description, a file or URL; the live one when None.
        limits: How long it may take.
        tell: Takes what is found.
    """
    if settings.openapi is None:
        tell(await in_thread(_age))
    else:
        found = f"{without_user(settings.openapi)}, which --openapi (VAPI_OPENAPI) names"
        tell(Finding("contract", "contract", "ok", found))
    if source is None and (settings.sandbox or settings.openapi is not None):
        reason = "the emulator answers" if settings.sandbox else "the contract is a document of your own"
        found = f"not compared with the live description: {reason}; --document FILE|URL compares it"
        tell(Finding("contract", "drift", "skipped", found))
        return
    tell(await _drift(settings.openapi, source or LIVE_DOCUMENT, limits))


def drift(facts: Document, text: str, source: str) -> tuple[list[str], list[str]]:
    """Return what a description has that the facts lack, and which operations it no longer has.

    Facts are what any published state had: only what would change them when the description were added is
    new, and only an operation that is gone is missed.

    Args:
        facts: An extracted document.
        text: The description.
        source: Where it is from.

    Raises:
        DocumentError: The description makes no sense.
    """
    live = extract(parse_document(text, source), only=list(facts["paths"]))
    changes = [line for line in differences(facts, unite([facts, live])) if not _OF_NO_WEIGHT.search(line)]
    gone = [line for line in differences(facts, live) if line.startswith("- operation ")]
    return changes, gone


async def _drift(own: str | None, source: str, limits: Limits) -> Finding:
    shown = without_user(source)
    try:
        with anyio.fail_after(limits.document):
            text = await read_live_document(source)
            changes, gone = await in_thread(_compared, own, text, shown)
    except TimeoutError:
        found = f"not compared: {shown} was not read within {limits.document:g} s"
        return Finding("contract", "drift", "skipped", found)
    except OutOfReachError as error:
        found = f"not compared: {shown} cannot be read: {without_user(str(error)).rstrip('.')}"
        return Finding("contract", "drift", "skipped", found)
    except DocumentError as error:
        found = f"not compared: {shown} is no description of an API: {without_user(str(error))}"
        way_out = "Give its address or a copy of it with --document FILE|URL."
        return Finding("contract", "drift", "warning", found, way_out)
    return _compared_finding(changes, gone, shown)


def _compared(own: str | None, text: str, source: str) -> tuple[list[str], list[str]]:
    facts = extract(load_document(own)) if own is not None else json.loads(_shipped("facts.json"))
    return drift(facts, text, source)


def _compared_finding(changes: list[str], gone: list[str], source: str) -> Finding:
    if not changes and not gone:
        return Finding("contract", "drift", "ok", f"{source} has nothing that the contract lacks")
    counted = Counter(_kind(line) for line in changes)
    told = [f"{number:,} {kind}{'' if number == 1 else 's'}" for kind, number in sorted(counted.items())]
    told += [f"{len(gone)} operation{' is' if len(gone) == 1 else 's are'} gone"] if gone else []
    found = f"{source} differs: {', '.join(told)}"
    way_out = _GONE_NEXT if gone else _DRIFT_NEXT
    return Finding("contract", "drift", "warning", found, way_out, tuple([*gone, *changes][:_MOST_LINES]))


def _kind(line: str) -> str:
    """Return what kind of change a line tells."""
    verb = {"+": "new", "-": "dropped", "~": "changed"}[line[0]]
    match = _KINDS.match(line)
    if match is not None:
        return f"{verb} {match[1]}"
    return f"{verb} value" if ": enum " in line else f"{verb} rule"


def _age() -> Finding:
    text = _shipped("contract.json")
    contract: Document = json.loads(text)
    operations = sum(len(item) for item in contract["paths"].values())
    found = (
        f"of version {__version__}: {operations} operations, "
        f"{len(contract['components']['schemas'])} schemas, "
        f"digest {hashlib.sha256(text.encode()).hexdigest()[:12]}"
    )
    return Finding("contract", "contract", "ok", f"{found}; {stated_age(contract['info'].get(STATES))}")


def stated_age(states: Any) -> str:
    """Return how old a contract is by what it says of itself.

    Args:
        states: When the states it was made of were published, should it say so.
    """
    stated = [state for state in states if isinstance(state, str)] if is_list(states) else []
    days = [day for state in stated if (day := _day(state)) is not None]
    if not days:
        return "it does not say of when the description is that it was made of"
    months = max(0, (datetime.now(UTC).date() - max(days)).days // 30)
    age = f"{months} months ago" if months > 1 else "not long ago"
    return f"made of what was published in {', '.join(stated)}, the newest {age}"


def _day(state: str) -> date | None:
    match = _STATE.match(state)
    try:
        return date(int(match[1]), int(match[2]), int(match[3] or 1)) if match else None
    except ValueError:
        return None


def _shipped(name: str) -> str:
    return resources.files("vapi_sessions_tools.contract").joinpath(name).read_text(encoding="utf-8")
