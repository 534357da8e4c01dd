"""What ends a release before its end."""

from __future__ import annotations


class Stopped(Exception):  # noqa: N818  it is no error of the program
    """A step did not go well.

    Args:
        what: What went wrong, in a sentence.
        way_out: What to do about it.
    """

    def __init__(self, what: str, way_out: str) -> None:
        super().__init__(f"{what}\n  Way out: {way_out}")
