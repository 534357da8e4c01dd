"""The paths of the REST surface: made from the contract, matched with their percent-encoding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from small_contract import DONE, contract_of
from vapi_sessions_mcp.http.rest.rest_routes import find_route, rest_routes

if TYPE_CHECKING:
    from vapi_sessions_tools.contract.loading import Contract


def test_each_tool_has_a_method_and_a_path(contract: Contract) -> None:
    assert {
        route.template: {method: operation.tool for method, operation in route.operations.items()}
        for route in rest_routes(contract.operations)
    } == {
        "/v1/sessions": {"POST": "create_session", "GET": "list_sessions"},
        "/v1/sessions/{id}": {"GET": "get_session", "PATCH": "update_session", "DELETE": "delete_session"},
    }


def test_paths_of_another_document_have_the_names_of_its_arguments() -> None:
    parameter = {"in": "path", "name": "thing-id", "schema": {"type": "string"}}
    contract = contract_of(
        {
            "/things/{thing-id}/": {"get": {"parameters": [parameter], "responses": DONE}},
            "/things/all": {"get": {"responses": DONE}},
        }
    )
    assert [route.template for route in rest_routes(contract.operations)] == [
        "/v1/things/all",
        "/v1/things/{thing_id}",
    ], "literal paths come first"


@pytest.mark.parametrize(
    ("path", "template", "places"),
    [
        (b"/v1/sessions", "/v1/sessions", {}),
        (b"/v1/sessions/", "/v1/sessions", {}),
        (b"/v1/sessions/abc/", "/v1/sessions/{id}", {"id": "abc"}),
        (b"/v1/sessions/a%2Fb%20%3F", "/v1/sessions/{id}", {"id": "a/b ?"}),
        (b"/v1/sessions/%FF", "/v1/sessions/{id}", {"id": "\ufffd"}),
        *((b"/v1", None, {}), (b"/v1/", None, {}), (b"/v1//sessions", None, {}), (b"", None, {})),
        *((b"/v1/sessions//", None, {}), (b"/v1/sessions/a/b", None, {}), (b"/v1/SESSIONS", None, {})),
    ],
)
def test_path_is_matched_before_it_is_decoded(
    contract: Contract, path: bytes, template: str | None, places: dict[str, str]
) -> None:
    found = find_route(rest_routes(contract.operations), path)
    assert (found.route.template if found else None, found.places if found else {}) == (template, places)
