"""The settings that can be used, each looked at by itself: a bad one is told and does not hide the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vapi_sessions_mcp.command_line import PROGRAM
from vapi_sessions_mcp.doctor.finding import Finding
from vapi_sessions_mcp.doctor.masking import without_user
from vapi_sessions_mcp.settings import BASE_URL_VARIABLES, Flags, Settings, resolve, unfilled
from vapi_sessions_tools.environment_key import KEY_FILE_VARIABLE, KEY_VARIABLES
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SETTINGS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("base URL", ("base_url",), BASE_URL_VARIABLES),
    ("region", ("region",), ("VAPI_REGION",)),
    ("sandbox", ("sandbox", "sandbox_db"), ("VAPI_SANDBOX", "VAPI_SANDBOX_DB")),
    ("timeout", ("timeout",), ("VAPI_TIMEOUT",)),
    ("openapi", ("openapi",), ("VAPI_OPENAPI",)),
    ("read-only", ("read_only",), ("VAPI_READ_ONLY",)),
    ("tools", ("tools",), ("VAPI_TOOLS",)),
    ("confirm", ("confirm",), ("VAPI_CONFIRM",)),
    ("reveal-links", ("reveal_links",), ("VAPI_REVEAL_LINKS",)),
    ("log-level", ("log_level",), ("VAPI_LOG_LEVEL",)),
)
"""What each setting is called here, its flags, and its variables."""

_OF_THE_ADDRESS = ("base URL", "region", "sandbox")


@dataclass(frozen=True, slots=True)
class Usable:
    """What can be gone on with.

    Args:
        settings: Those that can be used; what cannot is as if not given.
        findings: What is told of them.
        address_known: Whether it is certain where the key is to be sent.
    """

    settings: Settings
    findings: tuple[Finding, ...]
    address_known: bool


def usable_settings(flags: Flags, environment: Mapping[str, str]) -> Usable:
    """Return the settings that can be used, and what is wrong with the others.

    Args:
        flags: The command line's.
        environment: The variables.
    """
    bad = {name: reason for name, *_ in _SETTINGS if (reason := _wrong({name}, flags, environment))}
    if reason := _wrong({"openapi", "tools", "confirm"} - bad.keys(), flags, environment):
        bad["openapi"] = reason
    kept = _only(flags, environment, {name for name, *_ in _SETTINGS} - bad.keys())
    keys = {name: environment[name] for name in (*KEY_VARIABLES, KEY_FILE_VARIABLE) if name in environment}
    settings = resolve(kept[0], {**kept[1], **keys})
    findings = (*_told(bad), *_placeholders(environment))
    if not findings:
        findings = (Finding("settings", "settings", "ok", "none is malformed"),)
    return Usable(settings, findings, address_known=not any(name in bad for name in _OF_THE_ADDRESS))


def _only(flags: Flags, environment: Mapping[str, str], names: set[str]) -> tuple[Flags, dict[str, str]]:
    """Return the flags and variables of some settings alone."""
    chosen = [(fields, variables) for name, fields, variables in _SETTINGS if name in names]
    given = {field: getattr(flags, field) for fields, _ in chosen for field in fields}
    stated = {name: environment[name] for _, names in chosen for name in names if name in environment}
    return Flags(**given), stated


def _wrong(names: set[str], flags: Flags, environment: Mapping[str, str]) -> str:
    """Return what is wrong with some settings, or nothing."""
    try:
        resolve(*_only(flags, environment, names))
    except SettingsError as error:
        return without_user(str(error))
    return ""


def _told(bad: Mapping[str, str]) -> Iterator[Finding]:
    for name, reason in bad.items():
        yield Finding(
            "settings", name, "problem", reason, f"Set it right, or leave it out; see {PROGRAM} --help."
        )


def _placeholders(environment: Mapping[str, str]) -> Iterator[Finding]:
    for name in unfilled(environment):
        found = f"{name} holds a placeholder that was not filled in, so it restricts nothing"
        yield Finding("settings", name, "warning", found, f"Give {name} a value where the server is started.")
