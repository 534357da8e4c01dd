"""The contract's types as resources, of any document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from small_contract import body_contract, ref
from vapi_sessions_tools.offered import UnknownResourceError
from vapi_sessions_tools.resources import Resources
from vapi_sessions_tools.schema_resources import SchemaResources
from vapi_sessions_tools.toolset import Toolset

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract

THING = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "maxLength": 40}}}
OTHER = body_contract({"thing": ref("Thing")}, {"Thing": THING})


def read(contract: Contract, uri: str) -> Any:
    content = SchemaResources(contract.shapes).read(uri)
    assert content.media_type == "application/json"
    return json.loads(content.text)


def test_the_index_names_every_type_and_how_to_read_one(contract: Contract) -> None:
    told = read(contract, "vapi://schema")
    assert told["each"] == "vapi://schema/{type}"
    assert {"CreateSessionDTO", "SessionMessage", "Session"} <= set(told["types"])


def test_every_type_of_the_index_can_be_read(contract: Contract) -> None:
    for name in read(contract, "vapi://schema")["types"]:
        assert read(contract, f"vapi://schema/{name}")["type"] == name


def test_a_type_tells_its_fields_and_the_types_below(contract: Contract) -> None:
    told = read(contract, "vapi://schema/ChatUserMessage")
    assert "content" in json.dumps(told)
    assert "SessionMessage" in read(contract, "vapi://schema/CreateSessionDTO")["types"]


@pytest.mark.parametrize("name", ["Nope", "", "chatusermessage", "Session/x"])
def test_an_unknown_type_is_unknown(contract: Contract, name: str) -> None:
    with pytest.raises(UnknownResourceError):
        read(contract, f"vapi://schema/{name}")


def test_another_document_has_its_types_and_no_sessions() -> None:
    assert read(OTHER, "vapi://schema")["types"] == ["Thing"]
    assert "40" in json.dumps(read(OTHER, "vapi://schema/Thin%67"))

    def unconnected() -> Any:
        raise AssertionError("nothing is sent")

    resources = Resources(Toolset(OTHER, unconnected))
    assert [one.uri for one in (*resources.resources, *resources.templates)] == [
        "vapi://schema",
        "vapi://schema/{type}",
    ]
