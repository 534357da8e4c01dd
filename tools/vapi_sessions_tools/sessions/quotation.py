"""Third parties' words as Markdown that can be nothing but words.

Each quoted line starts with `> `. What could end a line is shown by a mark instead, what is not seen is
taken out and counted, and what Markdown or HTML would act on is escaped: no line, image, heading, emphasis
or tag of theirs comes about, and no link but those that some readers make of bare addresses. The quotation
stands between two fences that carry a code made anew each time, which the words cannot have known.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

from vapi_sessions_tools.engine.invisible import strip_invisible
from vapi_sessions_tools.engine.json_values import compact
from vapi_sessions_tools.engine.placeholder import cut

LINE_END = " ⏎ "
"""Stands where a line ended."""

_ENDS = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")  # where str.splitlines() sees one
_ACTIVE = re.compile(r"[\\`*\[\]<>#|~$]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
_SCHEME = re.compile(r"(?<![a-z])(?:(https?|ftp|mailto|xmpp):|(www)\.)", re.IGNORECASE)
_CODE_BYTES = 8


class Quotation:
    """Lines of third parties' words, and the count of what was not seen in them.

    Attributes:
        lines: Each starts with `> ` and ends where it should.
        invisible: How many invisible characters were taken out.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.invisible = 0

    def words(self, value: Any, longest: int | None = None) -> str:
        """Return any JSON value as words within one line.

        Args:
            value: A text, or anything else, which is shown as compact JSON.
            longest: Characters of it that are shown; all when None.
        """
        text = value if isinstance(value, str) else compact(value)
        plain, count = strip_invisible(_ENDS.sub(LINE_END, text.strip()))
        self.invisible += count
        shown = plain if longest is None else cut(plain, longest)
        return _SCHEME.sub(_defused, _ACTIVE.sub(r"\\\g<0>", shown))

    def add(self, line: str) -> None:
        """Add a line made of our own words and of `words`."""
        self.lines.append(f"> {line}")

    def fenced(self) -> str:
        """Return the lines between their fences."""
        body = "\n".join(self.lines)
        codes = iter(lambda: secrets.token_hex(_CODE_BYTES), None)
        code = next(code for code in codes if code not in body)
        return f"=== untrusted material {code} begins ===\n\n{body}\n\n=== untrusted material {code} ends ==="


def _defused(match: re.Match[str]) -> str:
    return f"{match[1]}\\:" if match[1] else f"{match[2]}\\."
