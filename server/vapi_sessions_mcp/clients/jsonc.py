"""JSON as people write it, with comments and trailing commas, and where in the text everything stands."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

_DEEPEST = 100
_SPACE = re.compile(r"(?:[ \t\r\n]+|//[^\r\n]*|/\*.*?\*/)*", re.DOTALL)


class NotJsonError(ValueError):
    """The text is no JSON.

    Args:
        text: What was read.
        place: The offset of the first character that does not fit.
        expected: What would have.
    """

    def __init__(self, text: str, place: int, expected: str) -> None:
        before = text[:place]
        self.line = before.count("\n") + 1
        self.column = place - before.rfind("\n")
        super().__init__(f"line {self.line}, column {self.column}: expected {expected}")


@dataclass(frozen=True, slots=True)
class Node:
    """A value, and where it stands.

    Args:
        value: As Python has it.
        start: The offset of its first character.
        end: The offset behind its last character.
        members: An object's members, or an array's with empty keys.
    """

    value: Any
    start: int
    end: int
    members: tuple[Member, ...] = ()

    def member(self, key: str) -> Member | None:
        """Return an object's member; of several with one key the last, as every parser does."""
        return next((member for member in reversed(self.members) if member.key == key), None)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an object or array.

    Args:
        key: Its name; empty in an array.
        start: The offset of the name's first character, or of the value's in an array.
        node: Its value.
    """

    key: str
    start: int
    node: Node


def parse(text: str) -> Node:
    """Return what a text says, and where.

    Raises:
        NotJsonError: It is no JSON, even with comments and trailing commas allowed.
    """
    return _Parser(text).document()


def skipped(text: str, place: int) -> int:
    """Return the first place from one on that is neither space nor comment."""
    found = _SPACE.match(text, place)
    return found.end() if found else place


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self._depth = 0
        self._scalars = json.JSONDecoder(parse_constant=self._constant)

    def document(self) -> Node:
        self._skip()
        node = self._value()
        self._skip()
        if self._place < len(self._text):
            self._fail("nothing more")
        return node

    def _value(self) -> Node:
        opening = self._next()
        if opening not in ("{", "["):
            return self._scalar()
        if self._depth == _DEEPEST:
            self._fail(f"at most {_DEEPEST} levels")
        self._depth += 1
        node = self._object() if opening == "{" else self._array()
        self._depth -= 1
        return node

    def _object(self) -> Node:
        start = self._place
        members = self._members("}", self._named)
        return Node({m.key: m.node.value for m in members}, start, self._place, tuple(members))

    def _array(self) -> Node:
        start = self._place
        members = self._members("]", self._unnamed)
        return Node([m.node.value for m in members], start, self._place, tuple(members))

    def _members(self, closing: str, member: Callable[[], Member]) -> list[Member]:
        found: list[Member] = []
        self._advance()
        while self._next() != closing:
            found.append(member())
            self._skip()
            if self._next() == ",":
                self._advance()
            elif self._next() != closing:
                self._fail(f"a comma or {closing}")
        self._place += 1
        return found

    def _named(self) -> Member:
        start = self._place
        if self._next() != '"':
            self._fail("a name in quotes or }")
        key = self._scalar().value
        self._skip()
        if self._next() != ":":
            self._fail("a colon")
        self._advance()
        return Member(key, start, self._value())

    def _unnamed(self) -> Member:
        start = self._place
        return Member("", start, self._value())

    def _scalar(self) -> Node:
        start = self._place
        try:
            value, self._place = self._scalars.raw_decode(self._text, start)
        except json.JSONDecodeError as error:
            self._place = error.pos
            self._fail(_expected(error, start))
        except NotJsonError:  # said of NaN and Infinity
            raise
        except ValueError:  # more digits than Python makes a number of
            self._fail("a shorter number")
        return Node(value, start, self._place)

    def _constant(self, _name: str) -> NoReturn:
        self._fail("a value")

    def _next(self) -> str:
        return self._text[self._place : self._place + 1]

    def _advance(self) -> None:
        """Step over one character, and what says nothing behind it."""
        self._place += 1
        self._skip()

    def _skip(self) -> None:
        self._place = skipped(self._text, self._place)

    def _fail(self, expected: str) -> NoReturn:
        raise NotJsonError(self._text, self._place, expected)


def _expected(error: json.JSONDecodeError, start: int) -> str:
    """Return what should have stood where a value could not be read.

    Args:
        error: Tells where it could not.
        start: Where it begins.
    """
    if "escape" in error.msg:
        return r"each backslash of a path twice, as in C:\\Users, or a slash in its place"
    return "a value" if error.pos == start else "a string that ends on its line"
