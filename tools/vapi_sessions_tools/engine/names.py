"""Names that every client and model provider accepts: of tools, and of their arguments at any depth.

The rules are the intersection of what clients document: tool names of at most 40 characters in
`[a-z0-9_]`, property keys that match `[A-Za-z_][A-Za-z0-9_]{0,63}`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

LONGEST_TOOL_NAME = 40
LEGAL_KEY = re.compile(r"\A[A-Za-z_][A-Za-z0-9_]{0,63}\Z")


def tool_name(text: str, taken: Container[str] = ()) -> str:
    """Return a tool name made of an operation's id.

    Args:
        text: `SessionController_findOne`, or `GET /session/{id}`.
        taken: Names that are given already.
    """
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", text)
    base = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:LONGEST_TOOL_NAME].rstrip("_") or "tool"
    return _free(base, taken, LONGEST_TOOL_NAME)


def legal_key(name: str, taken: Container[str] = ()) -> str:
    """Return `name` where it is legal and free, else a legal name close to it."""
    base = re.sub(r"[^A-Za-z0-9_]", "_", name)[:64]
    if not base or base[0].isdigit():
        base = ("_" + base)[:64]
    return _free(base, taken, 64)


def _free(base: str, taken: Container[str], longest: int) -> str:
    name, count = base, 2
    while name in taken:
        suffix = f"_{count}"
        name, count = base[: longest - len(suffix)] + suffix, count + 1
    return name


def legal_keys(names: Iterable[str]) -> dict[str, str]:
    """Return the legal name of each field of one object, by its own name; legal ones keep theirs."""
    listed = list(names)
    result = {name: name for name in listed if LEGAL_KEY.match(name)}
    for name in listed:
        if name not in result:
            result[name] = legal_key(name, set(result.values()))
    return {name: result[name] for name in listed}
