"""All checks, those that do not need each other at the same time, and none for longer than it may take."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio

from vapi_sessions_mcp.clients.client_files import client_files
from vapi_sessions_mcp.doctor.address import address_findings
from vapi_sessions_mcp.doctor.api_call import ask_the_api
from vapi_sessions_mcp.doctor.connecting import reach
from vapi_sessions_mcp.doctor.contract_state import contract_findings
from vapi_sessions_mcp.doctor.entries import Configured, configured
from vapi_sessions_mcp.doctor.finding import GROUPS, Finding
from vapi_sessions_mcp.doctor.installation import installation
from vapi_sessions_mcp.doctor.key_file import look_at_key_file
from vapi_sessions_mcp.doctor.key_source import key_findings, without_unreadable_file
from vapi_sessions_mcp.doctor.masking import secrets_of
from vapi_sessions_mcp.doctor.unjoined_threads import UnjoinedThreads, in_thread
from vapi_sessions_mcp.doctor.usable_settings import Usable, usable_settings
from vapi_sessions_mcp.doctor.would_start import start_each
from vapi_sessions_tools.engine.known_secrets import KnownSecrets
from vapi_sessions_tools.environment_key import KEY_FILE_VARIABLE, given

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping

    from vapi_sessions_mcp.doctor.finding import Group, Status, Tell
    from vapi_sessions_mcp.doctor.limits import Limits
    from vapi_sessions_mcp.settings import Flags

    Check = Callable[[Tell], Awaitable[None]]


class Examination:
    """Carries out the checks, and keeps what they find and which of them have not ended.

    Args:
        flags: The command line's.
        environment: The variables.
        document: The API's description to compare the contract with; the live one when None.
        limits: How long everything may take.
    """

    def __init__(
        self, flags: Flags, environment: Mapping[str, str], document: str | None, limits: Limits
    ) -> None:
        self._flags = flags
        self._environment = environment
        self._document = document
        self._limits = limits
        self._found: list[Finding] = []
        self._open: dict[str, Group] = {}
        self._secrets = KnownSecrets(secrets_of(environment))
        self._read_here: tuple[Usable, Configured] | None = None

    async def findings(self) -> tuple[Finding, ...]:
        """Carry out the checks and return what was found, without secrets, what belongs together in a row."""
        # Names are resolved in the loop's threads, which are joined at the end unless they are of this kind.
        asyncio.get_running_loop().set_default_executor(UnjoinedThreads(max_workers=1))
        with anyio.move_on_after(self._limits.total):
            await self._watched("settings", "reading", self._read)
            async with anyio.create_task_group() as tasks:
                for group, name, check in self._checks():
                    tasks.start_soon(self._watched, group, name, check)
        self._found += (self._unfinished(name, group) for name, group in self._open.items())
        self._found.sort(key=lambda each: (GROUPS.index(each.group), each.group == "clients" and each.name))
        return tuple(map(self._clean, self._found))

    async def _read(self, tell: Tell) -> None:
        """Read the settings and the clients' files."""
        with anyio.fail_after(self._limits.reading):
            readable = await in_thread(without_unreadable_file, self._environment)
            usable = await in_thread(usable_settings, self._flags, readable)
            clients = await in_thread(_configured, self._environment)
            self._secrets = await in_thread(_secrets, self._environment, clients)
        for finding in (*usable.findings, *clients.findings):
            tell(finding)
        self._read_here = usable, clients

    def _checks(self) -> Iterator[tuple[Group, str, Check]]:
        yield "installation", "installation", _told(installation, self._uv_users())
        if self._read_here is None:
            return
        usable, clients = self._read_here
        settings, environment, limits = usable.settings, self._environment, self._limits
        yield "key", "key", _told(partial(key_findings, sandbox=settings.sandbox), environment)
        yield "network", "address", _told(address_findings, usable, self._flags, environment)
        if usable.address_known and not settings.sandbox:
            yield "network", "connection", partial(reach, settings.base_url, environment, limits)
        yield "api", "call", partial(ask_the_api, usable, limits)
        yield "contract", "drift", partial(contract_findings, settings, self._document, limits)
        yield "clients", "servers", partial(start_each, clients.entries, environment, self._secrets, limits)

    def _uv_users(self) -> list[str]:
        """Return the clients that are configured to start the server with uv."""
        entries = self._read_here[1].entries if self._read_here is not None else ()
        return sorted({entry.client for entry in entries if entry.needs_uv})

    async def _watched(self, group: Group, name: str, check: Check) -> None:
        """Carry out a check; one that is cancelled stays among those that have not ended."""
        self._open[name] = group
        try:
            await check(self._found.append)
        except TimeoutError:
            return
        except Exception as error:  # noqa: BLE001  its text may quote anything
            found = f"could not be looked at: {type(error).__name__}"
            self._found.append(Finding(group, name, "problem", found))
        del self._open[name]

    def _unfinished(self, name: str, group: Group) -> Finding:
        status: Status = "skipped" if group == "contract" else "problem"
        return Finding(group, name, status, "not finished in the time that there is")

    def _clean(self, finding: Finding) -> Finding:
        """Return a finding without any secret that is known."""
        told = self._secrets.out_of([finding.name, finding.found, finding.next_step, *finding.details])
        return replace(finding, name=told[0], found=told[1], next_step=told[2], details=tuple(told[3:]))


def _told(look: Callable[..., Iterable[Finding]], *arguments: Any) -> Check:
    """Return the check that looks at something in a thread and tells all that it finds."""

    async def check(tell: Tell) -> None:
        for finding in await in_thread(lambda: list(look(*arguments))):
            tell(finding)

    return check


def _configured(environment: Mapping[str, str]) -> Configured:
    try:
        home = Path.home()
    except RuntimeError:  # a user without a home has no files there
        return configured(())
    return configured(client_files(sys.platform, home, environment))


def _secrets(environment: Mapping[str, str], clients: Configured) -> KnownSecrets:
    """Return what must not be shown: keys of the environment, of the key file, and of the clients' files."""
    named = given(environment.get(KEY_FILE_VARIABLE))
    file = look_at_key_file(named).content.decode("utf-8", "replace") if named else ""
    held = (value for entry in clients.entries for value in secrets_of(entry.variables))
    return KnownSecrets([*secrets_of(environment), *held, *file.split()])
