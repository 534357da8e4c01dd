"""What is offered beside the tools: resources, prompts and completions, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

JSON = "application/json"
MARKDOWN = "text/markdown"


class UnknownResourceError(LookupError):
    """There is no resource of that URI, or no longer."""


class WrongPromptError(ValueError):
    """A prompt is asked for that is not offered, or wrongly; the message is for all to read."""


@dataclass(frozen=True, slots=True)
class Resource:
    """Something to read.

    Args:
        uri: By which it is read; a template has places such as `{id}` in it.
        name: For programs.
        title: For people.
        description: What is in it.
        media_type: Of its text.
    """

    uri: str
    name: str
    title: str
    description: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a resource holds.

    Args:
        media_type: Of the text.
        text: The text.
    """

    media_type: str
    text: str


@dataclass(frozen=True, slots=True)
class PromptArgument:
    """An argument of a prompt.

    Args:
        name: By which it is given.
        description: What it is.
        required: Whether the prompt cannot do without.
    """

    name: str
    description: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt that a person may choose.

    Args:
        name: For programs.
        title: For people.
        description: What it asks a model to do.
        arguments: What it is made from.
    """

    name: str
    title: str
    description: str
    arguments: tuple[PromptArgument, ...]


@dataclass(frozen=True, slots=True)
class Completion:
    """What an argument may be going to be.

    Args:
        values: The likeliest first.
        total: How many there are, or None where that is not known.
        has_more: Whether there are others than these.
    """

    values: tuple[str, ...] = ()
    total: int | None = 0
    has_more: bool = False
