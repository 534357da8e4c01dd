"""Documents are read from files and addresses, as JSON or YAML 1.2."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.responses import Response

from vapi_sessions_tools.engine.document import load_document, parse_document
from vapi_sessions_tools.errors import DocumentError

if TYPE_CHECKING:
    from pathlib import Path

    from fake_upstream import FakeUpstream

DOCUMENT = '{"openapi": "3.0.0", "paths": {}}'


def test_a_json_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "api.json"
    file.write_text(DOCUMENT)
    assert load_document(str(file)) == {"openapi": "3.0.0", "paths": {}}


def test_a_yaml_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "api.yml"
    file.write_text("openapi: 3.0.0\npaths:\n  /thing: {}\n")
    assert load_document(str(file)) == {"openapi": "3.0.0", "paths": {"/thing": {}}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("off", "off"),
        ("2026-01-31", "2026-01-31"),
        ("2026-01-31T10:00:00Z", "2026-01-31T10:00:00Z"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("0777", "0777"),
        ("0x1f", "0x1f"),
        ("'5'", "5"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("-3", -3),
        ("0", 0),
        ("1.5", 1.5),
        ("1e3", 1000.0),
    ],
)
def test_a_plain_scalar_is_read_as_yaml_1_2_reads_it(text: str, value: object) -> None:
    read = parse_document(f"value: {text}\n", "api.yml")["value"]
    assert (read, type(read)) == (value, type(value))


def test_a_key_is_a_text_whatever_it_looks_like() -> None:
    text = "200: ok\nno: norsk\ntrue: yes\n2026-01-31: day\n"
    assert parse_document(text, "api.yml") == {
        "200": "ok",
        "no": "norsk",
        "true": "yes",
        "2026-01-31": "day",
    }


def test_a_mapping_can_be_merged_into_another() -> None:
    text = "base: &base {a: 1, b: 2}\nmore: {<<: *base, b: 3}\n"
    assert parse_document(text, "api.yml")["more"] == {"a": 1, "b": 3}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[1, 2]", "the top level is no object"),
        ("a: [", "is neither JSON nor YAML"),
        ("!!python/object/apply:os.getcwd []", "is neither JSON nor YAML"),
        ("? [a]\n: b", "is neither JSON nor YAML"),
        ("[" * 200_000, "is nested too deep"),
    ],
)
def test_what_is_no_document_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        parse_document(text, "api.yml")


@pytest.mark.parametrize("version", ['"2.0"', "3", "null"])
def test_only_openapi_3_is_read(tmp_path: Path, version: str) -> None:
    file = tmp_path / "api.json"
    file.write_text(f'{{"openapi": {version}, "paths": {{}}}}')
    with pytest.raises(DocumentError, match=r"is no OpenAPI 3 document.*expected 3\.0\.x"):
        load_document(str(file))


def test_a_document_without_paths_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "api.json"
    file.write_text('{"openapi": "3.0.0", "paths": []}')
    with pytest.raises(DocumentError, match="has no `paths` object"):
        load_document(str(file))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"missing\.yml cannot be read"):
        load_document(str(tmp_path / "missing.yml"))


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "api.yml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DocumentError, match=r"api\.yml cannot be read"):
        load_document(str(file))


def test_a_document_is_fetched_from_an_address(upstream: FakeUpstream, upstream_url: str) -> None:
    upstream.respond(DOCUMENT.encode())
    assert load_document(f"{upstream_url}/api.json") == {"openapi": "3.0.0", "paths": {}}


def test_a_redirect_to_the_document_is_followed(upstream: FakeUpstream, upstream_url: str) -> None:
    upstream.responses.append(Response(status_code=302, headers={"location": "/elsewhere"}))
    upstream.respond(DOCUMENT.encode())
    assert load_document(f"{upstream_url}/api.json")["paths"] == {}
    assert [request.path for request in upstream.requests] == ["/api.json", "/elsewhere"]


def test_an_address_that_answers_an_error_is_named(upstream: FakeUpstream, upstream_url: str) -> None:
    upstream.respond({}, 404)
    with pytest.raises(DocumentError, match=r"cannot be fetched.*404"):
        load_document(f"{upstream_url}/api.json")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/api.json", "http://a:b:c/"])
def test_an_address_that_cannot_be_reached_is_named(url: str) -> None:
    with pytest.raises(DocumentError, match="cannot be fetched"):
        load_document(url)
