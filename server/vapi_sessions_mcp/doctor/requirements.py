"""What this package depends on: what it asks for, and what is installed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import metadata

_REQUIREMENT = re.compile(
    r"\A\s*(?P<name>[A-Za-z0-9._-]+)\s*(?:\[[^\]]*\])?\s*\(?(?P<rules>[^;)]*)\)?\s*(?P<rest>;.*)?\Z"
)
_RULE = re.compile(r"\A(?P<sign>>=|<=|==|!=|>|<)\s*(?P<version>\d+(?:\.\d+)*)\Z")
_PLAIN = re.compile(r"\A\d+(?:\.\d+)*\Z")


@dataclass(frozen=True, slots=True)
class Dependency:
    """A package that is asked for.

    Args:
        name: The package's.
        rules: Which versions are right, as `>=1.2,<2`.
        installed: The version that is there, or None.
        right: Whether that one is right; None where that cannot be told.
        optional: Whether it is needed only on some machines or for some features.
    """

    name: str
    rules: str
    installed: str | None
    right: bool | None
    optional: bool


def dependencies(distribution: str) -> list[Dependency]:
    """Return what a distribution asks for; what only its extras ask for is left out.

    Args:
        distribution: The name it is installed under.

    Raises:
        PackageNotFoundError: It is not installed.
    """
    found = (_dependency(text) for text in metadata.requires(distribution) or [])
    return [dependency for dependency in found if dependency is not None]


def satisfies(version: str, rules: str) -> bool | None:
    """Whether a version is among those asked for; None where versions or rules are of no plain form.

    Args:
        version: Such as `2.3.0`.
        rules: Such as `>=2.3,<3`.
    """
    if not _PLAIN.match(version):
        return None
    verdict = True
    for rule in filter(None, (part.strip() for part in rules.split(","))):
        match = _RULE.match(rule)
        if match is None:
            return None
        verdict = verdict and _holds(_numbers(version), match["sign"], _numbers(match["version"]))
    return verdict


def _dependency(text: str) -> Dependency | None:
    match = _REQUIREMENT.match(text)
    if match is None or "extra" in (match["rest"] or ""):
        return None
    name, rules = match["name"], match["rules"].strip()
    try:
        installed = metadata.version(name)
    except metadata.PackageNotFoundError:
        installed = None
    right = satisfies(installed, rules) if installed is not None else None
    return Dependency(name, rules, installed, right, optional=match["rest"] is not None)


def _numbers(version: str) -> tuple[int, ...]:
    """Return a version's numbers; zeros at its end make no difference."""
    numbers = [int(part) for part in version.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _holds(version: tuple[int, ...], sign: str, other: tuple[int, ...]) -> bool:
    match sign:
        case ">=":
            return version >= other
        case "<=":
            return version <= other
        case ">":
            return version > other
        case "<":
            return version < other
        case "==":
            return version == other
        case _:
            return version != other
