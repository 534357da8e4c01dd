"""What a session's customer must look like.

Names and limits are those of the published contract; that the number is held to E.164 unless the customer
says otherwise, and the text that tells so, are as reported by users.
"""

import re
from collections.abc import Iterator, Mapping

from vapi_sessions_tools.sessions.emulator.checks import Check, boolean, record, text
from vapi_sessions_tools.sessions.emulator.json_values import is_object

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_OBJECT = record({}, closed=False)

CUSTOMER_FIELDS: Mapping[str, Check] = {
    "assistantOverrides": _OBJECT,
    "email": text(longest=40),
    "extension": text(longest=10),
    "externalId": text(longest=40),
    "name": text(longest=40),
    "number": text(shortest=3, longest=40),
    "numberE164CheckEnabled": boolean,
    "sipUri": text(),
    "squadOverrides": _OBJECT,
}

_fields = record(CUSTOMER_FIELDS)


def customer(path: str, value: object) -> Iterator[str]:
    """Check a customer.

    Args:
        path: Where the customer stands.
        value: The customer.

    Yields:
        What is wrong with it.
    """
    yield from _fields(path, value)
    if not is_object(value) or value.get("numberE164CheckEnabled") is False:
        return
    number = value.get("number")
    if isinstance(number, str) and not _E164.fullmatch(number):
        yield (
            f"{path}.number must be a valid phone number in the E.164 format. "
            "Hot tip, you may be missing the country code (Eg. US: +1)."
        )
