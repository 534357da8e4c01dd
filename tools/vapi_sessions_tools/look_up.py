"""What became of a creation whose answer was lost: pure, over one list of what exists.

Nothing tells for sure: the request may still be on its way. What can be told is what was created since
and looks like it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from vapi_sessions_tools.engine.dates import parsed_moment
from vapi_sessions_tools.engine.json_values import is_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.operation import LookUp

SECONDS = 8.0
"""What is kept of a creating call's deadline for looking up what became of it."""

_CLOCK_LEEWAY = timedelta(seconds=60)


def created_since(headers: Mapping[str, str], elapsed: float) -> datetime:
    """Return the moment, by the server's clock, after which the lost creation must have happened.

    Args:
        headers: Of the answer to the look-up; its `Date` is the server's clock.
        elapsed: Seconds since the creation was first sent.
    """
    try:
        server_now = parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError):
        server_now = datetime.now(UTC)
    aware = server_now if server_now.tzinfo else server_now.replace(tzinfo=UTC)
    return aware - timedelta(seconds=elapsed) - _CLOCK_LEEWAY


def candidates(
    look_up: LookUp, sent: Mapping[str, Any], listed: list[Any], since: datetime
) -> list[Document]:
    """Return the entries of a list that may be what was to be created, in the order of the list.

    Args:
        look_up: What tells them.
        sent: The body of the creation, by the API's names.
        listed: The entries that the listing operation answered.
        since: When it can have been created at the earliest.
    """
    return [entry for entry in listed if _is_candidate(look_up, sent, entry, since)]


def _is_candidate(look_up: LookUp, sent: Mapping[str, Any], entry: Any, since: datetime) -> bool:
    if not is_object(entry):
        return False
    moment = parsed_moment(str(entry.get(look_up.created_at, "")))
    if moment is None:
        return False
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    wanted = {place: _at(sent, place) for place in look_up.match}
    return aware >= since and all(
        _at(entry, place) == value for place, value in wanted.items() if value is not None
    )


def _at(value: Any, place: str) -> Any:
    for name in place.split("."):
        value = value.get(name) if is_object(value) else None
    return value
