"""Generated files are valid by the schemas that others publish."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import jsonschema_rs
import pytest

from portability import toolset_faults
from vapi_sessions_mcp.registration import SERVER_NAME
from vapi_sessions_tools.contract.loading import Contract, load_published
from vapi_sessions_tools.naftiko.capability import Spec, capability
from vapi_sessions_tools.toolset import Toolset

ROOT = Path(__file__).parents[3]
LIBRARY = ROOT / "tests" / "documents" / "library.yaml"
SPECS: tuple[Spec, ...] = get_args(Spec)


def faults(schema: Path, document: Any) -> list[str]:
    validator = jsonschema_rs.validator_for(json.loads(schema.read_text("utf-8")), validate_formats=True)
    return [error.message[:200] for error in validator.iter_errors(document)]


@pytest.mark.parametrize("document", ["sessions", "library"])
@pytest.mark.parametrize("spec", SPECS)
def test_naftiko_accepts_a_capability_of_its_version_only(
    contract: Contract, folder: Path, spec: Spec, document: str
) -> None:
    chosen = contract if document == "sessions" else load_published(str(LIBRARY))
    made = capability(chosen, spec, label="Vapi sessions", base_url="https://api.vapi.ai").document
    accepting = [one for one in SPECS if not faults(folder / f"naftiko-schema-{one}.json", made)]
    assert accepting == [spec]


def test_the_registry_accepts_the_entry(folder: Path) -> None:
    (schema,) = folder.glob("mcp-registry-server-*.schema.json")
    entry = json.loads((ROOT / "server.json").read_text("utf-8"))
    assert entry["$schema"] == json.loads(schema.read_text("utf-8"))["$id"]
    assert faults(schema, entry) == []


def test_every_client_accepts_the_tools_of_the_published_documents(folder: Path) -> None:
    documents = sorted(file for file in folder.iterdir() if "openapi" in file.name)
    assert documents
    for document in documents:
        made = load_published(str(document))
        assert made.left_out == {}
        assert toolset_faults(Toolset(made, lambda: None).tools, SERVER_NAME) == []  # type: ignore[arg-type]
