"""A contract exported as a Naftiko capability: valid, and with everything the contract has."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import get_args

import jsonschema_rs
import pytest
import yaml

from small_contract import DONE, TEXT, contract_of, json_body, object_of
from tools.naftiko.engine import (
    Json,
    adapters,
    operations,
    resources,
    tools,
)
from vapi_sessions_tools.contract.loading import Contract, load_contract, load_published
from vapi_sessions_tools.engine.input_schema import input_schema
from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.naftiko.capability import Capability, Spec, capability, capability_text

SPECS: tuple[Spec, ...] = get_args(Spec)
REDUCED = Path(__file__).with_name("reduced_schema.yaml")
SCHEMA = jsonschema_rs.validator_for(yaml.safe_load(REDUCED.read_text("utf-8")))

LONG_LABEL = "a-very-long-name.of-a-host.that-is-longer.than-a-skill-s-name-may-be.example"
SHIPPED = load_contract()


def hostile_contract() -> Contract:
    words = "Runs eval(x), <script>alert(1)</script> and {{VAPI_API_KEY}}"
    body = json_body(object_of({"a": {**TEXT, "description": words}}))
    post = {**get("make"), "summary": words, "description": words, "requestBody": body}
    return contract_of({"/a": {"post": post}})


def gets(names_by_path: dict[str, str]) -> Contract:
    """Return the contract of one GET for each path."""
    return contract_of({path: {"get": get(name)} for path, name in names_by_path.items()})


def get(name: str, *parameters: Json) -> Json:
    return {"operationId": name, "parameters": list(parameters), "responses": DONE}


CONTRACTS = {
    "sessions": SHIPPED,
    "one tool": SHIPPED.offering(["list_sessions"], read_only=True),
    "library": load_published(str(Path(__file__).parents[2] / "documents" / "library.yaml")),
    "many tools": gets({f"/thing{number}": f"get_thing_number_{number}" for number in range(60)}),
    "equal names": gets({"/a-b": "2a", "/a_b": "n_2a"}),
    "hostile words": hostile_contract(),
}


def export(contract: Contract, spec: Spec = "1.0.0-alpha3", **more: str) -> Capability:
    return capability(contract, spec, label=LONG_LABEL, base_url="https://api.vapi.ai/", **more)


@cache
def exported(name: str) -> Json:
    return export(CONTRACTS[name]).document


def is_valid(document: Json) -> bool:
    return [error.message for error in SCHEMA.iter_errors(document)] == []


@pytest.fixture(params=list(CONTRACTS))
def document(request: pytest.FixtureRequest) -> Json:
    return exported(request.param)


class TestEveryCapability:
    def test_the_schema_accepts_it(self, document: Json) -> None:
        assert is_valid(document)

    def test_its_yaml_reads_back_without_anchors(self, document: Json) -> None:
        text = capability_text(document)
        assert yaml.safe_load(text) == document, "no text reads back as a number, a date or a boolean"
        assert not any(getattr(event, "anchor", None) for event in yaml.parse(text))

    def test_names_are_kebab_case_and_unique_among_their_kind(self, document: Json) -> None:
        placed = [*document["capability"]["exposes"], *adapters(document, "consumes"), *document["binds"]]
        groups = [[one["namespace"] for one in placed], [tool["name"] for tool in tools(document)]]
        for kind in ("consumes", "rest"):
            groups += [[one["name"] for one in resources(document, kind)]]
            groups += [[one["name"] for one in operations(document, kind)]]
        for names in groups:
            assert len(set(names)) == len(names)
            assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name)] == []

    @pytest.mark.parametrize("kind", ["consumes", "rest"])
    def test_operations_and_paths_have_a_description(self, document: Json, kind: str) -> None:
        assert all(one["description"].strip() for one in operations(document, kind))
        assert all(one["description"].strip() for one in resources(document, kind))

    def test_shown_text_holds_no_template_and_no_script(self, document: Json) -> None:
        shown = re.findall(r'"(?:label|description)": "((?:[^"\\]|\\.)*)"', json.dumps(document))
        assert len(shown) > 10
        assert [text for text in shown if re.search(r"(?i)<script|eval\(|\{\{", text)] == []

    def test_the_api_is_called_with_the_key_of_the_environment(self, document: Json) -> None:
        assert [bind["keys"] for bind in document["binds"]] == [{"VAPI_API_KEY": "VAPI_API_KEY"}]
        (api,) = adapters(document, "consumes")
        assert api["baseUri"] == "https://api.vapi.ai"
        assert api["authentication"] == {"type": "bearer", "token": "{{VAPI_API_KEY}}"}

    def test_the_skill_offers_the_tools_of_the_mcp_server(self, document: Json) -> None:
        (server,), (mcp,) = adapters(document, "skill"), adapters(document, "mcp")
        (skill,) = server["skills"]
        assert [(tool["name"], tool["description"], tool["from"]) for tool in skill["tools"]] == [
            (tool["name"], tool["description"], {"sourceNamespace": mcp["namespace"], "action": tool["name"]})
            for tool in tools(document)
        ]
        assert len(skill["name"]) <= 64
        assert len(skill["description"]) <= 1_024


class TestShippedContract:
    document = exported("sessions")

    @pytest.mark.parametrize("spec", SPECS)
    def test_the_version_of_the_specification_is_the_chosen_one(self, spec: Spec) -> None:
        document = export(SHIPPED, spec).document
        assert document == {**self.document, "naftiko": spec}
        assert is_valid(document)

    def test_tools_have_the_inputs_and_hints_of_the_contract(self) -> None:
        for operation, tool in zip(SHIPPED.operations, tools(self.document), strict=True):
            shown = input_schema(operation, SHIPPED.shapes)["properties"]
            inputs = tool["inputParameters"]
            assert [(one["name"], one["required"]) for one in inputs] == [
                (argument.name, argument.required) for argument in operation.arguments
            ]
            assert tool["hints"] == {
                "readOnly": operation.hints.read_only,
                "destructive": operation.hints.destructive,
                "idempotent": operation.hints.idempotent,
                "openWorld": operation.hints.open_world,
            }
            for argument, one in zip(operation.arguments, inputs, strict=True):
                kind, note = shown[argument.name]["type"], one["description"]
                if argument.place == "body" and kind in ("object", "string"):
                    assert one["type"] == "string"
                    assert ("as JSON text: a quoted and escaped string" in note) == (kind == "string")
                    assert "as JSON text" in note
                elif argument.place == "query" and kind == "array":
                    assert (one["type"], note.endswith("one can be given")) == ("string", True)
                else:
                    assert one["type"] == kind

    def test_attack_paths_that_remain_are_stated_to_callers_and_operators(self) -> None:
        (mcp,), (skill,) = adapters(self.document, "mcp"), adapters(self.document, "skill")[0]["skills"]
        for text in (self.document["info"]["description"], mcp["description"], skill["description"]):
            assert "../other/ID instead of an id reaches another path of the API with the key" in text
            assert 'JSON text such as "a", "other": [] sets other fields' in text
        for tool in tools(self.document):
            for one in tool["inputParameters"]:
                is_path = one["name"] == "id" and tool["name"] != "list-sessions"
                assert is_path == ("put into the path unchecked" in one["description"])

    @pytest.mark.parametrize(
        ("tool", "path", "body"), [("list_sessions", False, False), ("create_session", False, True)]
    )
    def test_only_attack_paths_that_exist_are_stated(self, tool: str, path: bool, body: bool) -> None:
        text = str(export(SHIPPED.offering([tool], read_only=False)).document)
        assert ("Attack paths" in text, "../other" in text, "sets other fields" in text) == (body, path, body)

    def test_pages_are_described_as_the_api_sends_them(self) -> None:
        tool = next(tool for tool in tools(self.document) if tool["name"] == "list-sessions")
        assert "metadata.totalItems" in tool["description"]
        assert "last message" not in tool["description"], "our tools add it to a page"
        words = {one["name"]: one["description"] for one in tool["inputParameters"]}
        assert words["cursor"] == "metadata.nextCursor of the page before"
        assert words["limit"] == "Page size, default 20; 0 to 1000"


@pytest.mark.parametrize("address", [None, "192.0.2.1", "localhost", "naftiko.example", "::1"])
def test_servers_listen_at_three_ports_of_a_given_address_or_of_loopback(address: str | None) -> None:
    contract = CONTRACTS["equal names"]
    document = (export(contract, address=address) if address else export(contract)).document
    servers = document["capability"]["exposes"]
    assert {server["address"] for server in servers} == {address or "127.0.0.1"}
    assert len({server["port"] for server in servers}) == len(servers) == 3
    assert is_valid(document)


@pytest.mark.parametrize(
    "address", ["", "a b", "http://a", "[::1]", "fe80::1%eth0", "::ffff:1.2.3.4", "-a", "1:2"]
)
def test_an_address_that_naftiko_refuses_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="expected a host name or an IP address"):
        export(SHIPPED, address=address)


def test_a_long_skill_name_is_cut_at_its_limit() -> None:
    (skill,) = adapters(exported("many tools"), "skill")[0]["skills"]
    assert skill["name"] == "a-very-long-name-of-a-host-that-is-longer-than-a-skill-s-name-ma"
    assert "60 operations" in skill["description"]


def test_arguments_without_a_valid_name_are_left_out_and_reported() -> None:
    made = export(CONTRACTS["library"])
    assert made.count == 4
    assert set(made.left_out) == {"GET /books, argument filter[title]", "GET /books, argument $sort"}


def test_operations_that_naftiko_cannot_call_are_left_out_and_reported() -> None:
    required = {"name": "filter[a]", "in": "query", "required": True, "schema": {"type": "string"}}
    paths = {"/a": {"get": get("a", required), "head": get("b")}, "/": {"get": get("2fast")}}
    made = export(contract_of(paths))
    assert made.left_out == {
        "GET /a": "Naftiko has no name for its argument filter[a]",
        "HEAD /a": "Naftiko calls nothing with HEAD",
    }
    assert [tool["name"] for tool in tools(made.document)] == ["n-2fast"]


def test_a_contract_without_any_operation_left_is_refused() -> None:
    with pytest.raises(SettingsError, match="HEAD /a: Naftiko calls nothing with HEAD"):
        export(contract_of({"/a": {"head": get("look")}}))


def test_equal_names_are_numbered() -> None:
    document = exported("equal names")
    assert [tool["name"] for tool in tools(document)] == ["n-2a", "n-2a-2"]
    assert [one["name"] for one in resources(document, "rest")] == ["a-b", "a-b-2"]


@pytest.mark.parametrize(("kind", "path"), [("consumes", "/a/"), ("rest", "/a")])
def test_only_the_called_path_keeps_a_slash_at_its_end(kind: str, path: str) -> None:
    document = export(gets({"/a/": "look"})).document
    assert [one["path"] for one in resources(document, kind)] == [path]
