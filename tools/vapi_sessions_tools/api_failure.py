"""An answer of the API that is a failure, told so that the caller knows what to do.

The envelope is NestJS's: `{"message": text or list of texts, "error": ..., "statusCode": ...}`; what
stands in front of the API may answer with anything else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vapi_sessions_tools import guidance
from vapi_sessions_tools.answer_body import media_type
from vapi_sessions_tools.engine.json_values import compact, is_list, is_object
from vapi_sessions_tools.engine.known_secrets import LONGEST_TEXT
from vapi_sessions_tools.engine.outline import LARGEST
from vapi_sessions_tools.engine.placeholder import cut
from vapi_sessions_tools.engine.places import Knowledge
from vapi_sessions_tools.engine.problem import Problem, path_text
from vapi_sessions_tools.engine.redaction import host_only
from vapi_sessions_tools.engine.teaching import taught
from vapi_sessions_tools.engine.untrusted import quoted
from vapi_sessions_tools.errors import ApiAnswerError
from vapi_sessions_tools.retry import retry_after

if TYPE_CHECKING:
    from collections.abc import Callable

    from vapi_sessions_tools.client import Answer
    from vapi_sessions_tools.errors import ErrorKind

_MOST_PROBLEMS = 8
_LONGEST_TEXT = 1_000
_LONGEST_MESSAGE = 2_000
_LONGEST_PAGE = 40_000
_KINDS: dict[int, ErrorKind] = {
    401: "unauthorized",
    403: "unauthorized",
    404: "not_found",
    408: "upstream",
    429: "rate_limited",
}
_NEXT = {401: guidance.UNAUTHORIZED_NEXT, 403: guidance.FORBIDDEN_NEXT}
_SHOULD_NOT_EXIST = re.compile(
    r"\A(?:(?P<path>[\w.:-]+)\.)?property (?P<name>[\w:-]+) should not exist\Z", re.ASCII
)
_ELEMENTS = re.compile(r"\A(?:(?P<path>[\w.:-]+)\.)?All (?P<name>\w+)'s elements ", re.ASCII)
_EACH_VALUE = re.compile(
    r"\A(?:each value in|nested property) (?:(?P<path>[\w.:-]+)\.)?(?P<name>[\w-]+) ", re.ASCII
)
_LEADING_PATH = re.compile(
    r"\A(?P<path>[A-Za-z_][\w:-]*(?:\.[\w:-]+)*) (?:must|should|is|has|cannot|contains) ", re.ASCII
)
_QUOTED = re.compile(r"`(?P<path>[A-Za-z_][\w.:-]*)`", re.ASCII)
_RULE = re.compile(r" (?:must|should|elements) ")
"""What tells a rule from a sentence that begins with some word."""
_MOST_PARTS = 30
"""Names and positions of a path that are looked up; the deepest of a real assistant has about twenty."""

_INDEX = re.compile(r"[0-9]{1,6}")


NOTHING_KNOWN = Knowledge(lambda _path, _largest: None, lambda _path: None)


def failure(
    answer: Answer,
    scrub: Callable[[Any], Any],
    *,
    writes: bool,
    by_id: bool = True,
    lister: str | None = None,
    knowledge: Knowledge = NOTHING_KNOWN,
) -> ApiAnswerError:
    """Return what a failed answer means.

    Args:
        answer: An answer whose status is not a success.
        scrub: Takes the secrets of the call out of a JSON value.
        writes: Whether the call may have changed something.
        by_id: Whether the call named a thing that may not be there.
        lister: The tool that lists what there is, where it is offered.
        knowledge: What the contract knows of places in the arguments.
    """
    status = answer.status
    kind = _KINDS.get(status) or ("refused_by_api" if 400 <= status < 500 else "upstream")
    said = _said(answer, scrub)
    wait = retry_after(answer.headers)
    problems = [_problem(text, knowledge) for text in said.texts] if kind == "refused_by_api" else []
    if said.count == 1 and problems and problems[0].path == "request":
        problems = []  # one text about nothing in particular is the message itself
    told = taught(problems, knowledge.outline_at)
    message = f"The API answered {status}: {said.words}"
    unknown = [problem for problem in problems if problem.place is None and problem.path != "request"]
    marks = (("message", said.texts), ("problems[].rule", problems), ("problems[].path", unknown))
    return ApiAnswerError(
        message,
        kind=kind,
        status=status,
        problems=told,
        more=said.count - len(told) if problems else 0,
        retry_after=wait,
        untrusted=[f"error.{place}" for place, holds in marks if holds],
        next_step=_next_step(status, kind, wait, writes=writes, by_id=by_id, lister=lister),
    )


def _next_step(
    status: int, kind: ErrorKind, wait: float | None, *, writes: bool, by_id: bool, lister: str | None
) -> str:
    if status in _NEXT:
        return _NEXT[status]
    if status == 404:
        return guidance.not_found_next(lister) if by_id else guidance.NOT_AN_ANSWER_NEXT
    if kind == "rate_limited" or (wait is not None and not writes):
        return guidance.RATE_LIMITED_NEXT.format(wait="a minute" if wait is None else f"{wait:g} s")
    if kind == "refused_by_api":
        return guidance.REFUSED_NEXT
    if status < 400:
        return guidance.REDIRECT_NEXT
    return guidance.upstream_write_next(lister) if writes else guidance.UPSTREAM_NEXT


@dataclass(frozen=True, slots=True)
class _Said:
    """What a failed answer says.

    Args:
        words: All of it, on one line.
        texts: The texts that third parties wrote, without secrets; as many as are shown.
        count: How many there are.
    """

    words: str
    texts: tuple[str, ...] = ()
    count: int = 1


def _said(answer: Answer, scrub: Callable[[Any], Any]) -> _Said:
    """Return the API's own words, or what can be said of an answer that has none."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    if body is None:
        return _page(answer, answer.content[:_LONGEST_PAGE].decode("utf-8", "replace"), scrub)
    envelope: dict[str, Any] = body if is_object(body) else {}
    message = envelope.get("message")
    if is_list(message) and message:
        shown = message[:_MOST_PROBLEMS]
        texts = [text if isinstance(text, str) else _json_text(text, scrub) for text in shown]
        return _quoted(texts, len(message), scrub)
    for words in (message, envelope.get("error")):
        if isinstance(words, str) and words.strip():
            return _quoted([words], 1, scrub)
    return _page(answer, _json_text(body, scrub), scrub)


