"""A Dockerfile read: its stages, and the instructions of each."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass

_CONTINUED = re.compile(r"\\[ \t]*\n")
_FLAG = re.compile(r"--([a-z-]+)=(\S+)\s+")


@dataclass(frozen=True)
class Instruction:
    """One instruction.

    Args:
        word: What is to be done, such as RUN, in capitals.
        flags: Its options, such as `from` of COPY.
        text: The rest.
    """

    word: str
    flags: dict[str, str]
    text: str

    @property
    def words(self) -> list[str]:
        """The rest as words: a JSON list, or as a shell splits it."""
        if self.text.startswith("["):
            listed: list[str] = json.loads(self.text)
            return listed
        return shlex.split(self.text)


@dataclass(frozen=True)
class Stage:
    """One stage.

    Args:
        base: The image it starts from.
        name: What later stages call it; empty where it has no name.
        instructions: All of it but its FROM, in order.
    """

    base: str
    name: str
    instructions: tuple[Instruction, ...]

    def all_of(self, word: str) -> list[Instruction]:
        """Return the instructions of one kind."""
        return [instruction for instruction in self.instructions if instruction.word == word]

    def last(self, word: str) -> Instruction:
        """Return the one of a kind that holds, the last."""
        return self.all_of(word)[-1]


def parse(text: str) -> list[Stage]:
    """Return the stages of a Dockerfile.

    Raises:
        ValueError: It has something that is not read here.
    """
    lines = [line for line in text.splitlines(keepends=True) if not line.lstrip().startswith("#")]
    whole = _CONTINUED.sub(" ", "".join(lines))
    instructions = [_instruction(line.strip()) for line in whole.splitlines() if line.strip()]
    starts = [place for place, each in enumerate(instructions) if each.word == "FROM"]
    if not starts or starts[0] != 0:
        raise ValueError("a Dockerfile begins with FROM")
    ends = [*starts[1:], len(instructions)]
    return [_stage(instructions[start:end]) for start, end in zip(starts, ends, strict=True)]


def _instruction(line: str) -> Instruction:
    word, _, rest = line.partition(" ")
    flags: dict[str, str] = {}
    rest = rest.lstrip()
    while found := _FLAG.match(rest):
        flags[found[1]] = found[2]
        rest = rest[found.end() :]
    if "<<" in rest:
        raise ValueError(f"here-documents are not read: {line}")
    return Instruction(word.upper(), flags, rest)


def _stage(instructions: list[Instruction]) -> Stage:
    base, *named = instructions[0].words
    if named and (len(named) != 2 or named[0].upper() != "AS"):
        raise ValueError(f"not understood: FROM {instructions[0].text}")
    return Stage(base, named[1] if named else "", tuple(instructions[1:]))
