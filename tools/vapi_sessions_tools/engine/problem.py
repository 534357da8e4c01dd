"""What is wrong with one argument: where, by which rule, and what is allowed there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Sequence


MOST_COUNTED = 100
"""Problems of one call that are counted; nobody reads further, and each costs time and memory to find."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal.

    Args:
        path: The argument's place, such as `messages[0].role`.
        rule: The rule it breaks, as a sentence part: `must be a string`.
        allowed: What may stand there: values, a range or a form; None where the rule says it all.
        place: Whose schema would help: the argument's place, or the object that lacks it; None for nobody's.
        schema: The outline of that place.
    """

    path: str
    rule: str
    allowed: Any = None
    place: tuple[str | int, ...] | None = field(default=None, compare=False)
    schema: Any = field(default=None, compare=False)

    def as_json(self) -> dict[str, Any]:
        """Return the problem as a JSON object; what there is nothing to say of is left out."""
        result: dict[str, Any] = {"path": self.path, "rule": self.rule}
        if self.allowed is not None:
            values = cast("Sequence[Any]", self.allowed)
            result["allowed"] = list(values) if isinstance(self.allowed, tuple) else self.allowed
        if self.schema is not None:
            result["schema"] = self.schema
        return result


_LONGEST_NAME = 80
_LONGEST_PATH = 400


def path_text(parts: Sequence[str | int]) -> str:
    """Write a place in JSON as people do: `assistant.model.messages[0].role`."""
    text = ""
    for part in parts:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part.isidentifier():
            text += f".{_short(part)}" if text else _short(part)
        else:
            text += f"[{_short(part)!r}]"
    half = _LONGEST_PATH // 2
    return text if len(text) <= _LONGEST_PATH else f"{text[:half]}...{text[-half:]}"


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "..."
