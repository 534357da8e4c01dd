"""Where the key comes from, what is set beside it, and what is wrong with it before anybody is asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vapi_sessions_mcp.command_line import PROGRAM
from vapi_sessions_mcp.doctor.finding import Finding
from vapi_sessions_mcp.doctor.key_file import KeyFile, look_at_key_file
from vapi_sessions_mcp.doctor.masking import masked
from vapi_sessions_tools.credential import Credential, MissingKey
from vapi_sessions_tools.environment_key import KEY_FILE_VARIABLE, KEY_VARIABLES, find_key, given
from vapi_sessions_tools.guidance import KEY_PLACE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MISSING = "no key is set"
MISSING_NEXT = (
    f"Set VAPI_API_KEY to your private key, which is {KEY_PLACE}, or {KEY_FILE_VARIABLE} to a file that "
    "holds it; or add --sandbox, which needs none."
)
FILLED_IN_NEXT = (
    "Give the variable its value where the server is started: the client or the shell put none in. A key is "
    f"{KEY_PLACE}."
)
_ALONE_NEXT = f"Set it to the private key alone, which is {KEY_PLACE}."
_EXAMPLE = re.compile(
    r"\A(?:<.*>|\{\{.*\}\}|%\w+%|(?:your|my)[-_].*|x{4,}|change-?me|\*{3,}.*)\Z", re.IGNORECASE
)
_LIKE_A_KEY = re.compile(r"VAPI.*(?:KEY|TOKEN)", re.IGNORECASE)
_KNOWN = (*KEY_VARIABLES, KEY_FILE_VARIABLE)


def key_findings(environment: Mapping[str, str], *, sandbox: bool) -> Iterator[Finding]:
    """Yield where the key comes from, and what may be wrong with it.

    Args:
        environment: The variables.
        sandbox: Whether none is needed.
    """
    if sandbox:
        yield Finding("key", "key", "ok", "none is needed: the built-in emulator answers")
        return
    stated = given(environment.get(KEY_FILE_VARIABLE))
    variables = {name: environment[name] for name in KEY_VARIABLES if name in environment}
    key = find_key(variables)
    if isinstance(key, Credential):
        source = next(name for name in variables if find_key({name: variables[name]}) == key)
        yield from _used(source, key)
        yield from _overruled(source, variables, stated)
    elif stated is None or _is_final(key):
        yield _none(key, environment)
    else:
        yield from _of_file(stated, look_at_key_file(stated))


def without_unreadable_file(environment: Mapping[str, str]) -> Mapping[str, str]:
    """Return the variables without the one that names a key file, where reading that might never end.

    Args:
        environment: The variables.
    """
    stated = given(environment.get(KEY_FILE_VARIABLE))
    if stated is None or not look_at_key_file(stated).problem:
        return environment
    return {name: value for name, value in environment.items() if name != KEY_FILE_VARIABLE}


def _is_final(missing: MissingKey) -> bool:
    """Whether a variable holds what is no key, so that the file is not looked at."""
    return "holds no API key" in missing.note


def _used(source: str, key: Credential) -> Iterator[Finding]:
    text = key.reveal()
    if text[0] in "\"'" or text[-1] in "\"'":
        found, way_out = "has a quotation mark, which is taken for a part of it", "Take it away."
    elif _EXAMPLE.match(text):
        found, way_out = "is an example's, not yours", FILLED_IN_NEXT
    else:
        yield Finding("key", "key", "ok", f"from {source}, {masked(text)}")
        return
    yield Finding("key", "key", "problem", f"the key from {source} {found}", way_out)


def _overruled(source: str, variables: Mapping[str, str], file: str | None) -> Iterator[Finding]:
    """Tell what is set and not used, where it is another key than the one that is."""
    used = find_key({source: variables[source]})
    keys = {name: find_key({name: variables[name]}) for name in variables if name != source}
    differing = [name for name, key in keys.items() if isinstance(key, Credential) and key != used]
    if file is not None:
        differing.append(KEY_FILE_VARIABLE)
    if differing:
        found = f"{source} overrules {', '.join(differing)}"
        way_out = f"If another key is meant, take {source} away."
        yield Finding("key", "other keys", "warning", found, way_out)


def _of_file(name: str, file: KeyFile) -> Iterator[Finding]:
    key = MissingKey() if file.problem else find_key({KEY_FILE_VARIABLE: name})
    if isinstance(key, Credential):
        yield from _used(f"{KEY_FILE_VARIABLE} ({name})", key)
    else:
        way_out = _ALONE_NEXT if _is_final(key) else FILLED_IN_NEXT
        found, way_out = (file.problem, file.next_step) if file.problem else (key.note, way_out)
        yield Finding("key", "key", "problem", found.rstrip("."), way_out)
    if file.readable_by_others:
        found = f"{name} can be read by other users of this machine"
        yield Finding("key", "key file", "warning", found, f"chmod 600 {name}")


def _none(missing: MissingKey, environment: Mapping[str, str]) -> Finding:
    if missing.note:
        way_out = _ALONE_NEXT if _is_final(missing) else FILLED_IN_NEXT
        return Finding("key", "key", "problem", missing.note.rstrip("."), way_out)
    unknown = sorted(name for name in environment if _LIKE_A_KEY.search(name) and name not in _KNOWN)
    found = f"{MISSING}; {', '.join(unknown)} is not read" if unknown else MISSING
    return Finding("key", "key", "problem", f"{found} ({PROGRAM} reads {', '.join(_KNOWN)})", MISSING_NEXT)
