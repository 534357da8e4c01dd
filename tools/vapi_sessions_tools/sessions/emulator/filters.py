"""From the query of List Sessions to SQL: which sessions match, and in which order."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vapi_sessions_tools.sessions.emulator.list_query import ListQuery

# Only these constants ever reach the text of a statement; every value is bound.
_PLACES: Mapping[str, str] = {
    "id": "id",
    "idAny": "id",
    "name": "json_extract(session, '$.name')",
    "assistantId": "json_extract(session, '$.assistantId')",
    "assistantIdAny": "json_extract(session, '$.assistantId')",
    "squadId": "json_extract(session, '$.squadId')",
    "workflowId": "json_extract(session, '$.workflowId')",
    "phoneNumberId": "json_extract(session, '$.phoneNumberId')",
    "phoneNumberIdAny": "json_extract(session, '$.phoneNumberId')",
    "number": "json_extract(session, '$.customer.number')",
    "customerNumberAny": "json_extract(session, '$.customer.number')",
    "email": "json_extract(session, '$.customer.email')",
    "externalId": "json_extract(session, '$.customer.externalId')",
    "extension": "json_extract(session, '$.customer.extension')",
    "sipUri": "json_extract(session, '$.customer.sipUri')",
}
_COLUMNS: Mapping[str, str] = {"createdAt": "created_at", "updatedAt": "updated_at"}
_OPERATORS: Mapping[str, str] = {"Gt": ">", "Lt": "<", "Ge": ">=", "Le": "<="}
_SORT_KEYS: Mapping[str, str] = {
    "createdAt": "created_at",
    "cost": "json_extract(session, '$.cost')",
    "duration": "json_extract(session, '$.duration')",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A part of a WHERE clause.

    Args:
        sql: Its text, with one question mark for each value.
        values: What is bound to the question marks.
    """

    sql: str
    values: tuple[str | float, ...]


def condition(organisation: str, query: ListQuery) -> Condition:
    """Return the condition that the sessions of a list must meet.

    Args:
        organisation: Whose sessions they are.
        query: The filters; a session must match all of them.

    Returns:
        The condition.
    """
    terms = tuple(_terms(organisation, query))
    return Condition(" AND ".join(sql for sql, _ in terms), tuple(value for _, value in terms))


def ordering(query: ListQuery) -> str:
    """Return the ORDER BY clause; equal sessions follow their creation, which no two share.

    Sessions have no duration and cost nothing here, so sorting by those is sorting by creation.

    Args:
        query: What to sort by, and in which order.

    Returns:
        The clause, without its keywords.
    """
    return f"{_SORT_KEYS[query.sort_by]} {query.sort_order}, created_at {query.sort_order}"


def _terms(organisation: str, query: ListQuery) -> Iterator[tuple[str, str | float]]:
    yield "organisation = ?", organisation
    for name, value in query.equal.items():
        yield f"{_PLACES[name]} = ?", value
    for name, values in query.any_of.items():
        several = "IN (SELECT value FROM json_each(?))"
        yield f"{_PLACES[name]} {several}", json.dumps(values)
    for name, moment in query.bounds.items():
        yield f"{_COLUMNS[name[:-2]]} {_OPERATORS[name[-2:]]} ?", moment
