"""What the API says of the key: one call that only reads, through the parts that every call goes through."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from vapi_sessions_mcp.assembly import assemble
from vapi_sessions_mcp.doctor.address import region_of
from vapi_sessions_mcp.doctor.finding import Finding
from vapi_sessions_mcp.doctor.masking import without_user
from vapi_sessions_mcp.doctor.unjoined_threads import in_thread
from vapi_sessions_tools.credential import Credential
from vapi_sessions_tools.errors import CallError, SettingsError
from vapi_sessions_tools.guidance import KEY_PLACE
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from vapi_sessions_mcp.doctor.finding import Status, Tell
    from vapi_sessions_mcp.doctor.limits import Limits
    from vapi_sessions_mcp.doctor.usable_settings import Usable
    from vapi_sessions_mcp.settings import Settings
    from vapi_sessions_tools.client import Client
    from vapi_sessions_tools.contract.loading import Contract

PUBLIC_KEY_NEXT = f"It is probably the public key: use the private one, which is {KEY_PLACE}."
_REGION_NEXT = {
    "us": " If your organisation is in the EU, set --region eu (VAPI_REGION=eu).",
    "eu": " If your organisation is not in the EU, set --region us (VAPI_REGION=us).",
}
_ELSEWHERE_NEXT = " If it is a key of another address, check the base URL (VAPI_BASE_URL)."
_FORBIDDEN_NEXT = f"Use a private key that may use sessions; it is {KEY_PLACE}."
_SLOW_MILLISECONDS = 5_000


async def ask_the_api(usable: Usable, limits: Limits, tell: Tell) -> None:
    """Tell what the API answers to one call with the key, or without one whether it answers at all.

    Args:
        usable: The settings.
        limits: How long it may take.
        tell: Takes what is found.
    """
    if not usable.address_known:
        found = "no call is made: it is not known where the key is to be sent"
        tell(Finding("api", "call", "skipped", found))
        return
    settings = usable.settings
    try:
        contract = await in_thread(_whole_contract, settings)
    except SettingsError as error:
        found, way_out = without_user(str(error)), "Set it right; before that the server does not start."
        tell(Finding("settings", "tools", "problem", found, way_out))
        return
    toolset = Toolset(contract, lambda: _client(settings), deadline=limits.call)
    try:
        await _ask(toolset, settings, limits, tell)
    finally:
        await toolset.aclose()


def reading_call(contract: Contract) -> tuple[str, dict[str, int]] | None:
    """Return a tool that changes nothing and can be called without knowing anything, and its arguments.

    Args:
        contract: The API.
    """
    able = [
        operation
        for operation in contract.operations
        if operation.only_reads and not any(argument.required for argument in operation.arguments)
    ]
    for operation in sorted(able, key=lambda each: each.pages is None):
        return operation.tool, {operation.pages.limit: 1} if operation.pages else {}
    return None


def _whole_contract(settings: Settings) -> Contract:
    """Return the contract with the tools that are not offered too, after a look at what is.

    Raises:
        SettingsError: The server would not start with these settings.
    """
    _check_database(settings)
    contract = assemble(settings.model_copy(update={"sandbox_db": None})).contract
    return replace(contract, operations=(*contract.operations, *contract.hidden), hidden=())


def _check_database(settings: Settings) -> None:
    """Find out whether the sandbox can keep its sessions, without making its file.

    Raises:
        SettingsError: It cannot.
    """
    file = settings.sandbox_db
    if file is None:
        return
    if file.exists():
        from vapi_sessions_tools.sessions.sandbox import open_store

        open_store(file).close()
    elif not file.absolute().parent.is_dir():
        raise SettingsError(f"the sandbox database {file} cannot be used: there is no such folder")


def _client(settings: Settings) -> Client:
    """Return a client that makes each call once."""
    from vapi_sessions_tools.client import Client
    from vapi_sessions_tools.retry import RetryPolicy

    transport = None
    if settings.sandbox:
        from vapi_sessions_tools.sessions.sandbox import open_sandbox

        transport = open_sandbox(None)
    return Client(settings.base_url, transport=transport, retry=RetryPolicy(attempts=1))


async def _ask(toolset: Toolset, settings: Settings, limits: Limits, tell: Tell) -> None:
    call = reading_call(toolset.contract)
    if call is None:
        tell(Finding("api", "call", "skipped", "no tool only reads and needs no argument"))
        return
    if not isinstance(settings.credential, Credential):
        await _knock(toolset, settings, limits, tell)
        return
    tool, arguments = call
    begun = time.monotonic()
    try:
        await toolset.call(tool, arguments, settings.credential)
    except CallError as error:
        tell(_failed(error, toolset, settings))
        return
    took = round((time.monotonic() - begun) * 1000)
    who = "the emulator" if settings.sandbox else "the API"
    tell(Finding("api", "call", "ok", f"{who} takes the key: {tool} has its answer"))
    slow = took > _SLOW_MILLISECONDS
    way_out = (
        "Look whether the network or a proxy is slow; see the times of DNS and TLS above." if slow else ""
    )
    found = f"{took} ms for the first call, opening the connection included"
    tell(Finding("api", "latency", "warning" if slow else "ok", found, way_out, milliseconds=took))


async def _knock(toolset: Toolset, settings: Settings, limits: Limits, tell: Tell) -> None:
    """Ask without a key whether anything answers."""
    if await toolset.reachable(limits.connecting):
        found = f"{settings.base_url} answers; without a key no call is made"
    else:
        found = f"{settings.base_url} does not answer; without a key no call is made"
    tell(Finding("api", "call", "skipped", found))


def _failed(error: CallError, toolset: Toolset, settings: Settings) -> Finding:
    """Return what is told of a call that failed."""
    told = toolset.told(error, settings.credential)["error"]
    message, way_out = str(told["message"]).rstrip("."), str(told["next"])
    status: Status = "problem"
    if error.status == 401:
        region = region_of(settings.base_url)
        way_out = PUBLIC_KEY_NEXT + (_REGION_NEXT[region] if region else _ELSEWHERE_NEXT)
        message = f"the key is refused. {message}"
    elif error.status == 403:
        message, way_out = f"the key may not do this. {message}", _FORBIDDEN_NEXT
    elif error.status == 429:
        status = "warning"
    return Finding("api", "call", status, message, way_out)
