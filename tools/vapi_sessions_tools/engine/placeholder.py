"""The marks that stand in a result for what was taken out of it, and how to know them again.

A mark that comes back in an argument would overwrite what it stands for, so it must be recognised
wherever it appears; both are forms that nobody writes by chance.
"""

from __future__ import annotations

import re

REDACTED = "***redacted***"
"""Stands for a secret."""

PLACEHOLDER_PARTS = ("redacted", "…")
"""Every placeholder has one of these parts, however it is escaped."""

_CUT = re.compile(r"…\[\+\d+ characters\]\Z")


def cut(text: str, longest: int) -> str:
    """Return `text`, or its first `longest` characters with a mark that counts the rest."""
    return text if len(text) <= longest else f"{text[:longest]}…[+{len(text) - longest} characters]"


def is_placeholder(text: str) -> bool:
    """Whether a text holds a mark of redaction or ends in a mark of cutting, escaped for Markdown or not."""
    plain = text.replace("\\", "")
    return REDACTED in plain or _CUT.search(plain[-40:]) is not None
