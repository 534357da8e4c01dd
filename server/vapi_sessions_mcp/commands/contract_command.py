"""`vapi-sessions-mcp contract`: building contracts, and comparing published documents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vapi_sessions_tools.contract.building import build_contract, build_facts, contract_text
from vapi_sessions_tools.engine.difference import differences
from vapi_sessions_tools.engine.document import load_document
from vapi_sessions_tools.engine.facts import extract
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence


def build(sources: Sequence[str], output: str, *, overlay: str | None, only: Sequence[str]) -> int:
    """Write the facts of published documents, or with an overlay the contract.

    Raises:
        SettingsError: A source, the overlay or the output cannot be used.
    """
    document = build_facts(sources, only=only)
    if overlay is not None:
        document = build_contract(document, Path(overlay))
    try:
        Path(output).write_text(contract_text(document), encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{output} cannot be written: {error}") from error
    operations = sum(len(item) for item in document["paths"].values())
    print(f"{output}: {operations} operations, {len(document['components']['schemas'])} schemas")
    return 0


def diff(old: str, new: str, *, only: Sequence[str]) -> int:
    """Print what changed between two documents, a change a line.

    Returns:
        0, whether or not there are differences.
    """
    older, newer = (extract(load_document(source), only=only) for source in (old, new))
    lines = differences(older, newer)
    print("\n".join(lines) if lines else "no differences")
    return 0
