"""Characters that a reader does not see, and a program does: hidden text travels in them.

They are the Default_Ignorable_Code_Point property of Unicode (DerivedCoreProperties.txt, version 17),
which has the zero-width and bidirectional controls, the soft hyphen, the fillers, the variation selectors
and the tag characters; with it the controls (general category Cc) but line feed and tab, the line and
paragraph separators (Zl, Zp), and the two kinds of format control (Cf) outside that property that have no
glyph: interlinear annotation and the joining of hieroglyphs. Spaces of any width are seen as what they are.

Many of them carry meaning, as in emoji sequences and in Persian: what is to be read may do without them,
what may be written back must keep them.
"""

from __future__ import annotations

import re
from functools import cache

_RANGES = (
    *((0x00, 0x08), (0x0B, 0x1F), (0x7F, 0x9F)),  # Cc without line feed and tab
    *((0x2028, 0x2029), (0xFFF9, 0xFFFB), (0x13430, 0x1343F)),  # Zl, Zp, and Cf without a glyph
    *((0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F)),
    *((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F)),
    *((0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A)),
    (0xE0000, 0xE0FFF),
)
_INVISIBLE = re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _RANGES) + "]")


def strip_invisible(text: str) -> tuple[str, int]:
    """Return a text without its invisible characters, and how many there were."""
    return _INVISIBLE.subn("", text)


def seen_line(text: str) -> str:
    """Return a text as one line of what is seen of it."""
    return strip_invisible(" ".join(text.split()))[0]


def escape_invisible(json_text: str) -> str:
    r"""Return JSON text with its invisible characters written as `\uXXXX`; its value stays the same.

    Args:
        json_text: JSON, in which such characters stand within strings only.
    """
    if json_text.isascii() and "\x7f" not in json_text:
        return json_text  # the other controls of ASCII are escaped in any JSON
    return _INVISIBLE.sub(lambda match: _escaped(match[0]), json_text)


@cache
def _escaped(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