def _json_text(value: Any, scrub: Callable[[Any], Any]) -> str:
    """Write JSON as text; without what its fields name as secrets, unless it is too long to look into."""
    text = compact(value)
    return compact(scrub(value)) if len(text) <= LONGEST_TEXT else text


def _quoted(texts: list[str], count: int, scrub: Callable[[Any], Any]) -> _Said:
    # Secrets are taken out before a text is cut as it is shown: it may end in a part of one.
    clean = tuple(scrub(cut(text, LONGEST_TEXT)) for text in texts)
    longest = _LONGEST_MESSAGE // len(clean)
    return _Said("; ".join(quoted(text, longest) for text in clean), clean, count)


def _page(answer: Answer, text: str, scrub: Callable[[Any], Any]) -> _Said:
    """Say what an answer is that is none of the API's."""
    location = answer.headers.get("location")
    if 300 <= answer.status < 400 and location:
        said = _quoted([host_only(location)], 1, scrub)
        return _Said(f"a redirect to {said.words}, which is not followed", said.texts)
    media = media_type(scrub(answer.headers.get("content-type", "")))
    # Secrets are taken out of the page as it came: one may hold what looks like a tag.
    words = " ".join(re.sub(r"<[^<>]*>", " ", scrub(cut(text, LONGEST_TEXT))).split())
    if not words:
        return _Said(f"an empty body ({media})")
    said = _quoted([words], 1, scrub)
    return _Said(f"{said.words} ({media})", said.texts)


def _problem(text: str, knowledge: Knowledge) -> Problem:
    """Split one of the API's texts into a place and a rule, and say whose schema would help."""
    rule = quoted(text, _LONGEST_TEXT)
    if match := _SHOULD_NOT_EXIST.match(text):
        owner = _parts(match["path"]) if match["path"] else []
        place = knowledge.known_place(owner) if owner else ()
        return Problem(path_text([*(place or owner), match["name"]]), rule, place=place)
    path = _place(text)
    known = knowledge.known_place(path) if path else None
    if known is None:
        said = path_text(path) if path and _RULE.search(text) else "request"
        return Problem(said, rule)
    whole = known if known[-1] == path[-1] else path
    outline = knowledge.outline_at(known, LARGEST)
    return Problem(path_text(whole), rule, None if is_object(outline) else outline, place=known)


def _place(text: str) -> list[str | int]:
    """Return the place that a text of the API names: `messages.0.role` is within a list."""
    for pattern in (_ELEMENTS, _EACH_VALUE):
        if match := pattern.match(text):
            return _parts(".".join(part for part in (match["path"], match["name"]) if part))
    match = _LEADING_PATH.match(text) or _QUOTED.search(text)
    return _parts(match["path"]) if match else []


def _parts(path: str) -> list[str | int]:
    parts = path.split(".", _MOST_PARTS)
    return [int(part) if _INDEX.fullmatch(part) else part for part in parts[:_MOST_PARTS]]
