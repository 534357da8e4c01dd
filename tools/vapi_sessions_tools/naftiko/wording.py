"""What a capability says of its parts: what holds for the API's own answers, which it passes on whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.operation import Argument, Operation, Pages, Place
    from vapi_sessions_tools.engine.shape import Shape

_UNSAFE = re.compile(r"<(?=script)|(?<=eval)\(", re.IGNORECASE)
_MOST_LISTED = 12


def operation_words(operation: Operation) -> str:
    """Return what an operation does.

    The words of a paged operation tell how a tool shows a page, which is shorter than what the API
    answers; so what a page is made of is told from the operation's policy instead.
    """
    if operation.pages is None:
        return harmless(operation.description)
    return harmless(f"{operation.title}, a page at a time. {_page_words(operation.pages)}")


def _page_words(pages: Pages) -> str:
    return (
        f"{pages.results} holds the page, {pages.metadata}.{pages.total} counts the whole; "
        f"{pages.page} numbers the pages, {pages.limit} sizes them."
    )


def argument_words(operation: Operation, argument: Argument, shape: Shape, shown: Document) -> str:
    """Return what an argument is, and what may be given for it.

    Args:
        operation: Whose argument it is.
        argument: The argument.
        shape: What may stand there.
        shown: The same as a model sees it.
    """
    words = argument.words or f"{argument.wire}, as the API takes it"
    pages = operation.pages
    if pages is not None and argument.name == pages.cursor:
        words = f"{pages.metadata}.{pages.next_cursor} of the page before"
    return harmless("; ".join((words, *_facts(shape, shown))))


def _facts(shape: Shape, shown: Document) -> Iterable[str]:
    enum = shown.get("enum", ())
    if 0 < len(enum) <= _MOST_LISTED:
        yield f"one of {', '.join(map(str, enum))}"
    limits = shape.limits
    if limits.get("format") == "date-time":
        yield "ISO 8601 date and time"
    if limits.get("format") == "uuid":
        yield "a UUID"
    least, most = limits.get("minimum"), limits.get("maximum")
    if least is not None and most is not None:
        yield f"{least} to {most}"
    elif least is not None or most is not None:
        yield f"at least {least}" if most is None else f"at most {most}"
    if "maxLength" in limits:
        yield f"at most {limits['maxLength']} characters"


def body_words(operation: Operation) -> str:
    """Return what the body of a request holds."""
    if operation.whole_body:
        argument = next(argument for argument in operation.arguments if argument.place == "body")
        return harmless(argument.words or "The request's body, in JSON")
    fields = [argument for argument in operation.arguments if argument.place == "body"]
    named = ", ".join(f"{field.wire} (required)" if field.required else field.wire for field in fields)
    return harmless(f"JSON object of {named}" if named else "JSON object")


def attack_paths(places: Container[Place]) -> str:
    """Return a warning of the attacks that no template can prevent; empty where there are none.

    Args:
        places: Where inputs go.
    """
    warnings = [warning for place, warning in _ATTACK_PATHS.items() if place in places]
    return " ".join(("", "Attack paths: the engine checks no input.", *warnings)) if warnings else ""


_ATTACK_PATHS: dict[Place, str] = {
    "path": (
        "An id is put into the path as it is: ../other/ID instead of an id reaches another path of the API "
        "with the key. Pass only ids that were checked."
    ),
    "body": (
        'An input of a body is put into it as it is: JSON text such as "a", "other": [] sets other fields. '
        "Pass only JSON that a JSON encoder wrote, and never put quotation marks around a text by hand."
    ),
}


def path_words(path: str, titles: Iterable[str]) -> str:
    """Return what can be done at a path.

    Args:
        path: As Naftiko writes it.
        titles: What can be done.
    """
    place = path.replace("{{", "{").replace("}}", "}")
    return harmless(f"{place}: {', '.join(titles)}")


def harmless(text: str) -> str:
    """Return words in which nothing is a template, or runs where they are shown."""
    return _UNSAFE.sub(lambda found: f" {found[0]}" if found[0] == "(" else "", text).replace("{{", "{ {")
