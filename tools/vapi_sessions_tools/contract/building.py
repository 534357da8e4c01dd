"""Building the contract: published documents made facts, facts and overlay made the contract."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from vapi_sessions_tools.engine.document import load_document, parse_document
from vapi_sessions_tools.engine.facts import extract
from vapi_sessions_tools.engine.overlay import apply_overlay
from vapi_sessions_tools.engine.union import unite
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vapi_sessions_tools.engine.document import Document


def build_facts(sources: Sequence[str], *, only: Sequence[str] = ()) -> Document:
    """Return the union of published states of one API, without their prose.

    Args:
        sources: Files or URLs, the oldest state first.
        only: Path prefixes to keep; all when empty.

    Raises:
        DocumentError: A source cannot be read or makes no sense.
    """
    return unite([extract(load_document(source), only=only) for source in sources])


def build_contract(facts: Document, overlay: Path) -> Document:
    """Return facts with an overlay file's words, policies and corrections.

    Raises:
        DocumentError: The overlay cannot be parsed.
        OverlayError: It does not fit the facts.
    """
    try:
        text = overlay.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"the overlay {overlay} cannot be read: {error}") from error
    return apply_overlay(facts, parse_document(text, str(overlay)))


def contract_text(document: Document) -> str:
    """Write a generated document: stable, and one fact a line, so that a change reads as a change."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
