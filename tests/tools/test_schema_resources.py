"""The types of a contract as resources."""

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


def read(contract: Contract, uri: str) -> Any:
    content = SchemaResources(contract.shapes).read(uri)
    assert content.media_type == "application/json"
    return json.loads(content.text)


def test_the_index_names_every_type_and_each_can_be_read(contract: Contract) -> None:
    index = read(contract, "vapi://schema")
    assert index["each"] == "vapi://schema/{type}"
    assert {"CreateSessionDTO", "SessionMessage", "Session"} <= set(index["types"])
    for name in index["types"]:
        assert read(contract, f"vapi://schema/{name}")["type"] == name


@pytest.mark.parametrize("name", ["Nope", "", "chatusermessage", "Session/x"])
def test_an_unknown_type_is_an_error(contract: Contract, name: str) -> None:
    with pytest.raises(UnknownResourceError):
        read(contract, f"vapi://schema/{name}")


def test_another_document_has_its_types_and_no_sessions() -> None:
    fields = {"name": {"type": "string", "maxLength": 40}}
    other = body_contract({"thing": ref("Thing")}, {"Thing": {"type": "object", "properties": fields}})
    assert read(other, "vapi://schema")["types"] == ["Thing"]
    assert "40" in json.dumps(read(other, "vapi://schema/Thin%67"))
    resources = Resources(Toolset(other, pytest.fail))
    uris = [resource.uri for resource in (*resources.resources, *resources.templates)]
    assert uris == ["vapi://schema", "vapi://schema/{type}"]
