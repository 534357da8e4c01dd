"""A contract made a capability: valid by its specification, by its rules, and no matter which contract."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest

from small_contract import DONE, contract_of, json_body
from tools.naftiko import parts
from tools.naftiko.rules import breaches
from tools.naftiko.strict_yaml import read_strictly
from tools.naftiko.structure import REFERENCE, faults, published_faults
from vapi_sessions_tools.contract.loading import load_published
from vapi_sessions_tools.engine.input_schema import input_schema
from vapi_sessions_tools.errors import SettingsError
from vapi_sessions_tools.naftiko.capability import Spec, capability, capability_text

if TYPE_CHECKING:
    from tools.naftiko.parts import Json
    from vapi_sessions_tools.contract.loading import Contract

LIBRARY = Path(__file__).parents[2] / "documents" / "library.yaml"
SPECS: tuple[Spec, ...] = get_args(Spec)
with_reference = pytest.mark.skipif(not REFERENCE, reason="VAPI_REFERENCE_DIR names no folder")


def written(contract: Contract, spec: Spec = "1.0.0-alpha3", base_url: str = "https://api.vapi.ai") -> Json:
    """Return a capability as a reader of its file has it."""
    made = capability(contract, spec, label="Vapi sessions", base_url=base_url)
    document: Json = read_strictly(capability_text(made.document))
    assert document == made.document, "no text is read as a number, a date or a truth"
    return document


@pytest.mark.parametrize("spec", SPECS)
def test_the_shipped_contract_gives_a_sound_capability(contract: Contract, spec: Spec) -> None:
    document = written(contract, spec)
    assert document["naftiko"] == spec
    assert faults(document) == []
    assert breaches(document) == []


@with_reference
@pytest.mark.parametrize("spec", SPECS)
def test_the_published_schema_accepts_it_and_no_other_version(contract: Contract, spec: Spec) -> None:
    document = written(contract, spec)
    assert published_faults(document, spec) == []
    (other,) = set(SPECS) - {spec}
    assert published_faults(document, other) != []


@pytest.mark.parametrize("spec", SPECS)
def test_another_document_gives_one_too(spec: Spec) -> None:
    document = written(load_published(str(LIBRARY)), spec)
    assert faults(document) == []
    assert breaches(document) == []
    if REFERENCE:
        assert published_faults(document, spec) == []


def test_all_operations_are_offered_over_both(contract: Contract) -> None:
    document = written(contract)
    names = [operation.tool.replace("_", "-") for operation in contract.operations]
    assert len(names) == 5
    assert [tool["name"] for _, _, tool in parts.tools(document)] == names
    for kind in ("consumes", "rest"):
        found = [operation["name"] for _, _, operation in parts.operations(document, kind)]
        assert sorted(found) == sorted(names)


def test_methods_and_addresses_are_the_contracts(contract: Contract) -> None:
    document = written(contract)
    for operation in contract.operations:
        found = parts.called(document, f"vapi-sessions.{operation.tool.replace('_', '-')}")
        assert found is not None
        adapter, resource, consumed = found
        assert adapter["baseUri"] == "https://api.vapi.ai"
        assert resource["path"] == operation.path.replace("{", "{{").replace("}", "}}")
        assert consumed["method"] == operation.method


def test_tools_have_the_contracts_inputs_and_hints(contract: Contract) -> None:
    document = written(contract)
    for operation, (_, _, tool) in zip(contract.operations, parts.tools(document), strict=True):
        given: list[Json] = tool["inputParameters"]
        assert [one["name"] for one in given] == [argument.name for argument in operation.arguments]
        assert [one["required"] for one in given] == [argument.required for argument in operation.arguments]
        assert tool["hints"] == {
            "readOnly": operation.hints.read_only,
            "destructive": operation.hints.destructive,
            "idempotent": operation.hints.idempotent,
            "openWorld": operation.hints.open_world,
        }


def test_inputs_have_the_contracts_types_but_for_what_templates_cannot_write(contract: Contract) -> None:
    document = written(contract)
    for operation, (_, _, tool) in zip(contract.operations, parts.tools(document), strict=True):
        shown = input_schema(operation, contract.shapes)["properties"]
        for one in tool["inputParameters"]:
            kind = shown[one["name"]]["type"]
            if one["type"] != kind:
                assert one["type"] == "string"
                assert one["description"].endswith(
                    {"object": "as JSON text", "array": "one can be given"}[kind]
                )


def test_a_text_in_a_body_is_described_as_json_text(contract: Contract) -> None:
    document = written(contract)
    for operation, (_, _, tool) in zip(contract.operations, parts.tools(document), strict=True):
        shown = input_schema(operation, contract.shapes)["properties"]
        places = {argument.name: argument.place for argument in operation.arguments}
        for one in tool["inputParameters"]:
            is_text = places[one["name"]] == "body" and shown[one["name"]]["type"] == "string"
            assert is_text == ('as JSON text: a quoted and escaped string, such as "' in one["description"])


def test_the_attack_paths_that_remain_are_stated_where_callers_and_operators_read(contract: Contract) -> None:
    document = written(contract)
    ((_, server),) = parts.adapters(document, "mcp")
    for text in (document["info"]["description"], server["description"]):
        assert "../other/ID instead of an id reaches another path of the API with the key" in text
        assert 'JSON text such as "a", "other": [] sets other fields' in text
    declared = [
        (one["description"], one["name"] == "id" and unit["name"] != "list-sessions")
        for _, _, unit in parts.exposed(document)
        for one in unit.get("inputParameters", [])
    ]
    assert sum(is_path for _, is_path in declared) == 6
    for words, is_path in declared:
        assert is_path == ("a UUID; put into the path unchecked, where ../ ? or # would reach" in words)


def test_an_attack_path_that_is_not_there_is_not_stated(contract: Contract) -> None:
    document = written(contract.offering(["list_sessions"], read_only=False))
    assert "Attack paths" not in str(document)
    document = written(contract.offering(["create_session"], read_only=False))
    assert "../other" not in str(document)
    assert "sets other fields" in str(document)


def test_the_key_is_bound_and_nowhere_else(contract: Contract) -> None:
    document = written(contract)
    assert [bind["keys"] for bind in document["binds"]] == [{"VAPI_API_KEY": "VAPI_API_KEY"}]
    ((_, adapter),) = parts.adapters(document, "consumes")
    assert adapter["authentication"] == {"type": "bearer", "token": "{{VAPI_API_KEY}}"}


def test_the_servers_listen_on_this_machine_only(contract: Contract) -> None:
    servers = written(contract)["capability"]["exposes"]
    assert [(server["type"], server["address"]) for server in servers] == [
        *(("mcp", "127.0.0.1"), ("rest", "127.0.0.1"), ("skill", "127.0.0.1"))
    ]
    assert len({server["port"] for server in servers}) == 3


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("address", ["192.0.2.1", "localhost", "naftiko.example", "::1", "2001:db8::1"])
def test_the_servers_listen_where_they_are_asked_to(contract: Contract, spec: Spec, address: str) -> None:
    made = capability(contract, spec, label="x", base_url="https://x.test", address=address)
    assert {server["address"] for server in made.document["capability"]["exposes"]} == {address}
    assert faults(made.document) == []
    if REFERENCE:
        assert published_faults(made.document, spec) == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        " ",
        "a b",
        "http://a",
        "a:80",
        "[::1]",
        "fe80::1%eth0",
        "::ffff:1.2.3.4",
        "-a",
        "a_b",
        "a\n",
        "1:2",
    ],
)
def test_an_address_that_the_schema_refuses_is_refused(contract: Contract, address: str) -> None:
    with pytest.raises(SettingsError, match="expected a host name or an IP address"):
        capability(contract, "1.0.0-alpha3", label="x", base_url="https://x.test", address=address)


def test_a_skill_offers_the_tools_of_the_mcp_server(contract: Contract) -> None:
    document = written(contract)
    ((_, server),) = parts.adapters(document, "skill")
    assert server["namespace"] == "vapi-sessions-skill"
    (skill,) = server["skills"]
    assert skill["name"] == "vapi-sessions"
    assert "Create session, List sessions" in skill["description"]
    assert "Attack paths" in skill["description"]
    assert "allowed-tools" not in skill
    mcp_tools = [(tool["name"], tool["description"]) for _, _, tool in parts.tools(document)]
    assert [(tool["name"], tool["description"]) for tool in skill["tools"]] == mcp_tools
    assert [tool["from"] for tool in skill["tools"]] == [
        {"sourceNamespace": "vapi-sessions-mcp", "action": name} for name, _ in mcp_tools
    ]


@pytest.mark.parametrize("spec", SPECS)
def test_a_skill_of_many_tools_keeps_to_the_limits(spec: Spec) -> None:
    paths = {
        f"/thing{number}": {"get": {"operationId": f"get_thing_number_{number}", "responses": DONE}}
        for number in range(60)
    }
    label = "a-very-long-name.of-a-host.that-is-longer.than-a-skill-s-name-may-be.example"
    made = capability(contract_of(paths), spec, label=label, base_url="https://x.test")
    ((_, server),) = parts.adapters(made.document, "skill")
    (skill,) = server["skills"]
    assert len(skill["tools"]) == 60
    assert len(skill["description"]) <= 1_024
    assert skill["name"] == "a-very-long-name-of-a-host-that-is-longer-than-a-skill-s-name-ma"
    assert breaches(made.document) == []
    assert faults(made.document) == []
    if REFERENCE:
        assert published_faults(made.document, spec) == []


def test_fewer_tools_give_a_smaller_capability(contract: Contract) -> None:
    document = written(contract.offering(["list_sessions"], read_only=True))
    assert breaches(document) == []
    assert [tool["name"] for _, _, tool in parts.tools(document)] == ["list-sessions"]
    assert [place["path"] for _, place in parts.resources(document, "consumes")] == ["/session"]


def test_what_is_said_of_pages_holds_for_the_apis_own_answer(contract: Contract) -> None:
    document = written(contract)
    (tool,) = (tool for _, _, tool in parts.tools(document) if tool["name"] == "list-sessions")
    assert "metadata.totalItems" in tool["description"]
    assert "last message" not in tool["description"], "that is the compact view of the tools"
    words = {one["name"]: one["description"] for one in tool["inputParameters"]}
    assert words["cursor"] == "metadata.nextCursor of the page before"
    assert words["createdAtGt"] == "Created after; ISO 8601 date and time"
    assert words["limit"] == "Page size, default 20; 0 to 1000"
    assert words["sortOrder"] == "Default DESC; one of ASC, DESC"


def test_the_same_contract_gives_the_same_text(contract: Contract) -> None:
    texts = {
        capability_text(capability(contract, "1.0.0-alpha3", label="x", base_url="https://x.test/").document)
        for _ in range(2)
    }
    assert len(texts) == 1
    assert "baseUri: https://x.test\n" in texts.pop()


def test_what_naftiko_has_no_name_for_is_left_out_and_told() -> None:
    made = capability(
        load_published(str(LIBRARY)), "1.0.0-alpha3", label="Library", base_url="https://l.test"
    )
    assert made.count == 4
    assert set(made.left_out) == {"GET /books, argument filter[title]", "GET /books, argument $sort"}


def test_an_operation_that_cannot_be_called_is_left_out() -> None:
    needed = [{"name": "filter[a]", "in": "query", "required": True, "schema": {"type": "string"}}]
    answers = {"operationId": "a", "responses": DONE}
    contract = contract_of(
        {
            "/a": {"get": {**answers, "parameters": needed}, "head": {**answers, "operationId": "b"}},
            "/": {"get": {"operationId": "2fast", "responses": DONE}},
        }
    )
    made = capability(contract, "1.0.0-alpha3", label="Things", base_url="https://t.test")
    assert made.left_out == {
        "GET /a": "Naftiko has no name for its argument filter[a]",
        "HEAD /a": "Naftiko calls nothing with HEAD",
    }
    assert [tool["name"] for _, _, tool in parts.tools(made.document)] == ["n-2fast"]
    assert breaches(made.document) == []


def test_a_contract_of_which_nothing_can_be_told_is_refused() -> None:
    contract = contract_of({"/a": {"head": {"operationId": "look", "responses": DONE}}})
    with pytest.raises(SettingsError, match="HEAD /a: Naftiko calls nothing with HEAD"):
        capability(contract, "1.0.0-alpha3", label="Things", base_url="https://t.test")


def test_a_slash_at_the_end_of_a_path_is_the_apis_alone() -> None:
    contract = contract_of({"/a/": {"get": {"operationId": "look", "responses": DONE}}})
    made = capability(contract, "1.0.0-alpha3", label="Things", base_url="https://t.test")
    assert [place["path"] for _, place in parts.resources(made.document, "consumes")] == ["/a/"]
    assert [place["path"] for _, place in parts.resources(made.document, "rest")] == ["/a"]


def test_words_of_others_are_shown_and_never_run() -> None:
    words = "Runs eval(x), <script>alert(1)</script> and {{VAPI_API_KEY}}"
    field = {"type": "string", "description": words}
    post = {
        "operationId": "make",
        "summary": words,
        "description": words,
        "responses": DONE,
        "requestBody": json_body({"type": "object", "properties": {"a": field}}),
    }
    made = capability(
        contract_of({"/a": {"post": post}}), "1.0.0-alpha3", label="Things", base_url="https://t.test"
    )
    assert breaches(made.document) == []


def test_operations_whose_names_would_be_one_have_two() -> None:
    contract = contract_of(
        {
            "/a-b": {"get": {"operationId": "2a", "responses": DONE}},
            "/a_b": {"get": {"operationId": "n_2a", "responses": DONE}},
        }
    )
    made = capability(contract, "1.0.0-alpha3", label="Things", base_url="https://t.test")
    assert [tool["name"] for _, _, tool in parts.tools(made.document)] == ["n-2a", "n-2a-2"]
    assert [place["name"] for _, place in parts.resources(made.document, "rest")] == ["a-b", "a-b-2"]
    assert breaches(made.document) == []


def spoilt(document: Json, change: str) -> Json:
    """Return a capability with one fault."""
    bad: Json = copy.deepcopy(document)
    api, (mcp, rest, skill) = bad["capability"]["consumes"][0], bad["capability"]["exposes"]
    changes: dict[str, Any] = {
        "namespaces_are_unique": lambda: mcp.update(namespace=rest["namespace"]),
        "no_address_ends_with_a_slash": lambda: api.update(baseUri="https://api.vapi.ai/"),
        "paths_are_paths": lambda: api["resources"][0].update(path="/session?limit=1"),
        "everything_is_described": lambda: rest["resources"][0].pop("description"),
        "names_are_kebab_case": lambda: mcp["tools"][0].update(name="Create_Session"),
        "tokens_come_from_bindings": lambda: api["authentication"].update(token="{{ANOTHER}}"),
        "places_in_paths_are_declared": lambda: api["resources"][1].update(path="/session/{{other}}"),
        "inputs_say_whether_they_are_required": lambda: mcp["tools"][0]["inputParameters"][0].pop("required"),
        "calls_lead_somewhere": lambda: mcp["tools"][0].update(call="vapi-sessions.nothing"),
        "inputs_reach_the_call": lambda: mcp["tools"][0]["with"].pop("name"),
        "templates_name_inputs": lambda: api["resources"][0]["operations"][0].update(body="{{nobody}}"),
        "names_are_said_once": lambda: api["resources"].append(api["resources"][0]),
        "skill_tools_are_tools": lambda: skill["skills"][0]["tools"][0]["from"].update(action="nothing"),
        "no_words_run": lambda: mcp.update(description="{{VAPI_API_KEY}}"),
    }
    changes[change]()
    return bad


@pytest.mark.parametrize(
    "rule",
    [
        *("namespaces_are_unique", "no_address_ends_with_a_slash", "paths_are_paths"),
        *("everything_is_described", "names_are_kebab_case", "tokens_come_from_bindings"),
        *("places_in_paths_are_declared", "inputs_say_whether_they_are_required", "calls_lead_somewhere"),
        *("inputs_reach_the_call", "templates_name_inputs", "names_are_said_once", "no_words_run"),
        "skill_tools_are_tools",
    ],
)
def test_each_rule_finds_its_breach(contract: Contract, rule: str) -> None:
    assert {breach.split(": ")[0] for breach in breaches(spoilt(written(contract), rule))} >= {rule}


def test_the_reduced_schema_finds_what_does_not_belong(contract: Contract) -> None:
    document = written(contract)
    document["capability"]["exposes"][1]["resources"][0]["operations"][0]["inputParameters"][0][
        "required"
    ] = False
    assert faults(document) != [], "a REST input has no word for being optional"


@pytest.mark.parametrize("text", ["a: 1\na: 2", "- &x {b: 1}\n- *x", "a: {b: 1, c: 2, b: 3}"])
def test_the_reader_forgives_nothing(text: str) -> None:
    with pytest.raises(ValueError, match=r"twice|anchor"):
        read_strictly(text)
