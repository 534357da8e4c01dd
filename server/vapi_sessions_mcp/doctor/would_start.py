"""Whether each configured server would start, and would have a key."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from vapi_sessions_mcp.clients.client_files import CLAUDE_CODE, CLAUDE_DESKTOP
from vapi_sessions_mcp.command_line import PROGRAM
from vapi_sessions_mcp.doctor.finding import Finding
from vapi_sessions_mcp.doctor.installation import UV_NEXT
from vapi_sessions_mcp.doctor.key_file import look_at_key_file
from vapi_sessions_mcp.doctor.key_source import without_unreadable_file
from vapi_sessions_mcp.doctor.masking import masked
from vapi_sessions_mcp.doctor.placeholders import fill
from vapi_sessions_mcp.doctor.starting import start
from vapi_sessions_mcp.doctor.unjoined_threads import in_thread
from vapi_sessions_mcp.settings import Flags, resolve
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.engine.placeholder import cut
from vapi_sessions_tools.environment_key import KEY_FILE_VARIABLE, KEY_VARIABLES, find_key, given
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vapi_sessions_mcp.doctor.entries import Entry
    from vapi_sessions_mcp.doctor.finding import Status, Tell
    from vapi_sessions_mcp.doctor.limits import Limits
    from vapi_sessions_mcp.doctor.placeholders import Filled
    from vapi_sessions_mcp.doctor.starting import Started
    from vapi_sessions_tools.engine.known_secrets import KnownSecrets

_AT_A_TIME = 4
_LAST_LINES = 4
_LONGEST_LINE = 300


async def start_each(
    entries: Sequence[Entry],
    environment: Mapping[str, str],
    secrets: KnownSecrets,
    limits: Limits,
    tell: Tell,
) -> None:
    """Tell of each server whether it would start; all are tried at the same time.

    Args:
        entries: The servers.
        environment: The variables.
        secrets: What must not be shown of what they write.
        limits: How long a start may take.
        tell: Takes what is found.
    """
    few = anyio.CapacityLimiter(_AT_A_TIME)

    async def one(entry: Entry) -> None:
        async with few:
            for finding in await _looked_at(entry, environment, secrets, limits):
                tell(finding)

    async with anyio.create_task_group() as tasks:
        for entry in entries:
            tasks.start_soon(one, entry)


async def _looked_at(
    entry: Entry, environment: Mapping[str, str], secrets: KnownSecrets, limits: Limits
) -> list[Finding]:
    filled = fill(entry, environment)
    inherited = None if entry.client == CLAUDE_DESKTOP else environment
    findings = await in_thread(lambda: list(_of_its_key(filled, entry, inherited or {})))
    before = await in_thread(_before_starting, filled, environment)
    if before is not None:
        return [before, *findings]
    started = await start(filled.entry, inherited, limits.start)
    told = _outcome(entry, started, secrets, limits)
    return [told, *(_of_its_path(entry) if told.status == "ok" else ()), *findings]


def _before_starting(filled: Filled, environment: Mapping[str, str]) -> Finding | None:
    """Return why it cannot be started, or None."""
    entry = filled.entry
    if filled.missing:
        found = f"refers to {', '.join(filled.missing)}, which is not set here"
        return _finding(entry, "problem", found, "Set it where the client is started.")
    if "doctor" in entry.arguments:
        # It would start itself again, and again.
        return _finding(entry, "problem", "starts the command doctor, which is no server", _anew(entry))
    if not filled.startable:
        return _finding(entry, "skipped", "not started: its command has parts that only the client knows")
    path = {**environment, **entry.variables}.get("PATH")
    if shutil.which(entry.command, path=path) is not None:
        return None
    if entry.needs_uv:
        return _finding(entry, "problem", f"would not start: there is no {entry.command} on PATH", UV_NEXT)
    return _finding(entry, "problem", f"would not start: there is no {entry.command}", _anew(entry))


def _outcome(entry: Entry, started: Started, secrets: KnownSecrets, limits: Limits) -> Finding:
    if started.tools:
        version = f", version {started.version}" if started.version else ""
        found = f"starts: {len(started.tools)} tools in {started.seconds:.1f} s{version}"
        return Finding("clients", _name(entry), "ok", found, milliseconds=round(started.seconds * 1000))
    said = _last_words(secrets.out_of(started.said))
    if started.tools is not None:
        return _finding(entry, "problem", "starts, and offers no tool", _anew(entry), said)
    if not started.in_time:
        found = f"did not answer within {limits.start:g} s"
        way_out = "Start it by hand to see why; a first start with uvx may have to download."
        return _finding(entry, "problem", found, way_out, said)
    return _finding(entry, "problem", "ends before it answers", _anew(entry), said)


def _of_its_path(entry: Entry) -> Iterator[Finding]:
    """Tell of a command that is found here, and perhaps not by a program with windows."""
    if entry.client != CLAUDE_CODE and not Path(entry.command).is_absolute():
        found = (
            f"its command {entry.command} has no absolute path: {entry.client} may not find it when it is "
            "started from the desktop"
        )
        yield _finding(entry, "warning", found, _anew(entry))


def _of_its_key(filled: Filled, entry: Entry, inherited: Mapping[str, str]) -> Iterator[Finding]:
    """Tell of a key in the file, and of none at all."""
    for name in KEY_VARIABLES:
        key = find_key({name: entry.variables.get(name, "")})
        if isinstance(key, Credential):
            found = f"the file holds the key itself, in {name} ({masked(key.reveal())})"
            yield _finding(entry, "warning", found, _KEY_IN_FILE_NEXT)
    variables = {**inherited, **filled.entry.variables}
    if filled.asked or filled.missing or _is_sandbox(entry, variables):
        return
    file = given(variables.get(KEY_FILE_VARIABLE))
    key = find_key(without_unreadable_file(variables))
    if not isinstance(key, Credential):
        reason = (look_at_key_file(file).problem if file else "") or key.note.rstrip(".")
        found = f"has no key where it is started: {reason or 'its calls would fail'}"
        yield _finding(entry, "warning", found, _NO_KEY_NEXT)


def _is_sandbox(entry: Entry, variables: Mapping[str, str]) -> bool:
    """Whether the emulator would answer, so that no key is needed."""
    if any(word.startswith("--sandbox") for word in entry.arguments):
        return True
    stated = {name: variables[name] for name in ("VAPI_SANDBOX", "VAPI_SANDBOX_DB") if name in variables}
    try:
        return resolve(Flags(), stated).sandbox
    except SettingsError:
        return False  # what is wrong with it is told when it is started


_KEY_IN_FILE_NEXT = (
    f"Put it into a file of its own that {KEY_FILE_VARIABLE} names, or let the client ask for it: "
    f"{PROGRAM} config CLIENT shows how."
)
_NO_KEY_NEXT = f"Give it VAPI_API_KEY or {KEY_FILE_VARIABLE}, or start it with --sandbox."


def _last_words(said: str) -> tuple[str, ...]:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return tuple(cut(line, _LONGEST_LINE) for line in lines[-_LAST_LINES:])


def _anew(entry: Entry) -> str:
    return f"Write it anew with the command of this installation: {PROGRAM} config {entry.client} --write."


def _name(entry: Entry) -> str:
    return f"{entry.client}: {entry.name}"


def _finding(
    entry: Entry, status: Status, found: str, way_out: str = "", details: tuple[str, ...] = ()
) -> Finding:
    return Finding("clients", _name(entry), status, found, way_out, details)
