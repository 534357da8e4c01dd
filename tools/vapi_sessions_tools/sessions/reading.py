"""Sessions as material for readers: one, the recent ones, those of a customer.

They are read through the tools, and only where the tool is offered: what an operator took away is not to
be had in another way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vapi_sessions_tools.engine.json_values import is_object
from vapi_sessions_tools.sessions.transcript import transcript

if TYPE_CHECKING:
    from vapi_sessions_tools.credential import Credential, MissingKey
    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.toolset import Toolset

GET, LIST = "get_session", "list_sessions"
_OPERATIONS = {GET: "SessionController_findOne", LIST: "SessionController_findAllPaginated"}
_NEWEST = 100
_NUMBER = re.compile(r"\A\+[\d\s().-]{4,}\Z")


@dataclass(frozen=True, slots=True)
class Recent:
    """The newest sessions.

    Args:
        sessions: Their ids and names; a name may be empty.
        more: Whether there are older ones.
    """

    sessions: tuple[tuple[str, str], ...]
    more: bool


@dataclass(frozen=True, slots=True)
class OfCustomer:
    """The sessions that a list by customer answered.

    Args:
        sessions: Those that name the customer, the newest first.
        others: How many do not, for whatever reason they were answered.
        beyond: How many more there are, at which nobody looked.
    """

    sessions: tuple[Document, ...]
    others: int
    beyond: int = 0


class SessionReader:
    """Reads sessions through the tools that are offered.

    Args:
        toolset: The tools.
    """

    def __init__(self, toolset: Toolset) -> None:
        self._toolset = toolset
        offered = {operation.tool: operation.id for operation in toolset.contract.operations}
        found = {tool for tool, identity in _OPERATIONS.items() if offered.get(tool) == identity}
        self._offered = found - toolset.asked  # of what the user is to be asked about nothing else is made

    def offers(self, tool: str) -> bool:
        """Whether a tool of these sessions is offered; another document's of that name is another tool."""
        return tool in self._offered

    @property
    def reader(self) -> str | None:
        """The tool that reads a session, where it is offered."""
        return GET if self.offers(GET) else None

    async def compact(self, identity: str, credential: Credential | MissingKey) -> Document:
        """Return a session as `get_session` shows it.

        Raises:
            CallError: It could not be read.
        """
        return await self._toolset.call(GET, {"id": identity}, credential)

    async def whole(self, identity: str, credential: Credential | MissingKey) -> Document:
        """Return all of a session but its secrets.

        Raises:
            CallError: It could not be read.
        """
        session: Document = await self._toolset.whole(GET, {"id": identity}, credential)
        return session

    async def transcript(self, identity: str, credential: Credential | MissingKey) -> str:
        """Return a session's transcript, without the key however it is written there.

        Raises:
            CallError: It could not be read.
        """
        session = await self.whole(identity, credential)
        # Taking out what is not seen may put the key together: it is looked for once more.
        return self._toolset.without_key(transcript(session, reader=self.reader), credential)

    async def recent(self, credential: Credential | MissingKey) -> Recent:
        """Return the newest sessions.

        Raises:
            CallError: They could not be listed.
        """
        page = await self._toolset.whole(LIST, {"limit": _NEWEST}, credential)
        listed: list[Document] = page["results"]
        named = [session for session in listed if isinstance(session.get("id"), str)]
        return Recent(
            tuple((session["id"], str(session.get("name") or "")) for session in named),
            more=_total(page) > len(listed),
        )

    async def of_customer(self, customer: str, credential: Credential | MissingKey) -> OfCustomer:
        """Return the sessions of a customer among the newest that the API lists for them.

        Args:
            customer: A phone number, a SIP URI, an e-mail address or an external id.
            credential: Whose key to call with.

        Raises:
            CallError: They could not be listed.
        """
        field, value = customer_filter(customer)
        page = await self._toolset.whole(LIST, {field: value, "limit": _NEWEST}, credential)
        listed: list[Document] = page["results"]
        # Whether the API heeds this filter is not documented: what it lists is checked.
        theirs = tuple(session for session in listed if _names(session, field, value))
        return OfCustomer(theirs, len(listed) - len(theirs), max(0, _total(page) - len(listed)))


def customer_filter(customer: str) -> tuple[str, str]:
    """Return the field of a customer that a text is, by its form, and its value there."""
    text = customer.strip()
    if text.lower().startswith(("sip:", "sips:")):
        return "sipUri", text
    if "@" in text:
        return "email", text
    if _NUMBER.match(text):
        return "number", "+" + re.sub(r"\D", "", text)
    return "externalId", text


def _names(session: Document, field: str, value: str) -> bool:
    customer = session.get("customer")
    known = customer.get(field) if is_object(customer) else None
    if field == "externalId":
        return known == value  # somebody else's id, of which nothing is known
    return isinstance(known, str) and known.casefold() == value.casefold()


def _total(page: Document) -> int:
    """Return how many entries a list has in all, 0 where it does not say."""
    metadata = page.get("metadata")
    total = metadata.get("totalItems") if is_object(metadata) else None
    return total if isinstance(total, int) else 0
