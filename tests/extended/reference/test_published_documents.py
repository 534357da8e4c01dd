"""The committed facts are what the published states of the API make, and no secret of theirs is shown."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest

from security.planted_secrets import declared_places, shown_secrets
from vapi_sessions_tools.contract.building import build_facts, contract_text
from vapi_sessions_tools.engine.document import load_document
from vapi_sessions_tools.engine.facts import extract
from vapi_sessions_tools.engine.redaction import Redactor
from vapi_sessions_tools.engine.union import unite_schemas

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vapi_sessions_tools.contract.loading import Contract

STATES = ("vapi-sessions-openapi-2026-05.yml", "vapi-sessions-openapi-2026-08.json")
FACTS = resources.files("vapi_sessions_tools.contract").joinpath("facts.json").read_text("utf-8")


@pytest.fixture(scope="module")
def states(folder: Path) -> list[dict[str, Any]]:
    return [extract(load_document(str(folder / name))) for name in STATES]


def test_published_states_make_the_committed_facts(folder: Path) -> None:
    assert contract_text(build_facts([str(folder / name) for name in STATES])) == FACTS


def test_facts_hold_everything_that_a_state_holds(states: list[dict[str, Any]]) -> None:
    facts = json.loads(FACTS)
    for state in states:
        for path, item in state["paths"].items():
            for method, raw in item.items():
                ours = facts["paths"][path][method]
                assert {one["name"] for one in raw["parameters"]} <= {
                    one["name"] for one in ours["parameters"]
                }
                assert raw["responses"].keys() <= ours["responses"].keys()
        for name, schema in state["components"]["schemas"].items():
            assert list(missing(schema, facts["components"]["schemas"][name], name)) == []


def test_no_rule_of_the_facts_is_tighter_than_in_the_last_state(states: list[dict[str, Any]]) -> None:
    facts = json.loads(FACTS)["components"]["schemas"]
    for name, schema in states[-1]["components"]["schemas"].items():
        assert unite_schemas(schema, facts[name]) == facts[name], name


def test_no_secret_field_of_a_state_is_shown(states: list[dict[str, Any]], contract: Contract) -> None:
    for state in states:
        assert shown_secrets(Redactor(contract.secrets), declared_places(state)) == []


def missing(published: Any, ours: Any, path: str) -> Iterator[str]:
    """Yield what a published schema has and ours has not: fields, listed values, branches."""
    if not isinstance(published, dict) or not isinstance(ours, dict):
        return
    if published.get("type") != ours.get("type"):
        return  # the later state says otherwise, and wins
    for name, schema in published.get("properties", {}).items():
        if name not in ours.get("properties", {}):
            yield f"{path}.{name}"
        yield from missing(schema, ours.get("properties", {}).get(name), f"{path}.{name}")
    known = [*ours.get("enum", []), *ours.get("x-former-enum", []), *ours.get("oneOf", [])]
    listed = [*published.get("enum", []), *(one for one in published.get("oneOf", []) if "$ref" in one)]
    yield from (f"{path}: {value}" for value in listed if value not in known)
    yield from missing(published.get("items"), ours.get("items"), f"{path}[]")
