"""A certificate read without being trusted."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime

import pytest
import trustme

from vapi_sessions_mcp.doctor.certificate import read_certificate

BEGINS, ENDS = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2060, 6, 7, 8, 9, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def der() -> bytes:
    certificate = trustme.CA(organization_name="Acmé").issue_cert("a.test", not_before=BEGINS, not_after=ENDS)
    return ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())


def test_it_says_who_issued_it_and_how_long_it_is_valid(der: bytes) -> None:
    certificate = read_certificate(der)
    assert certificate is not None
    assert "Acmé" in certificate.issuer
    assert (certificate.begins, certificate.ends) == (BEGINS, ENDS)


def test_what_is_no_certificate_says_nothing(der: bytes) -> None:
    assert read_certificate(b"") is None
    assert read_certificate(b"no certificate at all") is None
    assert all(read_certificate(der[:length]) is None for length in range(0, 200, 7))


def test_bytes_that_are_wrong_do_no_harm(der: bytes) -> None:
    for place in range(0, len(der), 3):
        read_certificate(der[:place] + bytes([der[place] ^ 0xFF]) + der[place + 1 :])
