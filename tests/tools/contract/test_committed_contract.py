"""The committed contract is what facts and overlay make, with reasons and words of its own."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

from vapi_sessions_tools.contract.building import build_contract, contract_text
from vapi_sessions_tools.engine.document import parse_document

CONTRACT = Path(str(resources.files("vapi_sessions_tools.contract")))


def read(name: str) -> str:
    return (CONTRACT / name).read_text(encoding="utf-8")


def test_facts_and_overlay_make_the_committed_contract() -> None:
    built = contract_text(build_contract(json.loads(read("facts.json")), CONTRACT / "overlay.yaml"))
    assert built == read("contract.json"), "`make contract` rebuilds it"


def test_every_correction_and_policy_states_its_reason() -> None:
    actions = parse_document(read("overlay.yaml"), "overlay.yaml")["actions"]
    assert [action["target"] for action in actions if not action.get("description")] == []
