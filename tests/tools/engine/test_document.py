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


@pytest.mark.parametrize("text", [DOCUMENT, "openapi: 3.0.0\npaths: {}\n"])
def test_a_file_is_json_or_yaml(tmp_path: Path, text: str) -> None:
    (tmp_path / "api").write_text(text)
    assert load_document(str(tmp_path / "api")) == {"openapi": "3.0.0", "paths": {}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(
            (text, text)
            for text in ("no", "off", "2026-01-31", "2026-01-31T10:00:00Z", "1:30", "1_000", "0777")
        ),
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
def test_a_plain_scalar_is_read_as_in_yaml_1_2(text: str, value: object) -> None:
    read = parse_document(f"value: {text}\n", "api.yml")["value"]
    assert (read, type(read)) == (value, type(value))


def test_a_key_is_always_a_string() -> None:
    text = "200: ok\nno: norsk\ntrue: yes\n2026-01-31: day\n"
    assert parse_document(text, "api.yml") == {"200": "ok", "no": "norsk", "true": "yes", "2026-01-31": "day"}


def test_a_mapping_can_be_merged_into_another() -> None:
    text = "base: &base {a: 1, b: 2}\nmore: {<<: *base, b: 3}\n"
    assert parse_document(text, "api.yml")["more"] == {"a": 1, "b": 3}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"[1, 2]", "the top level is no object"),
        (b"a: [", "is neither JSON nor YAML"),
        (b"!!python/object/apply:os.getcwd []", "is neither JSON nor YAML"),
        (b"? [a]\n: b", "is neither JSON nor YAML"),
        (b"[" * 200_000, "is nested too deep"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b'{"openapi": "2.0", "paths": {}}', r"is no OpenAPI 3 document.*expected 3\.0\.x"),
        (b'{"openapi": 3, "paths": {}}', "is no OpenAPI 3 document"),
        (b'{"openapi": "3.0.0", "paths": []}', "has no `paths` object"),
    ],
    ids=range(9),
)
def test_a_file_that_is_not_a_document_is_refused_with_the_reason(
    tmp_path: Path, text: bytes, reason: str
) -> None:
    (tmp_path / "api").write_bytes(text)
    with pytest.raises(DocumentError, match=reason):
        load_document(str(tmp_path / "api"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"missing\.yml cannot be read"):
        load_document(str(tmp_path / "missing.yml"))


def test_a_document_is_fetched_from_an_address_and_redirects_are_followed(
    upstream: FakeUpstream, upstream_url: str
) -> None:
    upstream.responses.append(Response(status_code=302, headers={"location": "/elsewhere"}))
    upstream.respond(DOCUMENT.encode())
    assert load_document(f"{upstream_url}/api.json") == {"openapi": "3.0.0", "paths": {}}
    assert [request.path for request in upstream.requests] == ["/api.json", "/elsewhere"]


def test_an_error_response_is_an_error(upstream: FakeUpstream, upstream_url: str) -> None:
    upstream.respond({}, 404)
    with pytest.raises(DocumentError, match=r"cannot be fetched.*404"):
        load_document(f"{upstream_url}/api.json")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/api.json", "http://a:b:c/"])
def test_an_address_that_cannot_be_reached_is_an_error(url: str) -> None:
    with pytest.raises(DocumentError, match="cannot be fetched"):
        load_document(url)
