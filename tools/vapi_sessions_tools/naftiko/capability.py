"""A whole capability: the API that is called, the key's binding, and the servers that are offered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

import yaml

from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.naftiko.consumed import consumed_api
from vapi_sessions_tools.naftiko.exposed_resources import exposed_resources
from vapi_sessions_tools.naftiko.exposed_skill import exposed_skill
from vapi_sessions_tools.naftiko.exposed_tools import exposed_tools
from vapi_sessions_tools.naftiko.naming import KEY_VARIABLE, is_address, namespaces
from vapi_sessions_tools.naftiko.telling import input_places, refusal, tell
from vapi_sessions_tools.naftiko.wording import attack_paths

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract
    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.naftiko.naming import Namespaces
    from vapi_sessions_tools.naftiko.telling import Told

Spec = Literal["1.0.0-alpha2", "1.0.0-alpha3"]
"""The versions of the specification that are known. A capability is told alike in both."""

ADDRESS = "127.0.0.1"
"""Default address of the servers: this machine only, for every caller uses the key."""

_LINE = 110


@dataclass(frozen=True, slots=True)
class Capability:
    """A capability, and what it is not.

    Args:
        document: The capability.
        count: How many operations it has.
        left_out: Operations and arguments that Naftiko has no words for, with the reason.
    """

    document: Document
    count: int
    left_out: dict[str, str]


def capability(
    contract: Contract, spec: Spec, *, label: str, base_url: str, address: str = ADDRESS
) -> Capability:
    """Return a contract's operations as a capability.

    Args:
        contract: The API.
        spec: The version of Naftiko's specification.
        label: What the operations are about, for people: its parts are named after it.
        base_url: The API's root.
        address: Address that the servers listen on.

    Raises:
        SettingsError: No operation can be part of a capability, or the address cannot be used.
    """
    if not is_address(address):
        raise SettingsError(f"address (--address) is {address!r}; expected a host name or an IP address")
    told, left_out = _told(contract)
    if not told:
        reasons = "; ".join(f"{place}: {reason}" for place, reason in left_out.items())
        raise SettingsError(f"no operation can be told in a Naftiko capability: {reasons}")
    names = namespaces(label)
    document: Document = {
        "naftiko": spec,
        "info": _info(told, label),
        "binds": [_binding(names)],
        "capability": {
            "exposes": [
                exposed_tools(told, names, label=label, address=address),
                exposed_resources(told, names, address=address),
                exposed_skill(told, names, label=label, address=address),
            ],
            "consumes": [consumed_api(told, namespace=names.api, label=label, base_url=base_url.rstrip("/"))],
        },
    }
    return Capability(document, len(told), left_out)


def capability_text(document: Document) -> str:
    """Return a capability as YAML, without anchors; the same document gives the same text."""
    untyped = cast("Any", yaml)  # its stubs leave the type of a parameter out
    text: str = untyped.dump(
        document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_LINE, explicit_start=True
    )
    return text


def _told(contract: Contract) -> tuple[list[Told], dict[str, str]]:
    told: list[Told] = []
    left_out: dict[str, str] = {}
    for operation in contract.operations:
        place = f"{operation.method} {operation.path}"
        if (reason := refusal(operation, contract.shapes)) is not None:
            left_out[place] = reason
            continue
        told.append(tell(operation, contract.shapes, [each.name for each in told]))
        for name in told[-1].left_out:
            left_out[f"{place}, argument {name}"] = "Naftiko has no name for it"
    return told, left_out


def _info(told: list[Told], label: str) -> Document:
    titles = ", ".join(each.title for each in told)
    warning = attack_paths(input_places(told))
    return {
        "label": label,
        "description": f"{label} over MCP and REST, and as a skill: {titles}.{warning}",
        "tags": [namespaces(label).api, "mcp", "rest", "skill"],
    }


def _binding(names: Namespaces) -> Document:
    return {
        "namespace": names.environment,
        "description": f"The API's key, from the environment variable {KEY_VARIABLE}",
        "keys": {KEY_VARIABLE: KEY_VARIABLE},
    }


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as such, and everything where it stands."""

    def ignore_aliases(self, data: object) -> bool:
        del data  # whatever it is
        return True


def _text(_dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return yaml.ScalarNode("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)
