"""What of a request's body becomes part of a session."""

from collections.abc import Mapping

from vapi_sessions_tools.sessions.emulator.json_values import JsonObject

_DEFAULTS: Mapping[str, object] = {"status": "active", "expirationSeconds": 86_400}
_IGNORED_BESIDE: Mapping[str, str] = {"assistant": "assistantId", "squad": "squadId"}


def created_fields(body: JsonObject) -> JsonObject:
    """Return the fields of a new session.

    The default expiration, and that an inline assistant or squad is ignored beside its id, are of the
    published contract. That a new session is active is what its status means; no document says so.

    Args:
        body: The body of Create Session, already found good.

    Returns:
        The session's fields, those that the server adds left out.
    """
    given = changed_fields(body)
    kept = {name: value for name, value in given.items() if _IGNORED_BESIDE.get(name) not in given}
    return {"cost": 0, **_DEFAULTS, **kept}


def changed_fields(body: JsonObject) -> JsonObject:
    """Return the fields that an update replaces, each as a whole.

    A null counts as not given, and changes nothing (unknown upstream; follows NestJS).

    Args:
        body: The body of Update Session, already found good.

    Returns:
        The new values by field.
    """
    return {name: value for name, value in body.items() if value is not None}
