"""What a build sees of a folder: everything but what its .dockerignore names."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def visible(folder: Path) -> set[str]:
    """Return the files that a build in a folder can copy, as paths from there."""
    rules = _rules((folder / ".dockerignore").read_text("utf-8"))
    reached = _reached(folder, [pattern for pattern, kept in rules if kept])
    return {path for path in reached if _kept(path, rules)}


def _rules(text: str) -> list[tuple[str, bool]]:
    """Return the patterns in order, each with whether it brings back what it names."""
    lines = [line.strip() for line in text.splitlines()]
    return [
        (line.removeprefix("!").strip("/"), line.startswith("!"))
        for line in lines
        if line and not line.startswith("#")
    ]


def _reached(folder: Path, roots: list[str]) -> set[str]:
    """Return the files below the names that are brought back: a list that begins by keeping all out."""
    found: set[str] = set()
    for root in roots:
        if (folder / root).is_file():
            found.add(root)
        for above, _, names in os.walk(folder / root):
            found |= {os.path.relpath(os.path.join(above, name), folder) for name in names}  # noqa: PTH118
    return found


def _kept(path: str, rules: list[tuple[str, bool]]) -> bool:
    """Whether a file is kept: the last rule that names it, or a folder it lies in, decides."""
    parts = path.split("/")
    names = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    decisions = [kept for pattern, kept in rules if any(_names(pattern, name) for name in names)]
    return decisions[-1] if decisions else True


def _names(pattern: str, path: str) -> bool:
    pieces = re.split(r"(\*\*/|\*\*|\*|\?|\[[^]]+\])", pattern)
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    made = [meaning.get(piece, piece if piece.startswith("[") else re.escape(piece)) for piece in pieces]
    return re.fullmatch("".join(made), path) is not None
