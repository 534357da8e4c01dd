"""What a session's messages must look like, in either of their two forms.

The chat form (``role`` and ``content``) is what the API's own documentation sends; the transcript form
(``role``, ``message``, times) is what the published contract describes under the same schema names, and what
calls leave behind. Names, limits and required fields are those of the published contract. Unknown fields are
accepted in both, since the items are a union, of which new branches appear.
"""

from collections.abc import Iterator, Mapping

from vapi_sessions_tools.sessions.emulator.checks import (
    Check,
    anything,
    array,
    boolean,
    number,
    one_of,
    record,
    text,
)
from vapi_sessions_tools.sessions.emulator.json_values import JsonObject, is_object

CHAT_ROLES = ("system", "user", "assistant", "developer", "tool")
CALL_ROLES = ("bot", "tool_calls", "tool_call_result")
ROLES = (*CHAT_ROLES, *CALL_ROLES)

_OBJECT = record({}, closed=False)
_LONG_TEXT = text(longest=10_000)

_CHAT_FIELDS: Mapping[str, Check] = {
    "role": one_of(*ROLES),
    "content": _LONG_TEXT,
    "name": text(longest=40),
    "metadata": _OBJECT,
}

_TOOL_CALL = record(
    {
        "id": text(),
        "type": text(),
        "function": record(
            {"arguments": text(), "name": text(longest=80)}, required=("arguments", "name"), closed=False
        ),
    },
    required=("id", "type", "function"),
    closed=False,
)

_PLAIN_CHAT = record(_CHAT_FIELDS, required=("role", "content"), closed=False)
_TOOL_CHAT = record(
    {**_CHAT_FIELDS, "tool_call_id": text()}, required=("role", "content", "tool_call_id"), closed=False
)
_ASSISTANT_CHAT = record(
    {**_CHAT_FIELDS, "refusal": _LONG_TEXT, "tool_calls": array(_TOOL_CALL)}, required=("role",), closed=False
)

_CALL_FIELDS: Mapping[str, Check] = {
    "role": one_of(*ROLES),
    "message": text(),
    "time": number(),
    "endTime": number(),
    "secondsFromStart": number(),
    "duration": number(),
    "source": text(),
    "isFiltered": boolean,
    "detectedThreats": array(text()),
    "originalMessage": text(),
    "speakerLabel": text(),
    "metadata": _OBJECT,
    "toolCalls": array(_OBJECT),
    "toolCallId": text(),
    "name": text(),
    "result": text(),
    "warnings": array(anything),
}
_CALL_ALWAYS = ("role", "time", "secondsFromStart")

_SPOKEN = record(_CALL_FIELDS, required=(*_CALL_ALWAYS, "message"), closed=False)
_TOOLS_CALLED = record(_CALL_FIELDS, required=(*_CALL_ALWAYS, "message", "toolCalls"), closed=False)
_TOOL_RESULT = record(_CALL_FIELDS, required=(*_CALL_ALWAYS, "toolCallId", "name", "result"), closed=False)

_CHECK_BY_CHAT_ROLE: Mapping[object, Check] = {"assistant": _ASSISTANT_CHAT, "tool": _TOOL_CHAT}
_CHECK_BY_CALL_ROLE: Mapping[object, Check] = {
    "tool_calls": _TOOLS_CALLED,
    "tool_call_result": _TOOL_RESULT,
}


def message(path: str, value: object) -> Iterator[str]:
    """Check one message by the form that it shows.

    Args:
        path: Where the message stands.
        value: The message.

    Yields:
        What is wrong with it.
    """
    if not is_object(value):
        yield f"{path} must be an object"
        return
    role = value.get("role")
    if not isinstance(role, str) or role not in ROLES:
        yield from one_of(*ROLES)(f"{path}.role", role)
        return
    if is_transcript(value):
        yield from _CHECK_BY_CALL_ROLE.get(role, _SPOKEN)(path, value)
    else:
        yield from _CHECK_BY_CHAT_ROLE.get(role, _PLAIN_CHAT)(path, value)


def is_transcript(value: JsonObject) -> bool:
    """Tell the transcript form from the chat form.

    Args:
        value: A message.

    Returns:
        True for a role that only calls know, and for a message with ``message`` in place of ``content``.
    """
    return value.get("role") in CALL_ROLES or ("message" in value and "content" not in value)
