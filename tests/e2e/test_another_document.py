"""`--openapi`: the tools of another published document, and the key kept from where it does not belong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from real_client import ERAS, KEY, connected
from server_process import environment, run_program

if TYPE_CHECKING:
    from pathlib import Path

    from fake_upstream import FakeUpstream


@pytest.fixture
def document(tmp_path: Path) -> str:
    """A small document of another API, whose server is elsewhere."""
    colour = {"type": "string", "enum": ["red", "green"], "description": "Of the paint."}
    thing = {"type": "object", "required": ["colour"], "properties": {"colour": colour}}
    answers = {"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "object"}}}}}
    identity = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    published = {
        "openapi": "3.0.0",
        "info": {"title": "Things", "version": "1"},
        "servers": [{"url": "https://things.example"}],
        "paths": {
            "/thing/{id}": {
                "put": {
                    "operationId": "paintThing",
                    "summary": "Paint a thing",
                    "parameters": [identity],
                    "requestBody": {"required": True, "content": {"application/json": {"schema": thing}}},
                    "responses": answers,
                }
            }
        },
    }
    file = tmp_path / "things.json"
    file.write_text(json.dumps(published))
    return str(file)


@pytest.mark.parametrize("era", ERAS)
async def test_its_tools_are_offered_checked_and_called(
    document: str, upstream: FakeUpstream, upstream_url: str, era: str
) -> None:
    flags = ("--openapi", document, "--base-url", upstream_url)
    async with connected(*flags, mode=era, VAPI_API_KEY=KEY) as api:
        (tool,) = (await api.client.list_tools()).tools
        assert "Paint a thing" in str(tool.description)
        assert set(tool.input_schema["properties"]) >= {"id", "colour"}
        error = (await api.call(tool.name, {"id": "a/b"})).error
        assert error["problems"][0]["path"] == "colour"
        assert upstream.requests == []
        upstream.respond({"painted": True})
        assert not (await api.call(tool.name, {"id": "a/b", "colour": "red"})).is_error
    (seen,) = upstream.requests
    assert (seen.method, seen.path, seen.json) == ("PUT", "/thing/a%2Fb", {"colour": "red"})


def test_the_key_is_not_sent_to_an_address_that_only_the_document_names(document: str) -> None:
    ended = run_program("--openapi", document, env=environment(VAPI_API_KEY=KEY))
    assert ended.returncode == 2
    assert ended.stdout == b""
    assert b"https://things.example" in ended.stderr
    assert b"--base-url" in ended.stderr
    assert KEY.encode() not in ended.stderr


def test_a_document_that_cannot_be_read_is_named() -> None:
    ended = run_program("--openapi", "no-such-file.json")
    assert ended.returncode == 2
    assert b"no-such-file.json" in ended.stderr
