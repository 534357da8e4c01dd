"""A client's file with this server in it: what else the file says stays as it is.

Of an entry that is there already, the command, its arguments, and the variables that are this program's own
are replaced. What a user adds to an entry stays: other variables (a proxy, a certificate authority), and keys
such as `disabled`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vapi_sessions_mcp.clients.editing import as_json, with_element, with_value
from vapi_sessions_mcp.clients.entries import SERVER_NAME
from vapi_sessions_mcp.clients.jsonc import parse
from vapi_sessions_mcp.clients.reading import WAY_OUT, parsed, servers_of
from vapi_sessions_mcp.settings import Flags
from vapi_sessions_tools.engine.json_values import is_list, is_object
from vapi_sessions_tools.environment_key import KEY_FILE_VARIABLE, KEY_VARIABLES
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vapi_sessions_mcp.clients.client_files import ClientFile
    from vapi_sessions_mcp.clients.entries import ClientEntry

_REPLACED = ("type", "command", "args", "env", "url", "headers")
_OWN_VARIABLES = "VAPI_"


@dataclass(frozen=True, slots=True)
class Merged:
    """A file's new text.

    Args:
        text: What it is to hold.
        held_key: Whether the entry that was there held a key itself, rather than naming its place.
        gone: The settings of the entry that was there which are no longer in it: flags and variables.
    """

    text: str
    held_key: bool = False
    gone: tuple[str, ...] = ()


def merged(text: str, entry: ClientEntry, file: ClientFile) -> Merged:
    """Return a client's file with an entry in it.

    Args:
        text: What the file holds; blank where it is new.
        entry: What it is to hold.
        file: Which file that is, for messages too.

    Raises:
        SettingsError: The file is no JSON, or not of the client's shape.
    """
    document = parsed(text, file.path)
    if document is None:
        return Merged(as_json(entry.document(file.servers_key), 2) + "\n")
    servers = servers_of(document, file, text)
    found: Any = servers.value.get(SERVER_NAME) if servers else None
    old: dict[str, Any] = found if is_object(found) else {}
    text = _with_inputs(text, entry, file)
    text = _updated(text, (file.servers_key, SERVER_NAME), _joined(old, entry.server))
    return Merged(text, _holds_key(old), _gone(old, entry.server))


def _joined(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry as it is to be, its keys in the order that they were in."""
    kept = {name: value for name, value in old.items() if name not in _REPLACED}
    variables = _variables(old)
    others = {name: value for name, value in variables.items() if not name.startswith(_OWN_VARIABLES)}
    wanted = {**kept, **new}
    if env := {**others, **new.get("env", {})}:
        wanted["env"] = _in_order(env, variables)
    return _in_order(wanted, old)


def _gone(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of settings that only the old entry has: a restriction must not go unnoticed."""
    settings = {f"--{name.replace('_', '-')}" for name in Flags.model_fields}
    flags = [word.partition("=")[0] for word in _arguments(old)]
    kept = {word.partition("=")[0] for word in _arguments(new)}
    variables = [
        name
        for name in _variables(old)
        if name.startswith(_OWN_VARIABLES) and name not in (*KEY_VARIABLES, KEY_FILE_VARIABLE)
    ]
    return (*(flag for flag in flags if flag in settings - kept), *variables)


def _arguments(entry: Mapping[str, Any]) -> list[str]:
    words: Any = entry.get("args")
    return [word for word in words if isinstance(word, str)] if is_list(words) else []


def _in_order(values: Mapping[str, Any], order: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in (*order, *values) if name in values}


def _variables(entry: Mapping[str, Any]) -> dict[str, Any]:
    env = entry.get("env")
    return env if is_object(env) else {}


def _holds_key(entry: Mapping[str, Any]) -> bool:
    """Whether an entry held the key in its variables, or may have in the headers of a server elsewhere."""
    held = [_variables(entry).get(name) for name in KEY_VARIABLES]
    # As wrappers of commands take variables: `-e VAPI_API_KEY=...`.
    pairs = [word.removeprefix("--env=").partition("=") for word in _arguments(entry)]
    held += [value for name, _, value in pairs if name in KEY_VARIABLES]
    return bool(entry.get("headers")) or any(
        isinstance(key, str) and key.strip() and not key.strip().startswith("$") for key in held
    )


def _updated(text: str, path: tuple[str, ...], wanted: Mapping[str, Any]) -> str:
    """Return the text with an object at a path, changing as little of what is there as will do."""
    present = _at(text, path)
    if not is_object(present) or present.keys() - wanted.keys():
        return with_value(text, path, wanted)
    for key, value in wanted.items():
        below = (*path, key)
        text = _updated(text, below, value) if is_object(value) else with_value(text, below, value)
    return text


def _at(text: str, path: Sequence[str]) -> Any:
    value: Any = parse(text).value
    for key in path:
        value = value.get(key) if is_object(value) else None
    return value


def _with_inputs(text: str, entry: ClientEntry, file: ClientFile) -> str:
    """Return the text with what the client is to ask for; an input of the same name stays as the user has it.

    Raises:
        SettingsError: There are inputs, but not as an array.
    """
    present: Any = _at(text, ["inputs"]) if entry.inputs else []
    if present is None:
        return with_value(text, ["inputs"], entry.inputs)
    if not is_list(present):
        raise SettingsError(f"{file.path}: inputs is no JSON array; {WAY_OUT}")
    known = {item.get("id") for item in present if is_object(item)}
    for item in entry.inputs:
        text = text if item["id"] in known else with_element(text, "inputs", item)
    return text
