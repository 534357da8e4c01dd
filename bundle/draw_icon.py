"""Draws the bundle's icon: one conversation behind another, and a voice in the one that goes on.

python bundle/draw_icon.py

It writes icon.png beside itself. Shapes are told by their distance from a point, so that edges are smooth.
"""

from __future__ import annotations

import math
import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Shape = Callable[[float, float], float]
    """The distance from a point in pixels; less than nothing inside."""

SIZE = 512
"""Pixels of a side."""

Colour = tuple[int, int, int]
GROUND: Colour = (16, 58, 66)
BEHIND: Colour = (64, 132, 138)
FRONT: Colour = (245, 247, 240)
VOICE: Colour = (226, 110, 60)


def rounded(left: float, top: float, right: float, bottom: float, radius: float) -> Shape:
    """Return a rectangle with round corners."""
    x, y = (left + right) / 2, (top + bottom) / 2
    half_width, half_height = (right - left) / 2 - radius, (bottom - top) / 2 - radius

    def distance(px: float, py: float) -> float:
        dx, dy = abs(px - x) - half_width, abs(py - y) - half_height
        return math.hypot(max(dx, 0.0), max(dy, 0.0)) + min(max(dx, dy), 0.0) - radius

    return distance


def triangle(*corners: tuple[float, float]) -> Shape:
    """Return a triangle; its corners go round clockwise."""
    edges: list[tuple[float, float, float]] = []
    for (ax, ay), (bx, by) in zip(corners, (*corners[1:], corners[0]), strict=True):
        length = math.hypot(bx - ax, by - ay)
        nx, ny = (by - ay) / length, (ax - bx) / length
        edges.append((nx, ny, nx * ax + ny * ay))
    return lambda px, py: max(nx * px + ny * py - offset for nx, ny, offset in edges)


def bar(x: float, height: float) -> Shape:
    """Return an upright stroke of the voice, about the middle of the bubble in front."""
    return rounded(x - 14, 300 - height / 2, x + 14, 300 + height / 2, 14)


SHAPES: tuple[tuple[Shape, Colour], ...] = (
    (rounded(0, 0, SIZE, SIZE, 112), GROUND),
    (rounded(84, 92, 352, 292, 52), BEHIND),
    (triangle((112, 250), (182, 280), (104, 344)), BEHIND),
    (rounded(134, 186, 442, 414, 72), GROUND),
    (rounded(150, 202, 426, 398, 56), FRONT),
    (triangle((330, 380), (406, 352), (410, 452)), FRONT),
    *((bar(x, height), VOICE) for x, height in ((208, 48), (248, 104), (288, 136), (328, 84), (368, 40))),
)


def pixel(x: int, y: int) -> bytes:
    """Return a pixel, red, green, blue and how much is seen of it: the shapes laid over one another."""
    colour: tuple[float, ...] = GROUND
    seen = 0.0
    for shape, over in SHAPES:
        cover = min(max(0.5 - shape(x + 0.5, y + 0.5), 0.0), 1.0)
        if cover:
            colour = tuple(old + (new - old) * cover for old, new in zip(colour, over, strict=True))
            seen = max(seen, cover)
    return bytes(round(part) for part in (*colour, seen * 255))


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png() -> bytes:
    """Return the icon as a PNG with eight bits a channel."""
    rows = (b"\0" + b"".join(pixel(x, y) for x in range(SIZE)) for y in range(SIZE))
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
    packed = zlib.compress(b"".join(rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


if __name__ == "__main__":
    Path(__file__).with_name("icon.png").write_bytes(png())
