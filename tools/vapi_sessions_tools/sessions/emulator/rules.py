"""What the bodies of Create Session and Update Session must look like.

Field names, types and limits are those of the published contract; that unknown fields are refused is as
reported by users. Ids must be UUIDs, as users report for ``assistantId``. What an id refers to is never
looked up: there are no assistants, squads, customers or phone numbers here.
"""

from collections.abc import Mapping

from vapi_sessions_tools.sessions.emulator.checks import Check, array, number, one_of, record, text, uuid
from vapi_sessions_tools.sessions.emulator.customer_rules import customer
from vapi_sessions_tools.sessions.emulator.inline_rules import (
    assistant,
    assistant_overrides,
    phone_number,
    squad,
)
from vapi_sessions_tools.sessions.emulator.json_values import JsonObject
from vapi_sessions_tools.sessions.emulator.message_rules import message

UPDATE_FIELDS: Mapping[str, Check] = {
    "name": text(longest=40),
    "status": one_of("active", "completed"),
    "expirationSeconds": number(least=60, most=2_592_000),
    "messages": array(message),
}

CREATE_FIELDS: Mapping[str, Check] = {
    **UPDATE_FIELDS,
    "assistantId": uuid,
    "assistant": assistant,
    "assistantOverrides": assistant_overrides,
    "squadId": uuid,
    "squad": squad,
    "customer": customer,
    "customerId": uuid,
    "phoneNumberId": uuid,
    "phoneNumber": phone_number,
}

_create_body = record(CREATE_FIELDS)
_update_body = record(UPDATE_FIELDS)


def creation_problems(body: JsonObject) -> tuple[str, ...]:
    """Return what is wrong with the body of Create Session.

    Args:
        body: The parsed body.

    Returns:
        One text for each problem, none for a good body.
    """
    return tuple(_create_body("", body))


def update_problems(body: JsonObject) -> tuple[str, ...]:
    """Return what is wrong with the body of Update Session.

    Args:
        body: The parsed body.

    Returns:
        One text for each problem, none for a good body.
    """
    return tuple(_update_body("", body))
