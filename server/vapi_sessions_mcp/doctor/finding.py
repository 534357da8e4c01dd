"""What one check found: frozen, the same for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    Tell = Callable[["Finding"], None]
    """Takes what was found, as soon as it is."""

Status = Literal["ok", "warning", "problem", "skipped"]
Group = Literal["installation", "settings", "key", "network", "api", "contract", "clients"]

GROUPS: tuple[Group, ...] = ("installation", "settings", "key", "network", "api", "contract", "clients")
"""In the order they are told."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Args:
        group: What it belongs to.
        name: What was looked at.
        status: Whether it is in order; a problem keeps the server from working.
        found: What was seen.
        next_step: The way out, where it is not in order.
        details: More of what was seen, a line each.
        milliseconds: How long it took, where that is of interest.
    """

    group: Group
    name: str
    status: Status
    found: str
    next_step: str = ""
    details: tuple[str, ...] = ()
    milliseconds: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the finding for programs, absent parts left out."""
        told: dict[str, Any] = {
            "group": self.group,
            "name": self.name,
            "status": self.status,
            "found": self.found,
        }
        if self.next_step:
            told["next"] = self.next_step
        if self.details:
            told["details"] = list(self.details)
        if self.milliseconds is not None:
            told["milliseconds"] = self.milliseconds
        return told
