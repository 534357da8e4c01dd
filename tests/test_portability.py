"""The tools of every document at hand are accepted by every client and model provider.

At hand are the shipped contract, the documents beside these tests, and what `PORTABILITY_DOCUMENTS` lists.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from portability import LONGEST_WORDS, toolset_faults
from vapi_sessions_mcp.registration import SERVER_NAME
from vapi_sessions_tools.contract.loading import Contract, load_published
from vapi_sessions_tools.toolset import Tool, Toolset

BESIDE = sorted((Path(__file__).parent / "documents").iterdir())
DOCUMENTS = [str(file) for file in BESIDE if file.suffix in (".json", ".yaml", ".yml")]
DOCUMENTS += filter(None, os.environ.get("PORTABILITY_DOCUMENTS", "").split(os.pathsep))


def tools(contract: Contract) -> tuple[Tool, ...]:
    def connect() -> Any:
        raise AssertionError("nothing is sent here")

    return Toolset(contract, connect).tools


def test_the_five_tools_are_portable(contract: Contract) -> None:
    assert toolset_faults(tools(contract), SERVER_NAME) == []
    assert len(contract.instructions.encode()) <= LONGEST_WORDS


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda source: Path(source).name)
def test_the_tools_of_a_document_are_portable(document: str) -> None:
    made = load_published(document)
    assert made.left_out == {}
    assert toolset_faults(tools(made), SERVER_NAME) == []
