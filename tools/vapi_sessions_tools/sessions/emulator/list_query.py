"""The query of List Sessions: which parameters it takes, and what they ask for.

The parameters are the union of two states of the published contract, as the official clients send them: the
customer's fields lie flat in the query, ``phoneNumberIdAny`` repeats, the other ``...Any`` are comma-joined.
Whether the live API takes the flat customer fields is unknown. Ids are plain strings here, as published.
``cursor`` is refused, since no document declares it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

from vapi_sessions_tools.sessions.emulator.checks import Check, anything, one_of, record, text
from vapi_sessions_tools.sessions.emulator.clock import milliseconds
from vapi_sessions_tools.sessions.emulator.json_values import JsonObject, is_array
from vapi_sessions_tools.sessions.emulator.nest_errors import Refusal
from vapi_sessions_tools.sessions.emulator.query_checks import (
    boolean_text,
    iso_date,
    texts,
    whole_number,
)

DEFAULT_LIMIT = 100

PARAMETERS: Mapping[str, Check] = {
    "id": text(),
    "idAny": text(),
    "name": text(),
    "assistantId": text(),
    "assistantIdAny": text(),
    "squadId": text(),
    "workflowId": text(),
    "phoneNumberId": text(),
    "phoneNumberIdAny": texts,
    "number": text(shortest=3, longest=40),
    "customerNumberAny": text(),
    "email": text(longest=40),
    "externalId": text(longest=40),
    "extension": text(longest=10),
    "sipUri": text(),
    "numberE164CheckEnabled": boolean_text,
    "assistantOverrides": anything,
    "squadOverrides": anything,
    "page": whole_number(least=1),
    "limit": whole_number(least=0, most=1000),
    "sortOrder": one_of("ASC", "DESC"),
    "sortBy": one_of("createdAt", "duration", "cost"),
    **{
        f"{moment}{bound}": iso_date
        for moment in ("createdAt", "updatedAt")
        for bound in ("Gt", "Lt", "Ge", "Le")
    },
}

_query = record(PARAMETERS)

_EQUAL = frozenset(
    {
        *("id", "name", "assistantId", "squadId", "workflowId", "phoneNumberId"),
        *("number", "email", "externalId", "extension", "sipUri"),
    }
)
_COMMA_JOINED = ("idAny", "assistantIdAny", "customerNumberAny")


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What one call of List Sessions asks for.

    Args:
        equal: Filters that a session matches by one value, by parameter.
        any_of: Filters that a session matches by any of several values, by parameter.
        bounds: Limits on creation and update, in milliseconds since 1970, by parameter.
        page: Which page, from 1.
        limit: How many sessions a page holds; none at all is allowed.
        sort_by: The field sorted by.
        sort_order: Whether the greatest comes first.
    """

    equal: Mapping[str, str]
    any_of: Mapping[str, tuple[str, ...]]
    bounds: Mapping[str, float]
    page: int = 1
    limit: int = DEFAULT_LIMIT
    sort_by: str = "createdAt"
    sort_order: Literal["ASC", "DESC"] = "DESC"


def read_list_query(pairs: Iterable[tuple[str, str]]) -> ListQuery:
    """Return what a query string asks for.

    ``assistantOverrides``, ``squadOverrides`` and ``numberE164CheckEnabled`` are accepted and change nothing:
    they are in the contract because the customer's fields were flattened into it.

    Args:
        pairs: The decoded names and values, in order.

    Returns:
        The query.

    Raises:
        Refusal: When a parameter is unknown or its value is wrong.
    """
    given = _grouped(pairs)
    if problems := tuple(_query("", given)):
        raise Refusal(HTTPStatus.BAD_REQUEST, problems)
    values = {name: value for name, value in given.items() if isinstance(value, str)}
    return ListQuery(
        equal={name: value for name, value in values.items() if name in _EQUAL},
        any_of=_any_of(given),
        bounds={name: milliseconds(value) for name, value in values.items() if PARAMETERS[name] is iso_date},
        page=int(float(values.get("page", 1))),
        limit=int(float(values.get("limit", DEFAULT_LIMIT))),
        sort_by=values.get("sortBy", "createdAt"),
        sort_order="ASC" if values.get("sortOrder") == "ASC" else "DESC",
    )


def _grouped(pairs: Iterable[tuple[str, str]]) -> JsonObject:
    groups: dict[str, list[object]] = {}
    for name, value in pairs:
        groups.setdefault(name, []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in groups.items()}


def _any_of(given: JsonObject) -> dict[str, tuple[str, ...]]:
    joined = {name: tuple(str(given[name]).split(",")) for name in _COMMA_JOINED if name in given}
    phone_numbers = given.get("phoneNumberIdAny")
    if phone_numbers is None:
        return joined
    several = phone_numbers if is_array(phone_numbers) else [phone_numbers]
    return {**joined, "phoneNumberIdAny": tuple(str(value) for value in several)}
