"""Whom TLS trusts, and where a certificate of one's own authority has to be named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.doctor.authorities import authority_next, trust

if TYPE_CHECKING:
    from pathlib import Path

    import trustme

    from vapi_sessions_mcp.doctor.finding import Finding


def trusted(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Finding:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return trust(environment)[1]


def test_without_a_setting_it_is_who_came_with_the_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    found = trusted(monkeypatch)
    assert found.status == "ok"
    assert "came with the installation" in found.found


def test_a_file_of_ones_own_is_named(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    found = trusted(monkeypatch, SSL_CERT_FILE=str(file), SSL_CERT_DIR="/nowhere")
    assert (found.status, str(file) in found.found) == ("ok", True)


@pytest.mark.parametrize(
    ("content", "words"), [(None, "No such file"), ("", "no certificate"), ("not PEM", "no certificate")]
)
def test_a_file_that_cannot_be_used_is_a_problem(
    content: str | None, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    found = trusted(monkeypatch, SSL_CERT_FILE=str(file))
    assert found.status == "problem"
    assert words in found.found
    assert "SSL_CERT_FILE" in found.next_step


def test_a_folder_without_files_trusts_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = trusted(monkeypatch, SSL_CERT_DIR=str(tmp_path))
    assert found.status == "problem"
    (tmp_path / "12345678.0").touch()
    assert trusted(monkeypatch, SSL_CERT_DIR=str(tmp_path)).status == "ok"


def test_the_way_out_names_the_setting_and_a_file_that_other_programs_are_told_of(tmp_path: Path) -> None:
    file = tmp_path / "corporate.pem"
    assert "set SSL_CERT_FILE" in authority_next({"REQUESTS_CA_BUNDLE": str(file)})
    assert str(file) not in authority_next({"REQUESTS_CA_BUNDLE": str(file)})
    file.touch()
    assert f"REQUESTS_CA_BUNDLE names {file}" in authority_next({"REQUESTS_CA_BUNDLE": str(file)})


def test_where_the_setting_is_used_already_the_file_lacks_the_authority() -> None:
    assert "add its CA certificate to the file" in authority_next({"SSL_CERT_FILE": "/some/file"})
