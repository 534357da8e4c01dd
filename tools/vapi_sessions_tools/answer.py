"""An answer of the API, as it came."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered.

    Args:
        status: The HTTP status.
        headers: Its headers, names in lower case.
        content: Its body.
        acted_before: Whether an attempt before this answer may have reached the API and acted.
    """

    status: int
    headers: dict[str, str]
    content: bytes
    acted_before: bool = False

    @property
    def is_success(self) -> bool:
        """Whether the status is one of success."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """Return the body as JSON.

        Raises:
            ValueError: It is none.
        """
        try:
            return json.loads(self.content, parse_constant=_no_constant, parse_float=_finite)
        except RecursionError as error:
            raise ValueError("nested too deep") from error


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:20]} is out of range")
    return number
