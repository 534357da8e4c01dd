"""The names that a capability has of its own; inputs keep the names that the API gives them."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

KEY_VARIABLE = "VAPI_API_KEY"
"""The variable that the API's key is bound to; nothing of the key itself is in a capability."""

_INPUT_NAME = re.compile(r"\A[a-zA-Z0-9_*-]+\Z")
_PLACE = re.compile(r"\{([^}]+)\}")
_HOST_LABEL = r"[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_HOST = re.compile(rf"\A({_HOST_LABEL}\.)*(?![0-9]+\Z){_HOST_LABEL}\Z")


@dataclass(frozen=True, slots=True)
class Namespaces:
    """What a capability calls its parts; each name is there once.

    Args:
        api: The API that is called.
        mcp: The tools.
        rest: The resources.
        skill: The skill.
        environment: Where the key comes from.
    """

    api: str
    mcp: str
    rest: str
    skill: str
    environment: str


def namespaces(label: str) -> Namespaces:
    """Return the namespaces of a capability.

    Args:
        label: Its name for people.
    """
    base = kebab(label)
    return Namespaces(
        api=base,
        mcp=f"{base}-mcp",
        rest=f"{base}-rest",
        skill=f"{base}-skill",
        environment=f"{base}-environment",
    )


def kebab(text: str, taken: Container[str] = ()) -> str:
    """Return a name of small letters, digits and single hyphens that begins with a letter.

    Args:
        text: `create_session`, or `/session/{id}`.
        taken: Names that are given already.
    """
    words = re.findall(r"[a-z0-9]+", _PLACE.sub(r" by \1 ", text).lower())
    base = "-".join(words) or "root"
    base = base if base[0].isalpha() else f"n-{base}"
    name, count = base, 2
    while name in taken:
        name, count = f"{base}-{count}", count + 1
    return name


def is_input_name(name: str) -> bool:
    """Whether Naftiko takes a name for an input."""
    return _INPUT_NAME.match(name) is not None


def is_address(text: str) -> bool:
    """Whether Naftiko takes an address to listen on: a host name, or an IP address in its plain form."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return _HOST.match(text) is not None
    return "%" not in text and not {":", "."} <= {*text}
