"""What was found, for people and for programs."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

from vapi_sessions_mcp.doctor.finding import GROUPS
from vapi_sessions_tools.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vapi_sessions_mcp.doctor.finding import Finding

_COLOURS = {"ok": "32", "warning": "33", "problem": "31", "skipped": "2"}
_SHOWN_DETAILS = 5
_STATUS_WIDTH = 9
_LONGEST_NAME = 30
_NARROWEST = 60


def healthy(findings: Sequence[Finding]) -> bool:
    """Whether nothing keeps the server from working."""
    return not any(finding.status == "problem" for finding in findings)


def as_json(findings: Sequence[Finding]) -> str:
    """Return what was found as one JSON document."""
    told = {
        "healthy": healthy(findings),
        "version": __version__,
        "checks": [finding.as_json() for finding in findings],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def as_text(findings: Sequence[Finding], *, width: int, colour: bool) -> str:
    """Return what was found for people.

    Args:
        findings: What was found.
        width: Characters of a line.
        colour: Whether the reader's terminal shows colours.
    """
    lines: list[str] = []
    for group in GROUPS:
        told = [finding for finding in findings if finding.group == group]
        if told:
            lines += ["", group.capitalize() if group != "api" else "API"]
        names = max((len(finding.name) for finding in told), default=0)
        for finding in told:
            lines += _lines(finding, min(names, _LONGEST_NAME), max(width, _NARROWEST), colour=colour)
    return "\n".join([*lines[1:], "", _sum(findings)])


def _lines(finding: Finding, names: int, width: int, *, colour: bool) -> Iterator[str]:
    label = f"{finding.status:<{_STATUS_WIDTH}}"
    shown = f"\x1b[{_COLOURS[finding.status]}m{label}\x1b[0m" if colour else label
    indent = 2 + _STATUS_WIDTH + names + 2
    first, *rest = _wrapped(finding.found, width - indent)
    yield f"  {shown}{_printable(finding.name):<{names}}  {first}"
    told = list(rest)
    if finding.status != "ok":
        shown_details = finding.details[:_SHOWN_DETAILS]
        told += [line for detail in shown_details for line in _wrapped(f"| {detail}", width - indent)]
        left = len(finding.details) - len(shown_details)
        told += [f"| and {left} more"] if left else []
    if finding.next_step:
        told += _wrapped(f"-> {finding.next_step}", width - indent)
    yield from (" " * indent + line for line in told)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(
        _printable(text), max(width, 20), break_long_words=False, break_on_hyphens=False
    ) or [""]


def _printable(text: str) -> str:
    """Return a text that moves no cursor: an answer's or a program's words may be in it."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def _sum(findings: Sequence[Finding]) -> str:
    counted = {
        status: sum(finding.status == status for finding in findings)
        for status in ("problem", "warning", "ok", "skipped")
    }
    words = {"problem": "problems", "warning": "warnings"}
    parts = [
        f"{number} {words.get(status, status) if number != 1 else status}"
        for status, number in counted.items()
        if number
    ]
    return f"{'Healthy' if healthy(findings) else 'Not healthy'}: {', '.join(parts)}."
