"""The committed contract is what facts and overlay make, and the facts what the published documents make."""

from __future__ import annotations

import json
import os
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vapi_sessions_tools.contract.building import build_contract, build_facts, contract_text
from vapi_sessions_tools.engine.document import load_document, parse_document
from vapi_sessions_tools.engine.facts import extract
from vapi_sessions_tools.engine.union import unite_schemas

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTRACT = Path(str(resources.files("vapi_sessions_tools.contract")))
REFERENCE = os.environ.get("VAPI_REFERENCE_DIR")
STATES = ("vapi-sessions-openapi-2026-05.yml", "vapi-sessions-openapi-2026-08.json")
with_reference = pytest.mark.skipif(not REFERENCE, reason="VAPI_REFERENCE_DIR names no folder")


def read(name: str) -> str:
    return (CONTRACT / name).read_text(encoding="utf-8")


def test_facts_and_overlay_make_the_committed_contract() -> None:
    built = contract_text(build_contract(json.loads(read("facts.json")), CONTRACT / "overlay.yaml"))
    assert built == read("contract.json"), "`make contract` rebuilds it"


def test_every_correction_and_policy_states_its_reason() -> None:
    actions = parse_document(read("overlay.yaml"), "overlay.yaml")["actions"]
    assert [action["target"] for action in actions if not action.get("description")] == []


def test_every_operation_and_argument_has_words_of_its_own() -> None:
    document = json.loads(read("contract.json"))
    operations = [raw for item in document["paths"].values() for raw in item.values()]
    assert all(raw["description"] and raw["x-title"] for raw in operations)
    parameters = [parameter for raw in operations for parameter in raw["parameters"]]
    assert [parameter["name"] for parameter in parameters if not parameter.get("description")] == []
    for name in ("CreateSessionDTO", "UpdateSessionDTO"):
        fields = document["components"]["schemas"][name]["properties"]
        assert [field for field, schema in fields.items() if not schema.get("description")] == []


def reference(name: str) -> str:
    folder = Path(REFERENCE or "")
    assert folder.is_dir(), f"VAPI_REFERENCE_DIR={REFERENCE} is not there"
    return str(folder / name)


@with_reference
def test_the_published_states_make_the_committed_facts() -> None:
    assert contract_text(build_facts([reference(name) for name in STATES])) == read("facts.json")


@with_reference
@pytest.mark.parametrize("state", STATES)
def test_everything_a_published_state_holds_is_in_the_facts(state: str) -> None:
    facts = json.loads(read("facts.json"))
    published = extract(load_document(reference(state)))
    for path, item in published["paths"].items():
        for method, raw in item.items():
            ours = facts["paths"][path][method]
            assert {p["name"] for p in raw["parameters"]} <= {p["name"] for p in ours["parameters"]}
            assert raw["responses"].keys() <= ours["responses"].keys()
    for name, schema in published["components"]["schemas"].items():
        assert list(_missing(schema, facts["components"]["schemas"][name], name)) == []


@with_reference
@pytest.mark.parametrize("state", STATES)
def test_no_rule_of_the_facts_is_tighter_than_a_published_state(state: str) -> None:
    facts = json.loads(read("facts.json"))["components"]["schemas"]
    published = extract(load_document(reference(state)))["components"]["schemas"]
    later = state == STATES[-1]
    tighter = [
        name
        for name, schema in published.items()
        if later and unite_schemas(schema, facts[name]) != facts[name]
    ]
    assert tighter == []


def _missing(published: Any, ours: Any, path: str) -> Iterator[str]:
    """Yield what a published schema has and ours has not: fields, listed values, branches."""
    if not isinstance(published, dict) or not isinstance(ours, dict):
        return
    theirs: dict[str, Any] = published  # pyright: ignore[reportUnknownVariableType]
    known: dict[str, Any] = ours  # pyright: ignore[reportUnknownVariableType]
    if theirs.get("type") != known.get("type"):
        return  # the later state says otherwise, and wins
    for name, schema in theirs.get("properties", {}).items():
        if name not in known.get("properties", {}):
            yield f"{path}.{name}"
        else:
            yield from _missing(schema, known["properties"][name], f"{path}.{name}")
    listed = [*known.get("enum", []), *known.get("x-former-enum", [])]
    yield from (f"{path}: {value}" for value in theirs.get("enum", []) if value not in listed)
    references = [branch.get("$ref") for branch in known.get("oneOf", [])]
    yield from (
        f"{path}: {branch['$ref']}"
        for branch in theirs.get("oneOf", [])
        if "$ref" in branch and branch["$ref"] not in references
    )
    if "items" in theirs:
        yield from _missing(theirs["items"], known.get("items"), f"{path}[]")
