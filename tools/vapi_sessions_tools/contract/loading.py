"""The contract that is shipped, or another one, ready for use: schemas, operations, policies."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass, replace
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from vapi_sessions_tools.base_url import HOSTS
from vapi_sessions_tools.engine.derivation import derive
from vapi_sessions_tools.engine.document import load_document
from vapi_sessions_tools.engine.facts import extract
from vapi_sessions_tools.engine.operation import Frozen
from vapi_sessions_tools.engine.secret_policy import SecretPolicy
from vapi_sessions_tools.engine.shape import Shapes
from vapi_sessions_tools.errors import DocumentError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Collection

    from vapi_sessions_tools.engine.document import Document
    from vapi_sessions_tools.engine.operation import Operation


class Advice(Frozen):
    """A sentence or two for agents.

    Args:
        text: What it says.
        about: The tools without which it makes no sense.
    """

    text: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contract:
    """An API as its tools know it.

    Args:
        operations: What can be called.
        left_out: What cannot, as `METHOD /path`, with the reason.
        shapes: Its schemas.
        secrets: Which fields hold secrets.
        advice: What an agent should know before it calls anything, each with the tools that it is about.
        server: The API's root as the document states it, or None.
        hidden: What is offered to nobody, and can still be looked up.
    """

    operations: tuple[Operation, ...]
    left_out: dict[str, str]
    shapes: Shapes
    secrets: SecretPolicy
    advice: tuple[Advice, ...]
    server: str | None
    hidden: tuple[Operation, ...] = ()

    @property
    def instructions(self) -> str:
        """What an agent should know before it calls anything; nothing of tools that are not offered."""
        offered = {operation.tool for operation in self.operations}
        return " ".join(advice.text for advice in self.advice if offered.issuperset(advice.about))

    @property
    def lister(self) -> str | None:
        """The tool that lists what there is, where it is offered."""
        listing = (operation.tool for operation in self.operations if operation.pages is not None)
        return next(listing, None)

    def operation(self, identity: str) -> Operation | None:
        """Return the operation of an `operationId`, offered or not, or None."""
        known = (*self.operations, *self.hidden)
        return next((operation for operation in known if operation.id == identity), None)

    def offering(self, names: Collection[str] | None, *, read_only: bool) -> Contract:
        """Return this contract with fewer tools.

        Args:
            names: The tools that are kept; all when None.
            read_only: Whether only those are kept that change nothing.

        Raises:
            SettingsError: A name is no tool's, or no tool is left.
        """
        self.check_names(names or ())
        kept = tuple(
            operation
            for operation in self.operations
            if (names is None or operation.tool in names) and (operation.only_reads or not read_only)
        )
        if not kept:
            reason = "none of them only reads" if read_only else "none is named"
            raise SettingsError(f"the choice of tools leaves no tool: {reason}")
        left = tuple(operation for operation in self.operations if operation not in kept)
        return replace(self, operations=kept, hidden=(*self.hidden, *left))

    def check_names(self, names: Collection[str]) -> None:
        """Find out that each name is a tool's.

        Raises:
            SettingsError: One is not; the message names the nearest.
        """
        for name in names:
            self._check_name(name)

    def _check_name(self, name: str) -> None:
        known = [operation.tool for operation in self.operations]
        if name in known:
            return
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}? The tools are" if near else "the tools are"
        raise SettingsError(f"there is no tool {name!r}; {hint} {', '.join(known)}")


def load_contract() -> Contract:
    """Return the contract of the Vapi Sessions API that is shipped with this package."""
    text = resources.files(__package__ or __name__).joinpath("contract.json").read_text(encoding="utf-8")
    return as_contract(json.loads(text))


def load_published(source: str) -> Contract:
    """Return the contract of any published document, in its own words.

    Args:
        source: A file or a URL.

    Raises:
        DocumentError: It cannot be read, or gives no tool.
    """
    contract = as_contract(_with_policy(extract(load_document(source), prose=True)))
    if not contract.operations:
        reasons = "; ".join(f"{place}: {reason}" for place, reason in contract.left_out.items())
        raise DocumentError(f"{source} gives no tool: {reasons}")
    return contract


def _with_policy(document: Document) -> Document:
    """Give a document of this API the shipped policy for secrets; others have what their names tell."""
    servers: list[Document] = document.get("servers") or []
    hosts = {urlsplit(str(server.get("url", ""))).hostname for server in servers}
    if "x-secret" in document or not hosts & {urlsplit(url).hostname for url in HOSTS.values()}:
        return document
    return {**document, "x-secret": load_contract().secrets.model_dump()}


def as_contract(document: Document) -> Contract:
    """Read an extracted document as a contract.

    Raises:
        DocumentError: One of its `x-` policies is malformed.
    """
    shapes = Shapes(document)
    try:
        derived = derive(document, shapes)
        secrets = SecretPolicy(**document.get("x-secret", {}))
        advice = tuple(Advice(**stated) for stated in document.get("x-instructions", []))
    except ValidationError as error:
        first: Any = error.errors()[0]
        raise DocumentError(f"a policy is malformed at {first['loc']}: {first['msg']}") from error
    servers: list[Document] = document.get("servers") or [{}]
    return Contract(
        operations=derived.operations,
        left_out=derived.left_out,
        shapes=shapes,
        secrets=secrets,
        advice=advice,
        server=servers[0].get("url"),
    )
