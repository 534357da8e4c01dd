"""The session that a call is about, by the name and customer that a person knows it by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio

from vapi_sessions_tools.engine.json_values import is_object
from vapi_sessions_tools.errors import CallError, SettingsError
from vapi_sessions_tools.sessions.reading import GET, SessionReader

if TYPE_CHECKING:
    from vapi_sessions_tools.credential import Credential, MissingKey
    from vapi_sessions_tools.preparation import Prepared
    from vapi_sessions_tools.toolset import Toolset

_PATIENCE = 3.0
_MOST_CUSTOMER_VALUES = 2
_CUSTOMER_FIELDS = ("name", "number", "email", "sipUri", "externalId")


class SubjectReader:
    """Reads the session that a call would change, where reading one is offered.

    Args:
        toolset: The tools.
        patience: Seconds that it may take.
    """

    def __init__(self, toolset: Toolset, *, patience: float = _PATIENCE) -> None:
        self._reader = SessionReader(toolset)
        self._patience = patience
        paths = {operation.tool: operation.path for operation in toolset.contract.operations}
        self._path = paths[GET] if self._reader.offers(GET) else None

    async def describe(
        self, prepared: Prepared, credential: Credential | MissingKey
    ) -> dict[str, tuple[str, ...]]:
        """Return the values that name the session, by label; none where they cannot be read in time.

        Args:
            prepared: The call.
            credential: The caller's key.
        """
        if prepared.operation.path != self._path:
            return {}
        with anyio.move_on_after(self._patience):
            try:
                session = await self._reader.whole(prepared.arguments["id"], credential)
            except (CallError, SettingsError):
                return {}
            return session_subject(session)
        return {}


def session_subject(session: object) -> dict[str, tuple[str, ...]]:
    """Return the values that name a session, by label."""
    if not is_object(session):
        return {}
    customer = session.get("customer")
    details = [customer.get(field) for field in _CUSTOMER_FIELDS] if is_object(customer) else []
    subject = {
        "current name": _texts(session.get("name")),
        "customer": _texts(*details)[:_MOST_CUSTOMER_VALUES] or _texts(session.get("customerId")),
    }
    return {label: values for label, values in subject.items() if values}


def _texts(*values: object) -> tuple[str, ...]:
    return tuple(value for value in values if isinstance(value, str) and value.strip())
